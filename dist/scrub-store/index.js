import { run } from '../bundle/index.js';
await run('scrub-store', import.meta.url);
