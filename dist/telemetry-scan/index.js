import { run } from '../bundle/index.js';
await run('telemetry-scan', import.meta.url);
