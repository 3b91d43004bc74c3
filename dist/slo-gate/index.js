import { run } from '../bundle/index.js';
await run('slo-gate', import.meta.url);
