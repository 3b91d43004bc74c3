import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, type FileHandle, stat } from 'node:fs/promises';
import { arch, availableParallelism, platform } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf, UserError } from '../core/index.ts';
import type { Captured, Command, CommandResult, Processes, RunningProcess } from '../core/ports/processes.ts';
import { captureStream, openOutputFile, type StreamCapture } from './capture.ts';
import { codeOf, explainFileError } from './file-errors.ts';
import { registerLastWill } from './last-will.ts';
import { endGroup, killGroup } from './process-group.ts';

const DEFAULT_MAX_OUTPUT_BYTES = 1024 * 1024;
/** A daemon that left the group may hold the other end of a pipe for ever; what it prints later is not the command's. */
const PIPE_GRACE_MS = 250;
const LONGEST_PIPE_GRACE_MS = 10_000;
const NOTHING: Captured = { bytes: new Uint8Array(), truncated: false };

/** Commands of the workspace; `repositoryEnvironment` is what those of the repository may see, `path` where `find` looks. */
export function createProcesses(
  workspace: string,
  repositoryEnvironment: Readonly<Record<string, string>>,
  path: string | undefined,
): Processes & AsyncDisposable {
  const running = new Set<RunningProcess>();
  return {
    run: async (command) => {
      const launched = await launch(workspace, command);
      if ('result' in launched) return launched.result;
      return await launched.ended;
    },
    start: async (command) => {
      const launched = await launch(workspace, command);
      if ('result' in launched) throw cannotStart(command, launched.result);
      const handle: RunningProcess = {
        pid: launched.pid,
        ended: launched.ended,
        [Symbol.asyncDispose]: async () => {
          await launched.end();
          await launched.ended;
          running.delete(handle);
        },
      };
      running.add(handle);
      return handle;
    },
    find: (program) => findProgram(program, path, workspace),
    repositoryEnvironment,
    platform: { os: platform(), arch: arch(), cpus: availableParallelism(), userId: process.getuid?.() },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running].map((handle) => handle[Symbol.asyncDispose]()));
    },
  };
}

/** First executable file of that name in `path`; a name with a separator is taken relative to `folder`. */
export async function findProgram(program: string, path: string | undefined, folder: string): Promise<string | undefined> {
  const candidates = /[\\/]/.test(program)
    ? [resolve(folder, program)]
    : (path ?? '').split(delimiter).map((part) => join(resolve(folder, part === '' ? '.' : part), program));
  const endings = process.platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : [''];
  for (const candidate of candidates.flatMap((start) => endings.map((ending) => start + ending))) {
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

type Launched =
  | { readonly result: CommandResult }
  | { readonly pid: number; readonly ended: Promise<CommandResult>; readonly end: () => Promise<void> };

async function launch(workspace: string, command: Command): Promise<Launched> {
  const started = performance.now();
  const folder = resolve(workspace, command.folder);
  const refused = (startError: string): Launched => ({
    result: { startError, timedOut: false, stdout: NOTHING, stderr: NOTHING, durationMs: performance.now() - started },
  });
  // `spawn` says ENOENT of the program when it is the folder that is missing.
  const folderStat = await stat(folder).catch(() => undefined);
  if (folderStat === undefined) return refused(`no such folder: ${command.folder}`);
  if (!folderStat.isDirectory()) return refused(`not a folder: ${command.folder}`);
  const argv = await withUmask(command, folder);
  if (argv === undefined) return refused(`program not found or not executable: ${command.argv[0]}`);

  const files = await openFiles(workspace, command);
  const closeFiles = async (): Promise<void> => {
    await Promise.all([files.stdout?.close(), files.stderr?.close()]);
  };
  const spawned = await spawnProcess(argv, folder, command, files);
  if (typeof spawned === 'string') {
    await closeFiles();
    return refused(spawned);
  }
  const { child, pid } = spawned;
  const withdraw = registerLastWill({ gently: () => endGroup(pid), now: () => killGroup(pid) });
  const captures = capturesOf(child, command, files);
  let timedOut = false;
  const timer =
    command.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          void endGroup(pid);
        }, command.timeoutMs);
  const finish = async (): Promise<CommandResult> => {
    const [exitCode, signal] = await exitOf(child);
    clearTimeout(timer);
    await endGroup(pid);
    withdraw();
    const failures = await endOfStreams(child, captures);
    await closeFiles();
    for (const failure of failures) if (failure !== undefined) throw explainFileError(failure, command.argv[0], 'a place for its output');
    return {
      ...(exitCode === null ? { signal: signal ?? 'SIGKILL' } : { exitCode }),
      timedOut,
      stdout: captures.stdout?.captured() ?? NOTHING,
      stderr: captures.stderr?.captured() ?? NOTHING,
      durationMs: performance.now() - started,
    };
  };
  const ended = finish();
  // Whoever only disposes of it never looks at the end.
  ended.catch(() => undefined);
  return { pid, ended, end: () => endGroup(pid) };
}

/** Node has no option for it, and changing our own mask, even for a moment, would touch files written at the same time. */
async function withUmask(command: Command, folder: string): Promise<readonly [string, ...string[]] | undefined> {
  if (command.umask === undefined || process.platform === 'win32') return command.argv;
  const program = await findProgram(command.argv[0], command.env.PATH, folder);
  if (program === undefined) return undefined;
  return ['/bin/sh', '-c', `umask ${command.umask.toString(8).padStart(3, '0')} && exec "$@"`, 'sh', ...command.argv];
}

interface OutputFiles {
  readonly stdout: FileHandle | undefined;
  readonly stderr: FileHandle | undefined;
}

async function openFiles(workspace: string, command: Command): Promise<OutputFiles> {
  const stdout = command.stdoutFile === undefined ? undefined : await openOutputFile(resolve(workspace, command.stdoutFile));
  try {
    return { stdout, stderr: command.stderrFile === undefined ? undefined : await openOutputFile(resolve(workspace, command.stderrFile)) };
  } catch (error) {
    await stdout?.close();
    throw error;
  }
}

async function spawnProcess(
  [program, ...args]: readonly [string, ...string[]],
  folder: string,
  command: Command,
  files: OutputFiles,
): Promise<string | { readonly child: ChildProcess; readonly pid: number }> {
  // A file is handed over as it is, unless somebody watches too.
  const direct = (file: FileHandle | undefined): number | 'pipe' =>
    file !== undefined && command.onOutput === undefined ? file.fd : 'pipe';
  try {
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...command.env },
      detached: true,
      windowsHide: true,
      stdio: [command.stdin === undefined ? 'ignore' : 'pipe', direct(files.stdout), direct(files.stderr)],
    });
    const failure = await new Promise<unknown>((resolveStart) => {
      child.once('spawn', () => resolveStart(undefined));
      child.once('error', resolveStart);
    });
    if (failure !== undefined || child.pid === undefined) return startErrorText(failure, program);
    child.on('error', () => undefined);
    // The command may end, or close its input, without reading it.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(command.stdin);
    return { child, pid: child.pid };
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return startErrorText(error, program);
  }
}

function startErrorText(error: unknown, program: string): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return `program not found: ${program}`;
    case 'EACCES':
      return `not executable: ${program}`;
    case 'ENOEXEC':
      return `not a program that this machine can run: ${program}`;
    case 'E2BIG':
      return `arguments and environment are too long for ${program}`;
    case 'ERR_INVALID_ARG_VALUE':
      return 'an argument or a variable holds a zero byte';
    default:
      return `${program}: ${messageOf(error)}`;
  }
}

interface Captures {
  readonly stdout: StreamCapture | undefined;
  readonly stderr: StreamCapture | undefined;
}

function capturesOf(child: ChildProcess, command: Command, files: OutputFiles): Captures {
  const maxBytes = command.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const { onOutput } = command;
  const of = (name: 'stdout' | 'stderr'): StreamCapture | undefined => {
    const stream = child[name];
    return stream === null ? undefined : captureStream(stream, maxBytes, files[name], onOutput && ((chunk) => onOutput(name, chunk)));
  };
  return { stdout: of('stdout'), stderr: of('stderr') };
}

async function exitOf(child: ChildProcess): Promise<readonly [number | null, NodeJS.Signals | null]> {
  if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
  return await new Promise((resolveExit) => child.once('exit', (code, signal) => resolveExit([code, signal])));
}

/**
 * Waits for the ends of the streams. Whoever left the group (a daemon) may hold them open: once nothing has come for a while they are cut on our side,
 * and after a longer while even if something still comes.
 */
async function endOfStreams(child: ChildProcess, { stdout, stderr }: Captures): Promise<readonly unknown[]> {
  const ends = Promise.all([stdout?.ended, stderr?.ended]);
  const received = (): number => (stdout?.received() ?? 0) + (stderr?.received() ?? 0);
  const stop = new AbortController();
  const { signal } = stop;
  const watch = async (): Promise<void> => {
    const latest = performance.now() + LONGEST_PIPE_GRACE_MS;
    let before = -1;
    while (received() !== before && performance.now() < latest) {
      before = received();
      await wait(PIPE_GRACE_MS, undefined, { signal });
    }
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  watch().catch(() => undefined);
  const failures = await ends;
  stop.abort();
  return failures;
}

function cannotStart(command: Command, result: CommandResult): UserError {
  return new UserError({
    where: command.argv.join(' ').slice(0, 200),
    found: result.startError ?? 'it did not start',
    expected: 'a command that starts',
    todo: 'check the program, its PATH and the folder that it runs in',
  });
}
