import { crc32 } from 'node:zlib';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { ArchiveError, compareArchives, heldContent, MAX_UNFOLDED_BYTES } from './archives.ts';
import type { Content, Format, Member } from './format.ts';

/** zip by member, checksums verified. */
export const zip: Format = {
  name: 'zip',
  extensions: ['.zip', '.jar', '.whl', '.vsix', '.nupkg'],
  compare: (pair) => compareArchives(pair, readZip),
};

/** Members of a zip archive. @throws ArchiveError */
export async function readZip(content: Content): Promise<readonly Member[]> {
  if (content.size > MAX_UNFOLDED_BYTES) throw new ArchiveError('too large to unfold');
  const bytes = await content.read();
  try {
    const archive = await openZip(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    const members: Member[] = [];
    let unfolded = 0;
    for await (const entry of entriesOf(archive)) {
      if (entry.fileName.endsWith('/')) continue;
      unfolded += entry.uncompressedSize;
      if (unfolded > MAX_UNFOLDED_BYTES) throw new ArchiveError('unfolds to too much');
      const data = await readEntry(archive, entry);
      if (crc32(data) >>> 0 !== entry.crc32 >>> 0) throw new ArchiveError(`checksum of ${JSON.stringify(entry.fileName)} does not fit`);
      const unixMode = entry.versionMadeBy >> 8 === 3 ? entry.externalFileAttributes >>> 16 : 0;
      const isLink = (unixMode & 0o170000) === 0o120000;
      members.push(
        isLink
          ? { name: entry.fileName, entry: { kind: 'other', what: `a link to ${JSON.stringify(data.toString('utf8'))}` } }
          : {
              name: entry.fileName,
              entry: { kind: 'file', content: heldContent(data), ...(unixMode === 0 ? {} : { mode: unixMode & 0o777 }) },
            },
      );
    }
    return members;
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError(error instanceof Error ? error.message.slice(0, 120) : 'unreadable', { cause: error });
  }
}

function openZip(buffer: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(buffer, { lazyEntries: true, validateEntrySizes: true }, (error, archive) => (error ? reject(error) : resolve(archive)));
  });
}

async function* entriesOf(archive: ZipFile): AsyncGenerator<Entry, void, undefined> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      const settle = (act: () => void) => {
        archive.removeAllListeners();
        act();
      };
      archive.once('entry', (next: Entry) => settle(() => resolve(next)));
      archive.once('end', () => settle(() => resolve(undefined)));
      archive.once('error', (error: Error) => settle(() => reject(error)));
      archive.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

function readEntry(archive: ZipFile, entry: Entry): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) => {
      if (error) {
        reject(error);
        return;
      }
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => resolve(Buffer.concat(parts)));
      stream.on('error', reject);
    });
  });
}
