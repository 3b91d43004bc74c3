import type { WorkerTasks } from '../core/index.ts';
import { telemetryTasks } from '../gates/telemetry-scan/tasks.ts';

/** What worker threads can do, by name; a gate that wants more adds a line. */
export const workerTasks: WorkerTasks = { ...telemetryTasks };
