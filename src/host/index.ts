export { createHost, type HostOptions } from './create-host.ts';
export type { ProgressStream, ProgressStyle } from './progress.ts';
export { serveTasks } from './worker-thread.ts';
export { createInThreadWorkers, createWorkerPool, type WorkerPool } from './workers.ts';
