import { run } from '../bundle/index.js';
await run('upload-sarif', import.meta.url);
