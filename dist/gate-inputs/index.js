import { run } from '../bundle/index.js';
await run('gate-inputs', import.meta.url);
