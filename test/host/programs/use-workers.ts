/** Exercises a pool of worker threads and prints what came of it as JSON. */
import { UserError } from '../../../src/core/index.ts';
import { createWorkerPool } from '../../../src/host/index.ts';

const pool = createWorkerPool(new URL('./worker-entry.ts', import.meta.url), 2);
const outcome = async (task: string, input: unknown): Promise<unknown> => {
  try {
    return await pool.run(task, input);
  } catch (error) {
    const { name, message, cause, stack } = error as Error;
    return {
      name,
      message,
      isUserError: error instanceof UserError,
      cause: cause instanceof Error ? cause.message : undefined,
      stackNamesTask: stack?.includes('worker-entry') ?? false,
    };
  }
};
// Each waits for the other: one after the other they would never end.
const arrived = new Int32Array(new SharedArrayBuffer(4));
const met = await Promise.all([outcome('meet', arrived), outcome('meet', arrived)]);
const results = {
  many: (await Promise.all(Array.from({ length: 200 }, (_, index) => pool.run<number, number>('double', index)))).reduce(
    (a, b) => a + b,
    0,
  ),
  bytes: await outcome('reverse', new Uint8Array([1, 2, 3])),
  throws: await outcome('throw', 'x'),
  user: await outcome('throw-user-error', 'x'),
  unknown: await outcome('no-such-task', 'x'),
  inherited: await outcome('toString', 'x'),
  uncloneable: await outcome('double', () => 1),
  uncloneableOutput: await outcome('return-function', 1),
  crash: await Promise.all([outcome('crash', 1), outcome('double', 1), outcome('double', 2)]),
  exit: await outcome('exit', 1),
  memory: await outcome('exhaust-memory', 1),
  after: await outcome('double', 21),
  parallel: met.every((each) => each === true),
};
process.stdout.write(JSON.stringify(results));
if (process.argv[2] === 'dispose') {
  const pending = outcome('sleep', 60_000);
  await pool[Symbol.asyncDispose]();
  process.stdout.write(`\n${JSON.stringify([await pending, await outcome('double', 1)])}`);
}
// Nothing is awaited any more: idle threads must not keep this process alive.
