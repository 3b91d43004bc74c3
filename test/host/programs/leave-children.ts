/** Starts a command with a child of its own and a temporary folder, prints what there is to look for, and then waits until it is told to end. */
import { createHost } from '../../../src/host/index.ts';

const host = createHost({ workspace: process.cwd(), environment: process.env, quiet: true });
const folder = await host.files.temporaryFolder('left-');
await host.files.write(`${folder.path}/file`, 'x');
const script = 'trap "" TERM; sleep 300 & echo $$ $!; wait; sleep 300';
let printed = '';
const running = host.processes.run({
  argv: ['sh', '-c', process.argv[2] === 'stubborn' ? script : script.replace('trap "" TERM; ', '')],
  folder: '.',
  env: host.processes.repositoryEnvironment,
  onOutput: (_stream, chunk) => {
    printed += Buffer.from(chunk).toString('utf8');
    if (printed.endsWith('\n'))
      process.stdout.write(`${JSON.stringify({ pids: printed.trim().split(' ').map(Number), folder: folder.path })}\n`);
  },
});
if (process.argv[2] === 'throw') setTimeout(() => Promise.reject(new Error('a bug')), 500);
if (process.argv[2] === 'exit') setTimeout(() => process.exit(7), 500);
await running;
