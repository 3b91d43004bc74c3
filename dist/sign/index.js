import { run } from '../bundle/index.js';
await run('sign', import.meta.url);
