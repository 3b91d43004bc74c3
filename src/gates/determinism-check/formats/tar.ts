import type { Container, Part } from './format.ts';

const BLOCK = 512;

/** POSIX.1-1988 ustar with the pax (POSIX.1-2001) and GNU extensions for long names. */
export const tar: Container = {
  id: 'tar',
  recognizes: (bytes, name) => {
    if (bytes.length < BLOCK) return false;
    const magic = Buffer.from(bytes.subarray(257, 262)).toString('latin1');
    return magic === 'ustar' || (/\.tar$/i.test(name) && checksumHolds(bytes, 0));
  },
  open: (bytes) => {
    const parts: Part[] = [];
    let pax: Record<string, string> = {};
    let longName: string | undefined;
    let longLink: string | undefined;
    for (let at = 0; at + BLOCK <= bytes.length; ) {
      const header = bytes.subarray(at, at + BLOCK);
      if (header.every((byte) => byte === 0)) break;
      if (!checksumHolds(bytes, at)) throw new Error('a tar header with a wrong checksum');
      const type = String.fromCharCode(header[156] ?? 48);
      const size = pax.size === undefined ? readNumber(header, 124, 12) : Number(pax.size);
      const body = bytes.subarray(at + BLOCK, at + BLOCK + size);
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
      if (type === 'x') pax = { ...pax, ...readPax(body) };
      else if (type === 'L') longName = readText(body, 0, body.length);
      else if (type === 'K') longLink = readText(body, 0, body.length);
      if ('xgLK'.includes(type)) continue;
      const prefix = readText(header, 345, 155);
      const short = readText(header, 0, 100);
      const isUstar = readText(header, 257, 6) === 'ustar' && header[263] === 48;
      const name = pax.path ?? longName ?? (isUstar && prefix !== '' ? `${prefix}/${short}` : short);
      parts.push({
        name,
        bytes: body,
        fields: {
          type: type === '\0' ? '0' : type,
          mode: readNumber(header, 100, 8).toString(8),
          uid: String(readNumber(header, 108, 8)),
          gid: String(readNumber(header, 116, 8)),
          mtime: pax.mtime ?? String(readNumber(header, 136, 12)),
          user: pax.uname ?? readText(header, 265, 32),
          group: pax.gname ?? readText(header, 297, 32),
          link: pax.linkpath ?? longLink ?? readText(header, 157, 100),
        },
      });
      pax = {};
      longName = undefined;
      longLink = undefined;
    }
    return parts;
  },
};

function readText(bytes: Uint8Array, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return Buffer.from(end === -1 ? field : field.subarray(0, end)).toString('utf8');
}

/** Octal digits, or, with the first bit set, base 256 (GNU). */
function readNumber(bytes: Uint8Array, from: number, length: number): number {
  if (((bytes[from] ?? 0) & 0x80) !== 0) {
    let value = (bytes[from] ?? 0) & 0x7f;
    for (let at = from + 1; at < from + length; at += 1) value = value * 256 + (bytes[at] ?? 0);
    return value;
  }
  const text = readText(bytes, from, length).trim();
  return text === '' ? 0 : Number.parseInt(text, 8);
}

/** The sum of all bytes of the header, its own field taken as spaces. */
function checksumHolds(bytes: Uint8Array, at: number): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i += 1) sum += i >= 148 && i < 156 ? 32 : (bytes[at + i] ?? 0);
  return readNumber(bytes.subarray(at, at + BLOCK), 148, 8) === sum;
}

/** Records of `<length> <key>=<value>\n`; the length counts itself. */
function readPax(body: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  const text = Buffer.from(body);
  for (let at = 0; at < text.length; ) {
    const space = text.indexOf(32, at);
    const length = Number(text.toString('latin1', at, space));
    if (space === -1 || !(length > 0)) break;
    const record = text.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    found[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return found;
}
