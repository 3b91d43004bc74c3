import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Workers, WorkerTasks } from '../core/ports/workers.ts';
import { reviveError, type WorkerAnswer, type WorkerRequest } from './worker-thread.ts';

/** Young garbage is collected this often; by default two threads of Node 24 hold 100 MB of it. Costs a sixth more processor time. */
const YOUNG_GENERATION_MB = 6;

export interface WorkerPool extends Workers, AsyncDisposable {}

interface Job {
  readonly request: WorkerRequest;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Seat {
  readonly worker: Worker;
  job: Job | undefined;
}

/**
 * Threads that run named tasks; `entry` is a module that calls `serveTasks`. Threads start when they are needed, do not keep the process alive while idle,
 * and one that dies takes only its own job with it (which rejects) and is replaced.
 */
export function createWorkerPool(entry: URL, size: number = availableParallelism()): WorkerPool {
  const seats = new Set<Seat>();
  const waiting: Job[] = [];
  let closed = false;
  let nextId = 1;

  const assign = (seat: Seat): void => {
    const job = waiting.shift();
    if (job === undefined) {
      seat.worker.unref();
      return;
    }
    seat.job = job;
    seat.worker.ref();
    try {
      seat.worker.postMessage(job.request);
    } catch (error) {
      // What cannot be cloned never leaves.
      settle(seat, () => job.reject(error));
    }
  };
  const settle = (seat: Seat, tell: () => void): void => {
    seat.job = undefined;
    tell();
    if (seats.has(seat)) assign(seat);
  };
  const lose = (seat: Seat, error: unknown): void => {
    if (!seats.delete(seat)) return;
    seat.job?.reject(error);
    seat.job = undefined;
    if (waiting.length > 0 && !closed) open();
  };
  const open = (): void => {
    const worker = new Worker(entry, { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } });
    const seat: Seat = { worker, job: undefined };
    seats.add(seat);
    worker.on('message', (answer: WorkerAnswer) => {
      const { job } = seat;
      if (job === undefined || answer.id !== job.request.id) return;
      settle(seat, () => ('error' in answer ? job.reject(reviveError(answer.error)) : job.resolve(answer.output)));
    });
    worker.on('messageerror', (error) => {
      const { job } = seat;
      if (job !== undefined) settle(seat, () => job.reject(error));
    });
    worker.on('error', (error) => lose(seat, new Error(`a worker died in task ${seat.job?.request.task ?? 'none'}`, { cause: error })));
    worker.on('exit', (code) => lose(seat, new Error(`a worker ended (${code}) in task ${seat.job?.request.task ?? 'none'}`)));
    assign(seat);
  };

  return {
    size,
    run: <Input, Output>(task: string, input: Input) =>
      new Promise<Output>((resolve, reject) => {
        if (closed) throw new Error('the workers are closed');
        waiting.push({ request: { id: nextId++, task, input }, resolve: resolve as (output: unknown) => void, reject });
        const idle = [...seats].find((seat) => seat.job === undefined);
        if (idle !== undefined) assign(idle);
        else if (seats.size < size) open();
      }),
    [Symbol.asyncDispose]: async () => {
      closed = true;
      const error = new Error('the workers were closed');
      for (const job of waiting.splice(0)) job.reject(error);
      const open_ = [...seats];
      for (const seat of open_) lose(seat, error);
      await Promise.all(open_.map((seat) => seat.worker.terminate()));
    },
  };
}

/** The same tasks in this thread, one after the other; input and output are cloned as between threads. */
export function createInThreadWorkers(tasks: WorkerTasks): Workers {
  let last: Promise<unknown> = Promise.resolve();
  return {
    size: 1,
    run: <Input, Output>(task: string, input: Input) => {
      const result = last.then(async () => {
        const load = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
        if (load === undefined) throw new Error(`no worker task ${JSON.stringify(task)}`);
        const run = await load();
        return structuredClone(await run(structuredClone(input) as never)) as Output;
      });
      last = result.catch(() => undefined);
      return result;
    },
  };
}
