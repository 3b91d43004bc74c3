import { run } from '../bundle/index.js';
await run('decision-record', import.meta.url);
