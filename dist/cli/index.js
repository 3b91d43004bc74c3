#!/usr/bin/env node
import { run } from '../bundle/index.js';
await run('cli', import.meta.url);
