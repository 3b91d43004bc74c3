import { type InflateProblem, inflate } from './inflate.ts';

/*
 * Own code and no library, because members have to come as streams that stop at our own limits on depth, number and expansion, every kind of damage has to
 * come out as a fact instead of an exception, and the bytes come through the port of files, never from a path. What is written here is the walk over the
 * headers; inflating is zlib's.
 */

/** Bytes of a file that can be read at any place. */
export interface RandomAccess {
  readonly size: number;
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

export interface ZipMember {
  readonly name: string;
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export type ZipProblem = InflateProblem | 'encrypted';

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_DIRECTORY_BYTES = 64 << 20;

export function looksLikeZip(head: Buffer): boolean {
  return head.length >= 4 && (head.readUInt32LE(0) === LOCAL || head.readUInt32LE(0) === END);
}

/**
 * Members of a zip archive, in the order of its central directory (PKWARE APPNOTE 6.3.10, with zip64). `report` hears of the archive as a whole (no
 * name) and of single members.
 */
export async function* readZip(source: RandomAccess, report: (problem: ZipProblem, name?: string) => void): AsyncGenerator<ZipMember> {
  const directory = await readDirectory(source);
  if (directory === undefined) {
    report('truncated');
    return;
  }
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === ENTRY; ) {
    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const [size, packed, offset] = sizesOf(directory, at, extra);
    at += 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
    if (name.endsWith('/')) continue;
    if (flags & 1) {
      report('encrypted', name);
      continue;
    }
    const local = await gather(source.read(offset, Math.min(offset + 30, source.size)), 30);
    if (local.length < 30 || local.readUInt32LE(0) !== LOCAL) {
      report('corrupt', name);
      continue;
    }
    const start = offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    const content = () => source.read(start, Math.min(start + packed, source.size));
    if (start + packed > source.size) report('truncated', name);
    if (method === 0) yield { name, size, bytes: content() };
    else if (method === 8) yield { name, size, bytes: inflate(content(), 'deflate-raw', (problem) => report(problem, name)) };
    else if (method === 93) yield { name, size, bytes: inflate(content(), 'zstd', (problem) => report(problem, name)) };
    else report('unsupported', name);
  }
}

/** Unpacked size, packed size and offset; values of all ones stand in the zip64 field, in that order. */
function sizesOf(directory: Buffer, at: number, extra: Buffer): [size: number, packed: number, offset: number] {
  const values: [number, number, number] = [
    directory.readUInt32LE(at + 24),
    directory.readUInt32LE(at + 20),
    directory.readUInt32LE(at + 42),
  ];
  for (let field = 0; field + 4 <= extra.length; field += 4 + extra.readUInt16LE(field + 2)) {
    if (extra.readUInt16LE(field) !== 1) continue;
    let position = field + 4;
    for (let index = 0; index < 3; index++) {
      if (values[index] !== 0xffffffff || position + 8 > extra.length) continue;
      values[index] = Number(extra.readBigUInt64LE(position));
      position += 8;
    }
  }
  return values;
}

async function readDirectory(source: RandomAccess): Promise<Buffer | undefined> {
  const tailStart = Math.max(0, source.size - 65_557);
  const tail = await gather(source.read(tailStart, source.size), source.size - tailStart);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END) continue;
    let size = tail.readUInt32LE(at + 12);
    let offset = tail.readUInt32LE(at + 16);
    if (at >= 20 && tail.readUInt32LE(at - 20) === END_64_LOCATOR) {
      const start = Number(tail.readBigUInt64LE(at - 12));
      const end64 = await gather(source.read(start, Math.min(start + 56, source.size)), 56);
      if (end64.length < 56) return undefined;
      size = Number(end64.readBigUInt64LE(40));
      offset = Number(end64.readBigUInt64LE(48));
    }
    if (size > MAX_DIRECTORY_BYTES || offset + size > source.size) return undefined;
    return await gather(source.read(offset, offset + size), size);
  }
  return undefined;
}

/** At most `limit` bytes of a stream. */
export async function gather(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= limit) break;
  }
  return Buffer.concat(parts).subarray(0, limit);
}
