import { run } from '../bundle/index.js';
await run('worker', import.meta.url);
