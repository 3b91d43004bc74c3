import type { Files } from '../../../core/ports/files.ts';
import type { Processes } from '../../../core/ports/processes.ts';

/**
 * Ends processes that left their group (daemons) but still work below `root`, and says what they are called. Linux only: elsewhere there is no list of
 * working folders to read.
 */
export async function findLeftovers(
  { files, processes }: { readonly files: Files; readonly processes: Processes },
  root: string,
): Promise<readonly string[]> {
  if (processes.platform.os !== 'linux') return [];
  const entries = await files.list('/proc').catch(() => []);
  const names: string[] = [];
  const ids: string[] = [];
  for (const { name: id } of entries) {
    if (!/^\d+$/.test(id)) continue;
    const folder = await files.readLink(`/proc/${id}/cwd`).catch(() => '');
    if (folder !== root && !folder.startsWith(`${root}/`)) continue;
    const name = await files.readText(`/proc/${id}/comm`).catch(() => '');
    if (name.trim() === 'disorderfs' || name === '') continue;
    names.push(name.trim());
    ids.push(id);
  }
  if (ids.length > 0)
    await processes.run({ argv: ['kill', '-9', ...ids], folder: '/', env: processes.repositoryEnvironment, timeoutMs: 5_000 });
  return names;
}
