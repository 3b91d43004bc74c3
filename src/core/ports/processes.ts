/** A command to run. There is no implicit environment: what is not in `env` is not there. */
export interface Command {
  /** Program and arguments; no shell in between. */
  readonly argv: readonly [string, ...string[]];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whole process group is ended (SIGTERM, then SIGKILL) after this long. */
  readonly timeoutMs?: number;
  /** Octal file mode creation mask of the process. */
  readonly umask?: number;
  /** Files that receive the streams whole; without them the streams are kept in memory up to `maxOutputBytes`. */
  readonly stdoutFile?: string;
  readonly stderrFile?: string;
  /** Default 1 MiB for each stream; what is beyond is dropped and said by `truncated`. */
  readonly maxOutputBytes?: number;
  /** Called with whatever the command prints, as it prints it. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void;
  readonly stdin?: Uint8Array | string;
}

export interface Captured {
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
}

/** How a command ended. Exactly one of `exitCode`, `signal` and `startError` is set. */
export interface CommandResult {
  readonly exitCode?: number;
  readonly signal?: string;
  /** It never ran: not found, not executable, no such folder. */
  readonly startError?: string;
  readonly timedOut: boolean;
  readonly stdout: Captured;
  readonly stderr: Captured;
  readonly durationMs: number;
}

/** A process that goes on until it is disposed of; then its whole group is ended. */
export interface RunningProcess extends AsyncDisposable {
  readonly pid: number;
  /** Resolves when it ends by itself. */
  readonly ended: Promise<CommandResult>;
}

export interface Processes {
  /** Runs to its end; a failure to start is a result, not an exception. Nothing of its process group is left behind. */
  run(command: Command): Promise<CommandResult>;
  start(command: Command): Promise<RunningProcess>;
  /** Absolute path of a program, or `undefined`. */
  find(program: string): Promise<string | undefined>;
  /** The environment that commands of the repository may see: ours without INPUT_*, ACTIONS_*, secrets and command files. */
  readonly repositoryEnvironment: Readonly<Record<string, string>>;
  readonly platform: { readonly os: string; readonly arch: string; readonly cpus: number; readonly userId: number | undefined };
}
