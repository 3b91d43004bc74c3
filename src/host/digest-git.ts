import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sortBy } from '../core/index.ts';

/** What makes git run something, or read files otherwise: configuration, hooks, attributes. Objects and references do neither. */
const CONTROLS = /^(config(\.worktree)?|hooks|info|modules|worktrees|commondir)$/;
const SKIPPED = new Set(['objects', 'refs', 'logs', 'lfs', 'index', 'HEAD', 'ORIG_HEAD', 'FETCH_HEAD', 'packed-refs', 'shallow']);

/** SHA-256 over everything that steers git in a workspace; equal digests say that nothing was added, removed or changed. */
export async function digestGitControls(workspace: string): Promise<string> {
  const hash = createHash('sha256');
  const top = join(workspace, '.git');
  await add(top, '.git', CONTROLS);
  for (const folder of await linkedFolders(top)) await add(folder, folder, CONTROLS);
  await addAttributes(workspace, '');
  return hash.digest('hex');

  async function add(path: string, name: string, only?: RegExp): Promise<void> {
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) return;
    if (stats.isSymbolicLink()) hash.update(`${name}\0link\0${await readlink(path)}\0`);
    else if (stats.isFile())
      hash.update(
        `${name}\0${stats.mode}\0${createHash('sha256')
          .update(await readFile(path))
          .digest('hex')}\0`,
      );
    else if (stats.isDirectory()) {
      for (const entry of await namesIn(path))
        if (only?.test(entry) ?? !SKIPPED.has(entry)) await add(join(path, entry), `${name}/${entry}`);
    }
  }

  async function addAttributes(folder: string, below: string): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of sortBy(entries, ({ name }) => name)) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.name === '.gitattributes' || entry.name === '.gitmodules') await add(join(folder, entry.name), name);
      else if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules')
        await addAttributes(join(folder, entry.name), name);
    }
  }
}

/** Where `.git` is a file, the folders that it leads to. */
async function linkedFolders(top: string): Promise<readonly string[]> {
  const text = await readFile(top, 'utf8').catch(() => '');
  const folder = /^gitdir: (.+)$/m.exec(text)?.[1];
  if (folder === undefined) return [];
  const own = resolve(top, '..', folder);
  const common = await readFile(join(own, 'commondir'), 'utf8').catch(() => undefined);
  return common === undefined ? [own] : [own, resolve(own, common.trim())];
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return sortBy(await readdir(folder), (name) => name);
}
