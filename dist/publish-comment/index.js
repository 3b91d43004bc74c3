import { run } from '../bundle/index.js';
await run('publish-comment', import.meta.url);
