import { resolve } from 'node:path';
import type { Host } from '../core/index.ts';
import type { Progress } from '../core/ports/progress.ts';
import { SECRET_NAMES, type SecretName } from '../core/ports/secrets.ts';
import type { WorkerTasks } from '../core/ports/workers.ts';
import { createClock } from './clock.ts';
import { repositoryEnvironment } from './environment.ts';
import { createFiles } from './files.ts';
import { createHttp } from './http.ts';
import { createFileLedgers } from './ledger.ts';
import { createProcesses } from './processes.ts';
import { chooseProgressStyle, createProgress, type ProgressStyle } from './progress.ts';
import { createRandom } from './random.ts';
import { createRepository } from './repository.ts';
import { createSecrets } from './secrets.ts';
import { createTrees } from './trees.ts';
import { createInThreadWorkers, createWorkerPool } from './workers.ts';

export interface HostOptions {
  readonly workspace: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Wall clock in milliseconds since the epoch; default the machine's. */
  readonly now?: () => number;
  /** Default: a bar on a terminal, lines in CI, otherwise nothing; to stderr. */
  readonly progress?: Progress | ProgressStyle;
  /** Receives the lines of progress instead of stderr, as a log would (`lines`). */
  readonly say?: (line: string) => void;
  /** The same as `progress: 'quiet'`. */
  readonly quiet?: boolean;
  /** Secrets that were given by other ways than the environment. */
  readonly secrets?: Partial<Record<SecretName, string>>;
  /** Threads that start with `entry` (which calls `serveTasks`), or a registry of tasks to run in this thread. Default: no task is known. */
  readonly workers?: { readonly entry: URL; readonly size?: number } | { readonly tasks: WorkerTasks };
}

/** Where the suite writes unless told otherwise. */
const OWN_FOLDERS = ['testops-evidence', 'testops-out'];

/** The machine as the ports see it. Disposing of it ends running commands and workers. */
export function createHost(options: HostOptions): Host & AsyncDisposable {
  const { environment } = options;
  const workspace = resolve(options.workspace);
  const clock = createClock(options.now);
  const secrets = createSecrets(environment, options.secrets);
  const secretValues = SECRET_NAMES.flatMap((name) => secrets.get(name) ?? []);
  const processes = createProcesses(workspace, repositoryEnvironment(environment, secretValues), environment.PATH);
  const pool =
    options.workers !== undefined && 'entry' in options.workers ? createWorkerPool(options.workers.entry, options.workers.size) : undefined;
  const tasks = options.workers !== undefined && 'tasks' in options.workers ? options.workers.tasks : {};
  return {
    clock,
    files: createFiles(workspace, environment.RUNNER_TEMP || undefined),
    http: createHttp(),
    ledgers: createFileLedgers(workspace, processes),
    ownFolders: OWN_FOLDERS,
    processes,
    progress: chooseProgress(options, clock.monotonicMs),
    random: createRandom(),
    repository: createRepository(workspace, processes),
    secrets,
    trees: createTrees(workspace),
    workers: pool ?? createInThreadWorkers(tasks),
    [Symbol.asyncDispose]: async () => {
      await processes[Symbol.asyncDispose]();
      await pool?.[Symbol.asyncDispose]();
    },
  };
}

function chooseProgress({ progress, say, quiet, environment }: HostOptions, monotonicMs: () => number): Progress {
  if (typeof progress === 'object') return progress;
  const style = quiet === true ? 'quiet' : progress;
  if (say !== undefined) return createProgress({ write: (text) => say(text.replace(/\n$/, '')) }, style ?? 'lines', monotonicMs);
  return createProgress(process.stderr, style ?? chooseProgressStyle(process.stderr, environment), monotonicMs);
}
