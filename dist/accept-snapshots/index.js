import { run } from '../bundle/index.js';
await run('accept-snapshots', import.meta.url);
