import type { Clock } from '../../../core/ports/clock.ts';
import type { Files } from '../../../core/ports/files.ts';
import type { Processes } from '../../../core/ports/processes.ts';

/** The moment from which changes of the workspace itself count. */
export interface Watch {
  readonly find: string;
  readonly sinceSeconds: string;
}

interface WatchPorts {
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
}

const MAX_LISTED = 20;
const CLOCK_STEP_MS = 5;
const LIST_TIMEOUT_MS = 60_000;

/** Starts to watch, when this machine's `find` can compare with a moment. */
export async function watchWorkspace({ clock, processes }: WatchPorts): Promise<Watch | undefined> {
  const find = await processes.find('find');
  if (find === undefined || processes.platform.os !== 'linux') return undefined;
  // The clock is cut to milliseconds, times of files are not: what was written just before must not look newer.
  return { find, sinceSeconds: ((clock.now() + CLOCK_STEP_MS) / 1000).toFixed(3) };
}

/** Files of the workspace that were written since: a command that works in a copy has no business there. `.git` and our own folders are left out. */
export async function listChangedFiles(watch: Watch, { files, processes }: WatchPorts): Promise<readonly string[]> {
  const result = await processes.run({
    argv: [
      watch.find,
      '.',
      '(',
      ...['.git', 'node_modules', 'testops-evidence', 'testops-out'].flatMap((name, at) => [...(at === 0 ? [] : ['-o']), '-name', name]),
      ')',
      '-prune',
      '-o',
      '-type',
      'f',
      '-newermt',
      `@${watch.sinceSeconds}`,
      '-print0',
    ],
    folder: files.workspace,
    env: { PATH: processes.repositoryEnvironment.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
    timeoutMs: LIST_TIMEOUT_MS,
  });
  return new TextDecoder()
    .decode(result.stdout.bytes)
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => path.replace(/^\.\//, ''))
    .sort()
    .slice(0, MAX_LISTED);
}
