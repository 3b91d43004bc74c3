import { serveTasks } from '../host/worker-thread.ts';
import { workerTasks } from '../suite/tasks.ts';

/** What a worker thread starts with. */
export async function main(): Promise<void> {
  serveTasks(workerTasks);
}
