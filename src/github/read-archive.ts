import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { type ArchiveLimits, UserError } from '../core/index.ts';

/** Type bits of a Unix mode in the upper half of the external attributes (APPNOTE 4.4.15, as Info-ZIP writes them). */
const TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const MAX_SHOWN_CHARACTERS = 60;

/**
 * Unpacks a zip that somebody may have made to do harm, in memory and within limits: the bytes that come out are counted, whatever the archive says
 * about their number. Nothing is written anywhere.
 * @throws UserError for anything but plain files with expected names: links, folders, repeated names, encryption, wrong sizes and checksums, bombs.
 */
export async function readArchive(name: string, bytes: Uint8Array, limits: ArchiveLimits): Promise<ReadonlyMap<string, Uint8Array>> {
  const refuse = (found: string, cause?: unknown) =>
    new UserError(
      {
        where: name,
        found,
        expected: 'a zip that holds the files of one decision',
        todo: 'look at the run that made it; nothing in it was used',
      },
      { cause },
    );
  const files = new Map<string, Uint8Array>();
  let total = 0;
  let problem: string | undefined;
  try {
    const archive = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { strictFileNames: true });
    if (archive.entryCount > limits.maxEntries) throw refuse(`${archive.entryCount} entries, more than ${limits.maxEntries}`);
    for await (const entry of archive.eachEntry()) {
      problem = troubleWith(entry, files, limits);
      if (problem !== undefined) break;
      const content = await readEntry(archive, entry, Math.min(limits.maxFileBytes, limits.maxTotalBytes - total));
      if (content === undefined) {
        problem = 'more bytes than are accepted, once unpacked';
        break;
      }
      if (crc32(content) !== entry.crc32) {
        problem = `${show(entry.fileName)} has another checksum than the archive says`;
        break;
      }
      total += content.length;
      files.set(entry.fileName, content);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    // The library's sentences repeat names out of the archive, so they stay in the cause.
    throw refuse('no readable zip', error);
  }
  if (problem !== undefined) throw refuse(problem);
  return files;
}

function troubleWith(entry: Entry, files: ReadonlyMap<string, Uint8Array>, limits: ArchiveLimits): string | undefined {
  const { fileName } = entry;
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (!limits.names.test(fileName)) return `an entry with the name ${show(fileName)}`;
  if (files.has(fileName)) return `two entries with the name ${show(fileName)}`;
  if (type !== 0 && type !== REGULAR_FILE) return `${show(fileName)} is a link, a folder or a device`;
  if (entry.isEncrypted()) return `${show(fileName)} is encrypted`;
  if (entry.uncompressedSize > limits.maxFileBytes) return `${show(fileName)} has more than ${limits.maxFileBytes} bytes`;
  return undefined;
}

/** `undefined` when more than `maxBytes` come out. */
async function readEntry(archive: ZipFile, entry: Entry, maxBytes: number): Promise<Uint8Array | undefined> {
  const stream = await archive.openReadStreamPromise(entry);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts, size));
}

function show(name: string): string {
  return JSON.stringify(name.length <= MAX_SHOWN_CHARACTERS ? name : `${name.slice(0, MAX_SHOWN_CHARACTERS)}…`);
}
