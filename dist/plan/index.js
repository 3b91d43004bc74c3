import { run } from '../bundle/index.js';
await run('plan', import.meta.url);
