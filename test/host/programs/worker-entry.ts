import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../../src/core/index.ts';
import type { WorkerTasks } from '../../../src/core/ports/workers.ts';
import { serveTasks } from '../../../src/host/index.ts';

const tasks: WorkerTasks = {
  double: async () => async (input: number) => input * 2,
  reverse: async () => async (input: Uint8Array) => input.toReversed(),
  meet: async () => async (arrived: Int32Array) => {
    Atomics.add(arrived, 0, 1);
    Atomics.notify(arrived, 0);
    while (Atomics.load(arrived, 0) < 2) if (Atomics.wait(arrived, 0, 1, 30_000) === 'timed-out') return false;
    return true;
  },
  sleep: async () => async (input: number) => wait(input),
  throw: async () => async () => {
    throw new RangeError('out of range');
  },
  'throw-user-error': async () => async () => {
    throw new UserError({ where: 'a', found: 'b', expected: 'c', todo: 'd' });
  },
  'return-function': async () => async () => () => 1,
  crash: async () => async () => {
    setTimeout(() => {
      throw new Error('outside the task');
    });
    await wait(60_000);
  },
  exit: async () => async () => process.exit(3),
  'exhaust-memory': async () => async () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(1_000_000).fill(kept.length));
  },
};

serveTasks(tasks);
