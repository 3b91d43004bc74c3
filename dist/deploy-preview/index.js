import { run } from '../bundle/index.js';
await run('deploy-preview', import.meta.url);
