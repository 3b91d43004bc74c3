import { run } from '../bundle/index.js';
await run('determinism-check', import.meta.url);
