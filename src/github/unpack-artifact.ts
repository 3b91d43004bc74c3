import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { type Entry, openPromise } from 'yauzl';
import { isUnderGit, UserError } from '../core/index.ts';

const TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const ZIP_START = /^PK(\x03\x04|\x05\x06)/;
const MAX_SHOWN_CHARACTERS = 80;

/** Where an artifact is unpacked. */
export interface UnpackTarget {
  /** For messages. */
  readonly artifact: string;
  /** Absolute; nothing is written outside of it. */
  readonly root: string;
  /** Folder below the root that receives the files. */
  readonly folder: string;
}

/** A file that was written; the path is relative to the root, with `/` between segments. */
export interface UnpackedFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Unpacks what was downloaded into `download`: a zip, or one file as it is. Any job of a run can upload an artifact of any name, so nothing in it is
 * believed: files are written below the root only, never under `.git` in any spelling, and never through a link.
 * @throws UserError for an archive that would.
 */
export async function unpackArtifact(download: string, target: UnpackTarget): Promise<readonly UnpackedFile[]> {
  const [name, ...others] = await readdir(download);
  if (name === undefined || others.length > 0) throw refuse(target, `${others.length + (name === undefined ? 0 : 1)} files`);
  const path = join(download, name);
  const write = await createWriter(target);
  if (!(await isZip(path))) {
    await using handle = await open(path);
    return [await write(name, handle.createReadStream({ autoClose: false }))];
  }
  const written: UnpackedFile[] = [];
  try {
    const archive = await openPromise(path, { strictFileNames: true });
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      refuseIrregular(entry, target);
      written.push(await write(entry.fileName, await archive.openReadStreamPromise(entry)));
    }
  } catch (error) {
    if (error instanceof UserError || codeOf(error) !== undefined) throw error;
    // The library has no type of its own for what is wrong with an archive, and its sentences repeat names out of it.
    throw refuse(target, 'no readable zip, or a name that leads out of the folder', error);
  }
  return written;
}

type Write = (name: string, content: Readable) => Promise<UnpackedFile>;

async function createWriter(target: UnpackTarget): Promise<Write> {
  const root = await realpath(target.root);
  const below = relative(target.root, resolve(target.root, target.folder)).split(sep).join('/');
  const safe = new Set<string>(['.']);
  /** Makes a folder below the root segment by segment, so that a link on the way is seen before anything is made behind it. */
  const makeFolder = async (folder: string): Promise<void> => {
    if (safe.has(folder)) return;
    await makeFolder(posix.dirname(folder));
    const path = join(root, folder);
    await mkdir(path).catch((error) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    const leadsTo = await realpath(path).catch(() => undefined);
    const real = leadsTo === undefined ? '..' : relative(root, leadsTo).split(sep).join('/');
    if (leadsTo === undefined || leaves(real) || isUnderGit(real))
      throw refuse(target, `a file below ${show(folder)}, which leads elsewhere`);
    if (!(await lstat(leadsTo)).isDirectory()) throw refuse(target, `files below ${show(folder)}, which is no folder`);
    safe.add(folder);
  };
  return async (name, content) => {
    const path = posix.normalize(posix.join(below || '.', name));
    if (leaves(path) || isUnderGit(path)) throw refuse(target, `a file with the name ${show(path)}`);
    await makeFolder(posix.dirname(path));
    const place = join(root, path);
    // A new file takes the place of what is there, so that a link is replaced and not followed.
    const temporary = join(dirname(place), `.testops-${randomBytes(8).toString('hex')}.tmp`);
    try {
      const sha256 = await writeNew(temporary, content);
      await rename(temporary, place);
      return { path, sha256 };
    } finally {
      await rm(temporary, { force: true });
    }
  };
}

async function writeNew(path: string, content: Readable): Promise<string> {
  await using handle: FileHandle = await open(path, 'wx');
  const hash = createHash('sha256');
  for await (const chunk of content as AsyncIterable<Buffer>) {
    hash.update(chunk);
    await handle.appendFile(chunk);
  }
  return hash.digest('hex');
}

function refuseIrregular(entry: Entry, target: UnpackTarget): void {
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (type !== 0 && type !== REGULAR_FILE) throw refuse(target, `${show(entry.fileName)}, which is a link or a device`);
  if (entry.isEncrypted()) throw refuse(target, `${show(entry.fileName)}, which is encrypted`);
}

async function isZip(path: string): Promise<boolean> {
  await using handle = await open(path);
  const head = Buffer.alloc(4);
  const { bytesRead } = await handle.read(head, 0, 4, 0);
  return ZIP_START.test(head.toString('latin1', 0, bytesRead));
}

function leaves(path: string): boolean {
  return path === '..' || path.startsWith('../') || path.startsWith('/') || /^[A-Za-z]:/.test(path);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function refuse({ artifact }: UnpackTarget, found: string, cause?: unknown): UserError {
  return new UserError(
    {
      where: `artifact ${artifact}`,
      found,
      expected: 'regular files below the workspace, none of them under .git',
      todo: 'check which job uploaded the artifact, and run the workflow again without it',
    },
    cause === undefined ? {} : { cause },
  );
}

function show(name: string): string {
  return JSON.stringify(name.length <= MAX_SHOWN_CHARACTERS ? name : `${name.slice(0, MAX_SHOWN_CHARACTERS)}…`);
}
