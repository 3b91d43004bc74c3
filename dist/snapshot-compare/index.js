import { run } from '../bundle/index.js';
await run('snapshot-compare', import.meta.url);
