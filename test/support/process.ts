import { type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';

/** What a whole process left behind. */
export interface FinishedProcess {
  /** -1 when a signal ended it. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface ProcessOptions {
  readonly cwd: string;
  /** The whole environment: nothing of this process's own is passed on. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** The process group is killed after this long, and the call rejects. */
  readonly timeoutMs?: number;
  /** The process group is killed when this resolves, as a machine that goes away would end it; that is an answer. */
  readonly killWhen?: Promise<unknown>;
}

/** Runs a program to its end. Rejects when it cannot be started or outlives `timeoutMs`; any exit code is an answer. */
export function runProcess(file: string, args: readonly string[], options: ProcessOptions): Promise<FinishedProcess> {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it started ends with it.
    const spawnOptions: SpawnOptionsWithoutStdio = { cwd: options.cwd, env: { ...options.env }, detached: true };
    const child = spawn(file, [...args], spawnOptions);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, timeoutMs);
    void options.killWhen?.then(() => {
      if (child.pid !== undefined) killGroup(child.pid);
    });
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(options.stdin ?? '');
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const out = Buffer.concat(stdout).toString('utf8');
      const err = Buffer.concat(stderr).toString('utf8');
      if (timedOut) {
        reject(new Error(`${file} ${args.join(' ')} was still running after ${timeoutMs} ms\n--- stdout\n${out}\n--- stderr\n${err}`));
        return;
      }
      resolve({ exitCode: code ?? -1, signal: signal ?? undefined, stdout: out, stderr: err, durationMs: performance.now() - started });
    });
  });
}

function killGroup(processGroupId: number): void {
  try {
    process.kill(-processGroupId, 'SIGKILL');
  } catch {
    // gone already
  }
}

/** The little that a program needs to start at all; everything else a test adds by name. */
export function createScrubbedEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: process.env.HOME ?? '/',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...extra,
  };
}
