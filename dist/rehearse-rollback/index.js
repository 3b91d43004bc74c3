import { run } from '../bundle/index.js';
await run('rehearse-rollback', import.meta.url);
