import { createHash, hash } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../core/index.ts';
import type { FileDigest, FileKind } from '../core/ports/files.ts';
import { explainFileError } from './file-errors.ts';

/** Up to here a file is read at once, and without waiting: a thousand small files take longer to wait for than to read. */
const SMALL_BYTES = 256 * 1024;
const CHUNK_BYTES = 1024 * 1024;
/** The rest of the program gets its turn after so many bytes or files. */
const TURN_BYTES = 8 * 1024 * 1024;
const TURN_FILES = 128;

/** Looks at files below a folder and hashes what can be read, one after the other in the order given. Memory: two buffers and a batch, whatever the sizes. */
export async function* digestFiles(
  folder: string,
  paths: readonly string[],
  kindOf: (stats: Stats) => FileKind,
): AsyncGenerator<readonly FileDigest[], void, undefined> {
  const small = Buffer.allocUnsafeSlow(SMALL_BYTES);
  let large: Buffer | undefined;
  let batch: FileDigest[] = [];
  let bytes = 0;
  for (const path of paths) {
    const place = join(folder, path);
    try {
      const stats = lstatSync(place);
      bytes += stats.size;
      const known = { kind: kindOf(stats), mode: stats.mode & 0o7777, size: stats.size };
      if (known.kind === 'link') {
        const target = readlinkSync(place, { encoding: 'buffer' });
        batch.push({ ...known, size: target.length, sha256: hash('sha256', target, 'hex') });
      } else if (known.kind !== 'file') batch.push({ ...known, size: 0, sha256: '' });
      else if (stats.size < SMALL_BYTES) batch.push({ kind: 'file', mode: known.mode, ...readSmall(place, small, stats.size) });
      else {
        large ??= Buffer.allocUnsafeSlow(CHUNK_BYTES);
        batch.push({ kind: 'file', mode: known.mode, ...(await readLarge(place, large)) });
      }
    } catch (error) {
      const explained = explainFileError(error, path, 'a readable file');
      if (!(explained instanceof UserError)) throw explained;
      batch.push({ kind: 'file', mode: 0, size: 0, sha256: '', unreadable: explained.problem.found });
    }
    if (bytes < TURN_BYTES && batch.length < TURN_FILES) continue;
    yield batch;
    batch = [];
    bytes = 0;
    await setImmediate();
  }
  yield batch;
}

/** Never through a link, and never waiting for the other end of a FIFO. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function readSmall(place: string, buffer: Buffer, expected: number): { readonly size: number; readonly sha256: string } {
  const file = openSync(place, FLAGS);
  try {
    let length = 0;
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, length);
      // A full read of what it was said to hold is the end; only a file of no size (as in /proc) is asked again.
      if (read === 0 || (expected > 0 && length + read === expected)) {
        length += read;
        return { size: length, sha256: hash('sha256', buffer.subarray(0, length), 'hex') };
      }
      length += read;
      // It grew since it was looked at: hashed piece by piece from here.
      if (length === buffer.length) return readGrown(file, buffer);
    }
  } finally {
    closeSync(file);
  }
}

function readGrown(file: number, buffer: Buffer): { readonly size: number; readonly sha256: string } {
  const whole = createHash('sha256');
  let size = 0;
  for (let read = readSync(file, buffer, 0, buffer.length, 0); read > 0; read = readSync(file, buffer, 0, buffer.length, size)) {
    whole.update(buffer.subarray(0, read));
    size += read;
  }
  return { size, sha256: whole.digest('hex') };
}

async function readLarge(place: string, buffer: Buffer): Promise<{ readonly size: number; readonly sha256: string }> {
  await using handle = await open(place, FLAGS);
  const whole = createHash('sha256');
  let size = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size);
    if (bytesRead === 0) return { size, sha256: whole.digest('hex') };
    whole.update(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
}
