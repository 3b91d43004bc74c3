import type { ByteReader } from './byte-reader.ts';

export interface TarMember {
  readonly name: string;
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
/** Names and attributes that stand before a member are held; longer ones are no names. */
const MAX_HEADER_BYTES = 1 << 20;

/** Whether 512 bytes are the header of a tar archive (POSIX.1-2017 pax, ustar; GNU). */
export function looksLikeTar(head: Buffer): boolean {
  return head.length >= BLOCK && head.toString('latin1', 257, 262) === 'ustar' && checksumFits(head);
}

/** Regular files of an archive, in order. A member has to be read, or left, before the next is asked for. */
export async function* readTar(reader: ByteReader, report: (problem: 'truncated' | 'corrupt') => void): AsyncGenerator<TarMember> {
  let longName: string | undefined;
  let attributes: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const header = await reader.read(BLOCK);
    if (header === undefined) {
      report('truncated');
      return;
    }
    if (header.every((byte) => byte === 0)) return;
    if (!checksumFits(header)) {
      report('corrupt');
      return;
    }
    const size = Number(attributes.get('size') ?? numberAt(header, 124, 12));
    const type = String.fromCharCode(header[156] as number);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if ('xgLK'.includes(type)) {
      const content = size > MAX_HEADER_BYTES ? undefined : await reader.read(size + padding);
      if (content === undefined) {
        report(size > MAX_HEADER_BYTES ? 'corrupt' : 'truncated');
        return;
      }
      if (type === 'x') attributes = readAttributes(content.subarray(0, size));
      if (type === 'L') longName = content.toString('utf8', 0, size).replace(/\0.*$/s, '');
      continue;
    }
    const name = attributes.get('path') ?? longName ?? nameAt(header);
    let left = size;
    let truncated = false;
    const bytes = async function* (): AsyncGenerator<Uint8Array> {
      const taking = reader.take(left);
      for (let next = await taking.next(); ; next = await taking.next()) {
        if (next.done) {
          truncated = !next.value;
          return;
        }
        left -= next.value.length;
        yield next.value;
      }
    };
    if (type === '0' || type === '\0' || type === '7') yield { name, size, bytes: bytes() };
    // What the consumer left unread is skipped.
    const skipping = reader.take(left + padding);
    for (let next = await skipping.next(); ; next = await skipping.next()) {
      if (!next.done) continue;
      if (!next.value) truncated = true;
      break;
    }
    if (truncated) {
      report('truncated');
      return;
    }
    longName = undefined;
    attributes = new Map();
  }
}

function checksumFits(header: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (header[i] as number);
  return sum === numberAt(header, 148, 8);
}

/** Octal text, or, with the top bit set, a big-endian number (GNU). */
function numberAt(header: Uint8Array, at: number, length: number): number {
  if ((header[at] as number) & 0x80) {
    let value = (header[at] as number) & 0x7f;
    for (let i = at + 1; i < at + length; i++) value = value * 256 + (header[i] as number);
    return value;
  }
  const digits = /^[ \0]*([0-7]*)/.exec(Buffer.from(header.subarray(at, at + length)).toString('latin1'))?.[1];
  return digits ? Number.parseInt(digits, 8) : 0;
}

function nameAt(header: Buffer): string {
  const text = (from: number, length: number) => header.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? text(345, 155) : '';
  return prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
}

/** `<length> <key>=<value>\n` records of a pax header. */
function readAttributes(content: Buffer): Map<string, string> {
  const attributes = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const length = Number(content.toString('latin1', at, space));
    if (space < 0 || !Number.isInteger(length) || length <= 0) break;
    const record = content.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    attributes.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return attributes;
}
