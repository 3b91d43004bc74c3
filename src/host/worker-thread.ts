import { parentPort } from 'node:worker_threads';
import { type Problem, UserError } from '../core/index.ts';
import type { WorkerTasks } from '../core/ports/workers.ts';

export interface WorkerRequest {
  readonly id: number;
  readonly task: string;
  readonly input: unknown;
}

/** An error as plain data: structured cloning would lose its class and its fields. */
export interface ClonedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly problem: Problem | undefined;
}

export type WorkerAnswer = { readonly id: number; readonly output: unknown } | { readonly id: number; readonly error: ClonedError };

/** Called once by the module that a worker starts with: answers requests for the tasks of the registry. */
export function serveTasks(tasks: WorkerTasks): void {
  const port = parentPort;
  if (port === null) throw new Error('serveTasks is for worker threads');
  port.on('message', async (request: WorkerRequest) => {
    try {
      const load = Object.hasOwn(tasks, request.task) ? tasks[request.task] : undefined;
      if (load === undefined) throw new Error(`no worker task ${JSON.stringify(request.task)}`);
      const run = await load();
      port.postMessage({ id: request.id, output: await run(request.input as never) });
    } catch (error) {
      port.postMessage({ id: request.id, error: cloneError(error) });
    }
  });
}

function cloneError(error: unknown): ClonedError {
  if (!isErrorLike(error)) return { name: 'Error', message: String(error), stack: undefined, problem: undefined };
  // By name, not by class: a task may come from another copy of the module.
  const problem = error.name === 'UserError' && 'problem' in error ? (error.problem as Problem) : undefined;
  return { name: error.name, message: error.message, stack: error.stack, problem };
}

function isErrorLike(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'message' in error && 'name' in error;
}

/** The error that a task threw: a `UserError` stays one, anything else keeps its stack. */
export function reviveError(cloned: ClonedError): Error {
  if (cloned.problem !== undefined) return new UserError(cloned.problem);
  const error = new Error(cloned.message);
  error.name = cloned.name;
  if (cloned.stack !== undefined) error.stack = cloned.stack;
  return error;
}
