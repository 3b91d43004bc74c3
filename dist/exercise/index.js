import { run } from '../bundle/index.js';
await run('exercise', import.meta.url);
