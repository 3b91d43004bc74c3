import { constants, type Dirent } from 'node:fs';
import { chmod, copyFile, lstat, lutimes, mkdir, readdir, readlink, symlink, utimes } from 'node:fs/promises';
import { UserError } from '../core/index.ts';
import { drain } from './bounded.ts';
import { explaining } from './file-errors.ts';
import { ignorer } from './glob.ts';

const AT_ONCE = 16;
const SEPARATOR = Buffer.from('/');

interface Item {
  readonly from: Buffer;
  readonly to: Buffer;
  /** Relative to the root, for exclusion and messages; `''` is the root. */
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'link';
}

/**
 * Copies a folder: files (reflink where there is one, never a hard link), links as they are, permission bits and times. Sockets, FIFOs and devices are
 * left out. Names are handled as bytes, so that any name survives. Folders receive their mode and times last, so that a read-only one can be filled.
 */
export async function copyFolder(
  from: string,
  to: string,
  exclude: readonly string[] = [],
  onFile: (done: number) => void = () => undefined,
): Promise<void> {
  const root = await explaining(from, 'a folder to copy', () => lstat(from));
  if (!root.isDirectory()) {
    throw new UserError({ where: from, found: 'no folder', expected: 'a folder to copy', todo: 'name a folder' });
  }
  const excluded = ignorer(from, exclude);
  const folders: Item[] = [];
  const start: Item = { from: Buffer.from(from), to: Buffer.from(to), name: '', kind: 'folder' };
  await mkdir(to, { recursive: true });
  let done = 0;
  await drain([start], AT_ONCE, (item, add) =>
    explaining(item.name === '' ? from : item.name, 'room and permission to copy it', async () => {
      if (item.kind === 'folder') {
        folders.push(item);
        // A destination inside the source is not part of what is copied.
        for (const child of await childrenOf(item)) if (!excluded(child.name) && !child.from.equals(start.to)) add(child);
        return;
      }
      await (item.kind === 'link' ? copyLink(item) : copyOne(item));
      done += 1;
      onFile(done);
    }),
  );
  // Deeper folders first: setting a time on a parent must come after its children are final.
  for (const folder of folders.reverse()) {
    const { mode, atimeMs, mtimeMs } = await lstat(folder.from);
    await chmod(folder.to, mode & 0o7777);
    await utimes(folder.to, atimeMs / 1000, mtimeMs / 1000);
  }
}

async function childrenOf(folder: Item): Promise<readonly Item[]> {
  if (folder.name !== '') await mkdir(folder.to, { recursive: true, mode: 0o700 });
  const entries = await readdir(folder.from, { withFileTypes: true, encoding: 'buffer' });
  return entries.flatMap((entry) => {
    const kind = kindOf(entry);
    if (kind === undefined) return [];
    const text = entry.name.toString('utf8');
    return [
      {
        from: Buffer.concat([folder.from, SEPARATOR, entry.name]),
        to: Buffer.concat([folder.to, SEPARATOR, entry.name]),
        name: folder.name === '' ? text : `${folder.name}/${text}`,
        kind,
      },
    ];
  });
}

function kindOf(entry: Dirent<Buffer>): Item['kind'] | undefined {
  return entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : entry.isFile() ? 'file' : undefined;
}

async function copyOne(item: Item): Promise<void> {
  const { atimeMs, mtimeMs } = await lstat(item.from);
  // The mode comes along (libuv, uv_fs_copyfile).
  await copyFile(item.from, item.to, constants.COPYFILE_FICLONE);
  await utimes(item.to, atimeMs / 1000, mtimeMs / 1000);
}

async function copyLink(item: Item): Promise<void> {
  const { atimeMs, mtimeMs } = await lstat(item.from);
  await symlink(await readlink(item.from, { encoding: 'buffer' }), item.to);
  await lutimes(item.to, atimeMs / 1000, mtimeMs / 1000);
}
