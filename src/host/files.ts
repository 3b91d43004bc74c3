import { randomBytes } from 'node:crypto';
import { type BigIntStats, constants, rmSync, type Stats } from 'node:fs';
import {
  appendFile,
  chmod,
  type FileHandle,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  unlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sortBy, UserError } from '../core/index.ts';
import type { FileKind, FileStat, Files, FileWriter, FolderEntry, TemporaryFolder } from '../core/ports/files.ts';
import { copyFolder } from './copy-tree.ts';
import { digestFiles } from './digest-files.ts';
import { codeOf, explainFileError, explaining } from './file-errors.ts';
import { globFiles, refuseUnreadableName } from './glob.ts';
import { registerLastWill } from './last-will.ts';

const CHUNK_BYTES = 1024 * 1024;
/** The longest text that V8 holds; more bytes could not become one string. */
const MAX_TEXT_BYTES = 0x1fffffe8;
const MAX_READ_BYTES = 0x7fffffff;

/** Files of a workspace (absolute path); temporary folders are made in `temporaryRoot`, default the system's. */
export function createFiles(workspace: string, temporaryRoot: string = tmpdir()): Files {
  const at = (path: string): string => resolve(workspace, path);
  return {
    workspace,
    resolve: at,
    stat: (path) => statOf(path, () => lstat(at(path), { bigint: true })),
    statTarget: (path) => statOf(path, () => stat(at(path), { bigint: true })),
    realPath: (path) => realPathOf(at(path), path),
    list: (folder) => explaining(folder, 'a readable folder', () => listFolder(at(folder))),
    glob: (patterns, options) => globFiles(workspace, patterns, options),
    stream: (path, range) => (path === '-' ? streamStandardInput() : streamFile(at(path), path, range)),
    digests: (folder, paths) => digestFiles(at(folder), paths, kindOf),
    read: (path, options) => readWhole(at(path), path, Math.min(options?.maxBytes ?? MAX_READ_BYTES, MAX_READ_BYTES)),
    readText: async (path, options) =>
      decode(await readWhole(at(path), path, Math.min(options?.maxBytes ?? MAX_TEXT_BYTES, MAX_TEXT_BYTES)), path),
    readLink: (path) => explaining(path, 'a symbolic link', () => readlink(at(path))),
    write: async (path, data) => {
      await using writer = await openWriter(at(path), path);
      await writer.write(data);
      await writer.close();
    },
    writer: (path) => openWriter(at(path), path),
    append: (path, data) =>
      explaining(path, 'a file that can be written', async () => {
        await mkdir(dirname(at(path)), { recursive: true });
        await appendFile(at(path), data);
      }),
    makeFolder: (path) =>
      explaining(path, 'a folder that can be made', async () => {
        await mkdir(at(path), { recursive: true });
      }),
    remove: (path) => explaining(path, 'something that can be removed', () => removeTree(at(path))),
    rename: (from, to) =>
      explaining(from, `something that can be renamed to ${to}`, async () => {
        await mkdir(dirname(at(to)), { recursive: true });
        await rename(at(from), at(to));
      }),
    changeMode: (path, mode) => explaining(path, 'something whose mode can be changed', () => chmod(at(path), mode)),
    copyTree: (from, to, options) =>
      explaining(to, 'a folder that can be written', () => copyFolder(at(from), at(to), options?.exclude, options?.onFile)),
    temporaryFolder: (prefix) => makeTemporaryFolder(temporaryRoot, prefix),
  };
}

function kindOf(entry: Pick<Stats | BigIntStats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket'>): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isFIFO()) return 'fifo';
  return entry.isSocket() ? 'socket' : 'device';
}

async function statOf(path: string, take: () => Promise<BigIntStats>): Promise<FileStat | undefined> {
  try {
    const stats = await take();
    return {
      kind: kindOf(stats),
      size: stats.isFile() ? Number(stats.size) : 0,
      mode: Number(stats.mode) & 0o7777,
      modifiedMs: Number(stats.mtimeNs) / 1e6,
      changedMs: Number(stats.ctimeNs) / 1e6,
      revision: `${stats.ino}:${stats.size}:${stats.ctimeNs}`,
    };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw explainFileError(error, path, 'a path that can be looked up');
  }
}

async function realPathOf(path: string, shown: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw explainFileError(error, shown, 'a path that can be looked up');
  }
}

async function listFolder(path: string): Promise<readonly FolderEntry[]> {
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries) if (!entry.isSymbolicLink()) await refuseUnreadableName(path, entry.name);
  return sortBy(
    entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
    (entry) => entry.name,
  );
}

/** Opens without ever waiting for the other end of a FIFO, and refuses what is no regular file. */
async function openRegular(path: string, shown: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  const handle = await explaining(shown, 'a readable file', async () => {
    const before = await stat(path);
    refuseIrregular(before, shown);
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  });
  try {
    const stats = await handle.stat();
    refuseIrregular(stats, shown);
    return { handle, size: stats.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function refuseIrregular(stats: Stats, shown: string): void {
  if (stats.isFile()) return;
  const kind = kindOf(stats);
  throw new UserError({ where: shown, found: `a ${kind}`, expected: 'a regular file', todo: 'name a file' });
}

/** `-` is standard input, which can be read once. */
async function* streamStandardInput(): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of process.stdin) yield chunk as Uint8Array;
}

async function* streamFile(
  path: string,
  shown: string,
  range: { readonly start?: number; readonly end?: number; readonly reuse?: boolean } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { handle } = await openRegular(path, shown);
  try {
    let position = range.start ?? 0;
    const end = range.end ?? Number.POSITIVE_INFINITY;
    let buffer: Buffer | undefined;
    while (position < end) {
      const size = Math.min(CHUNK_BYTES, end - position);
      if (buffer === undefined || range.reuse !== true) buffer = Buffer.allocUnsafeSlow(size);
      const into = buffer;
      const { bytesRead } = await explaining(shown, 'a readable file', () => handle.read(into, 0, size, position));
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function readWhole(path: string, shown: string, maxBytes: number): Promise<Uint8Array> {
  const { handle, size } = await openRegular(path, shown);
  try {
    if (size > maxBytes) throw tooLarge(shown, size, maxBytes);
    // The size may lie (files of /proc have none) or the file may grow while it is read.
    const parts: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(CHUNK_BYTES * 8, size - total + 1)));
      const { bytesRead } = await explaining(shown, 'a readable file', () => handle.read(buffer, 0, buffer.length, total));
      if (bytesRead === 0) break;
      total += bytesRead;
      if (total > maxBytes) throw tooLarge(shown, total, maxBytes);
      parts.push(buffer.subarray(0, bytesRead));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, total);
  } finally {
    await handle.close();
  }
}

function tooLarge(shown: string, size: number, maxBytes: number): UserError {
  return new UserError({ where: shown, found: `${size} bytes`, expected: `at most ${maxBytes} bytes`, todo: 'name a smaller file' });
}

function decode(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserError(
      { where: shown, found: 'bytes that are not UTF-8', expected: 'UTF-8 text', todo: 'save the file as UTF-8' },
      { cause: error },
    );
  }
}

async function openWriter(path: string, shown: string): Promise<FileWriter> {
  const expected = 'a file that can be written';
  const temporary = join(dirname(path), `.testops-${randomBytes(8).toString('hex')}.tmp`);
  const handle = await explaining(shown, expected, async () => {
    await mkdir(dirname(path), { recursive: true });
    return await open(temporary, 'wx');
  });
  let open_ = true;
  const abandon = async (): Promise<void> => {
    if (!open_) return;
    open_ = false;
    await handle.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
  };
  const guarded = async (work: () => Promise<unknown>): Promise<void> => {
    if (!open_) throw new Error(`the writer of ${shown} is closed`);
    try {
      await work();
    } catch (error) {
      await abandon();
      throw explainFileError(error, shown, expected);
    }
  };
  return {
    write: (chunk) => guarded(() => handle.appendFile(chunk)),
    close: () =>
      guarded(async () => {
        await handle.sync();
        await handle.close();
        await rename(temporary, path);
        open_ = false;
      }),
    [Symbol.asyncDispose]: abandon,
  };
}

/** Also removes what lies in folders that nobody may write to: they are given back the owner's rights first. */
async function removeTree(path: string): Promise<void> {
  // Something that is just ending may still add to the folder.
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;
  try {
    await rm(path, options);
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(codeOf(error))) throw error;
    await openFolders(Buffer.from(path));
    await rm(path, options);
  }
}

async function openFolders(path: Buffer): Promise<void> {
  const stats = await lstat(path);
  if (!stats.isDirectory()) return;
  await chmod(path, 0o700).catch(() => undefined);
  for (const entry of await readdir(path, { withFileTypes: true, encoding: 'buffer' })) {
    if (entry.isDirectory()) await openFolders(Buffer.concat([path, Buffer.from('/'), entry.name]));
  }
}

async function makeTemporaryFolder(root: string, prefix: string): Promise<TemporaryFolder> {
  const path = await explaining(root, 'a folder for temporary files', async () => realpath(await mkdtemp(join(root, prefix))));
  const withdraw = registerLastWill({ gently: async () => undefined, now: () => removeNow(path) });
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await explaining(path, 'a temporary folder that can be removed', () => removeTree(path));
      withdraw();
    },
  };
}

function removeNow(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The process is ending: there is nobody left to tell, and the folder is temporary.
  }
}
