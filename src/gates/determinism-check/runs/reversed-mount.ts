import { UserError } from '../../../core/index.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Files } from '../../../core/ports/files.ts';
import type { Processes, RunningProcess } from '../../../core/ports/processes.ts';

const MOUNT_TIMEOUT_MS = 5_000;

interface MountPorts {
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
}

export interface Mounted extends AsyncDisposable {
  readonly path: string;
}

/** Shows `from` at `to` with the entries of its folders reversed. */
export async function mountReversed({ clock, files, processes }: MountPorts, from: string, to: string): Promise<Mounted> {
  await files.makeFolder(to);
  const tool = (await processes.find('disorderfs')) ?? 'disorderfs';
  const unmount = (await processes.find('fusermount3')) ?? (await processes.find('fusermount')) ?? 'fusermount';
  const env = { PATH: processes.repositoryEnvironment.PATH ?? '/usr/bin:/bin' };
  const argv = [
    tool,
    '-f',
    '--quiet',
    '--pad-blocks=0',
    '--shuffle-dirents=no',
    '--sort-dirents=no',
    '--reverse-dirents=yes',
    from,
    to,
  ] as const;
  const served: RunningProcess = await processes.start({ argv: [...argv], folder: from, env });
  const isMounted = async () => (await files.readText('/proc/self/mounts')).includes(` ${to} fuse`);
  const end = clock.monotonicMs() + MOUNT_TIMEOUT_MS;
  while (!(await isMounted())) {
    if (clock.monotonicMs() > end) {
      await served[Symbol.asyncDispose]();
      throw new UserError({
        where: to,
        found: 'disorderfs that does not mount',
        expected: 'a FUSE mount',
        todo: 'leave out file-ordering: vary all, -file-ordering',
      });
    }
    await clock.sleep(5);
  }
  return {
    path: to,
    [Symbol.asyncDispose]: async () => {
      await processes.run({ argv: [unmount, '-u', '-z', to], folder: from, env, timeoutMs: MOUNT_TIMEOUT_MS });
      await served[Symbol.asyncDispose]();
      await files.remove(to);
    },
  };
}
