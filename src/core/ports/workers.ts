/** Work in parallel, by the name of a task in the registry. Inputs and outputs are structured-clonable data. */
export interface Workers {
  /** How many run side by side; 1 when they run in this thread. */
  readonly size: number;
  run<Input, Output>(task: string, input: Input): Promise<Output>;
}

/** A named task; imported in the worker. */
export type WorkerTask = (input: never) => Promise<unknown>;
export type WorkerTasks = Readonly<Record<string, () => Promise<WorkerTask>>>;
