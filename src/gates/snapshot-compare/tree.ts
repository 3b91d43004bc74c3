import { sortBy } from '../../core/order.ts';
import type { Files } from '../../core/ports/files.ts';
import type { FolderState } from './facts.ts';

/** What stands at one path of a snapshot folder. Links to files count as the files; other links by where they point. */
export type TreeEntry =
  | { readonly path: string; readonly kind: 'file'; readonly size: number }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'other'; readonly what: string };

export interface Tree {
  readonly state: FolderState;
  /** In total order of paths. */
  readonly entries: readonly TreeEntry[];
}

/** Lists everything below a folder that is no folder itself. An absent folder is a state, not an error. */
export async function readTree(files: Files, folder: string): Promise<Tree> {
  const stat = await files.statTarget(folder);
  if (!stat) return { state: 'absent', entries: [] };
  const entries: TreeEntry[] = [];
  const pending = [''];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    for (const { name, kind } of await files.list(`${folder}/${below}`)) {
      const path = `${below}${name}`;
      if (kind === 'folder') pending.push(`${path}/`);
      else entries.push(await readEntry(files, folder, path, kind));
    }
  }
  return { state: entries.length === 0 ? 'empty' : 'present', entries: sortBy(entries, ({ path }) => path) };
}

async function readEntry(files: Files, folder: string, path: string, kind: string): Promise<TreeEntry> {
  const full = `${folder}/${path}`;
  if (kind === 'file' || kind === 'link') {
    const target = await files.statTarget(full);
    if (target?.kind === 'file') return { path, kind: 'file', size: target.size };
    if (kind === 'link') return { path, kind: 'link', target: await files.readLink(full) };
  }
  return { path, kind: 'other', what: kind };
}
