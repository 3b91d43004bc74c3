import type { Files } from '../../../core/ports/files.ts';

/** libfaketime shares its state under these names; what belongs to a process that was killed stays behind. */
const NAME = /^(?:sem\.faketime_sem|faketime_shm)_(\d+)$/;

/** Removes what dead processes left in shared memory. */
export async function removeFakeClocks(files: Files): Promise<void> {
  for (const { name } of await files.list('/dev/shm').catch(() => [])) {
    const owner = NAME.exec(name)?.[1];
    if (owner === undefined || (await files.stat(`/proc/${owner}`)) !== undefined) continue;
    await files.remove(`/dev/shm/${name}`).catch(() => undefined);
  }
}
