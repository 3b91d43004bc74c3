import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { ArchiveError, compareArchives, heldContent, MAX_UNFOLDED_BYTES } from './archives.ts';
import type { Content, Format, Member } from './format.ts';

const BLOCK_BYTES = 512;

/** tar (ustar, pax, GNU), also gzipped, by member. */
export const tar: Format = { name: 'tar', extensions: ['.tar', '.tar.gz', '.tgz'], compare: (pair) => compareArchives(pair, readTar) };

/** Members of a tar archive. @throws ArchiveError */
export async function readTar(content: Content): Promise<readonly Member[]> {
  if (content.size > MAX_UNFOLDED_BYTES) throw new ArchiveError('too large to unfold');
  const raw = await content.read();
  const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? await inflate(raw) : raw;
  if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0) throw new ArchiveError(bytes.length === 0 ? 'empty' : 'truncated');
  if (!endsProperly(bytes)) throw new ArchiveError('truncated: no end of archive');
  try {
    const entries = await unpackTar(bytes, { strict: true });
    return entries.flatMap(({ header, data }): Member[] => {
      const name = header.name.replace(/^(\.?\/)+/, '').replace(/\/$/, '');
      if (header.type === 'directory' || name === '') return [];
      const mode = header.mode === undefined ? {} : { mode: header.mode & 0o777 };
      if (header.type === 'file' || header.type === undefined)
        return [{ name, entry: { kind: 'file', content: heldContent(data ?? new Uint8Array()), ...mode } }];
      return [
        { name, entry: { kind: 'other', what: `a ${header.type}${header.linkname ? ` to ${JSON.stringify(header.linkname)}` : ''}` } },
      ];
    });
  } catch (error) {
    throw new ArchiveError(error instanceof Error ? error.message.slice(0, 120) : 'unreadable', { cause: error });
  }
}

async function inflate(raw: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(raw, { maxOutputLength: MAX_UNFOLDED_BYTES });
  } catch (error) {
    throw new ArchiveError(error instanceof RangeError ? 'unfolds to too much' : 'gzip data is damaged or truncated', { cause: error });
  }
}

/** An archive ends with two blocks of zeros; one that does not was cut off between members. */
function endsProperly(bytes: Uint8Array): boolean {
  return bytes.length >= 2 * BLOCK_BYTES && bytes.subarray(-2 * BLOCK_BYTES).every((byte) => byte === 0);
}
