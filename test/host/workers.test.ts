import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/core/index.ts';
import { createInThreadWorkers } from '../../src/host/index.ts';
import { findNode, hasNode } from '../support/node-versions.ts';
import { createScrubbedEnvironment, runProcess } from '../support/process.ts';
import { describeWhere } from '../support/skip.ts';

const PROGRAM = join(import.meta.dirname, 'programs/use-workers.ts');

describeWhere(hasNode(24), 'no Node 24, which runs TypeScript as it is')('worker threads, in a process of their own', () => {
  it('run tasks, survive what tasks do, and do not keep the process alive', async () => {
    const run = await runProcess(findNode(24) as string, ['--max-old-space-size=300', PROGRAM], {
      cwd: process.cwd(),
      env: createScrubbedEnvironment(),
    });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const results = JSON.parse(run.stdout);
    expect(results).toMatchObject({
      many: 199 * 200, // twice the sum of 0 to 199
      bytes: { 0: 3, 1: 2, 2: 1 },
      throws: { name: 'RangeError', message: 'out of range', isUserError: false, stackNamesTask: true },
      user: { name: 'UserError', isUserError: true },
      unknown: { message: 'no worker task "no-such-task"' },
      inherited: { message: 'no worker task "toString"' },
      uncloneable: { name: 'DataCloneError' },
      uncloneableOutput: { name: 'DataCloneError' },
      crash: [{ message: 'a worker died in task crash', cause: 'outside the task' }, 2, 4],
      exit: { message: 'a worker ended (3) in task exit' },
      memory: { message: 'a worker died in task exhaust-memory', cause: expect.stringContaining('memory limit') },
      after: 42,
      parallel: true,
    });
  });

  it('end at once when they are disposed of', async () => {
    const run = await runProcess(findNode(24) as string, ['--max-old-space-size=300', PROGRAM, 'dispose'], {
      cwd: process.cwd(),
      env: createScrubbedEnvironment(),
    });
    expect(JSON.parse(run.stdout.split('\n')[1] ?? '')).toMatchObject([
      { message: 'the workers were closed' },
      { message: 'the workers are closed' },
    ]);
  });
});

describe('tasks in this thread', () => {
  const seen: unknown[] = [];
  const workers = createInThreadWorkers({
    keep: async () => async (input: { list: number[] }) => {
      seen.push(input);
      input.list.push(1);
      return input;
    },
    fail: async () => async () => {
      throw new UserError({ where: 'a', found: 'b', expected: 'c', todo: 'd' });
    },
  });

  it('cannot change what they are given, as between threads', async () => {
    const input = { list: [0] };
    const output = await workers.run<typeof input, typeof input>('keep', input);
    expect(output).toEqual({ list: [0, 1] });
    expect(input).toEqual({ list: [0] });
    expect(output).not.toBe(seen[0]);
  });

  it('go on after one failed', async () => {
    const [failed, kept] = await Promise.allSettled([workers.run('fail', 0), workers.run('keep', { list: [] })]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { problem: { where: 'a' } } });
    expect(kept).toMatchObject({ status: 'fulfilled', value: { list: [1] } });
    await expect(workers.run('constructor', 0)).rejects.toThrow('no worker task "constructor"');
  });
});
