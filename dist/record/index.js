import { run } from '../bundle/index.js';
await run('record', import.meta.url);
