/** Ways in which a value may be hidden from a search for its text. */
export type Encoding = 'percent' | 'escape' | 'hex' | 'base64';

/** Longest encoded text that is decoded, in bytes. */
const MAX_TOKEN = 16_384;

/** A token with its escapes undone; `sources[i]` is where byte `i` of the result came from, and the last entry is the end. */
export interface DecodedToken {
  readonly bytes: Buffer;
  readonly sources: Int32Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Undoes percent-encoding (RFC 3986) or the `\u00XX` escapes of JSON in the text around `at`. `undefined`: nothing there is encoded. What is returned
 * holds until the next token at the same depth.
 */
export function decodeToken(
  bytes: Buffer,
  from: number,
  to: number,
  at: number,
  encoding: 'percent' | 'escape',
  depth: number,
): DecodedToken | undefined {
  if (encoding === 'percent' && (at + 2 >= to || hexValue(bytes[at + 1]) < 0 || hexValue(bytes[at + 2]) < 0)) return undefined;
  const ends = encoding === 'percent' ? endsPercent : endsString;
  let start = at;
  while (start > from && at - start < MAX_TOKEN / 2 && !ends(bytes[start - 1] as number)) start--;
  let end = at;
  while (end < to && end - at < MAX_TOKEN / 2 && !ends(bytes[end] as number)) end++;
  const { out, sources } = scratchOf(depth);
  let length = 0;
  for (let i = start; i < end; length++) {
    const byte = bytes[i] as number;
    sources[length] = i;
    if (encoding === 'percent' && byte === 37 && i + 2 < end && hexValue(bytes[i + 1]) >= 0 && hexValue(bytes[i + 2]) >= 0) {
      out[length] = hexValue(bytes[i + 1]) * 16 + hexValue(bytes[i + 2]);
      i += 3;
    } else if (encoding === 'escape' && isEscape(bytes, i, end)) {
      out[length] = hexValue(bytes[i + 4]) * 16 + hexValue(bytes[i + 5]);
      i += 6;
    } else {
      out[length] = byte;
      i++;
    }
  }
  if (length === end - start) return undefined;
  sources[length] = end;
  return { bytes: out.subarray(0, length), sources, start, end };
}

/** Used again by every token at the same depth of decoding. */
const SCRATCH: { readonly out: Buffer; readonly sources: Int32Array }[] = [];

function scratchOf(depth: number): { readonly out: Buffer; readonly sources: Int32Array } {
  SCRATCH[depth] ??= { out: Buffer.alloc(MAX_TOKEN + 8), sources: new Int32Array(MAX_TOKEN + 8) };
  return SCRATCH[depth];
}

function endsPercent(byte: number): boolean {
  return byte <= 32 || byte === 34 || byte === 39 || byte === 60 || byte === 62 || byte === 92;
}

function endsString(byte: number): boolean {
  return byte < 32 || byte === 34;
}

function isEscape(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + 5 < end &&
    bytes[at] === 92 &&
    bytes[at + 1] === 117 &&
    bytes[at + 2] === 48 &&
    bytes[at + 3] === 48 &&
    hexValue(bytes[at + 4]) >= 0 &&
    hexValue(bytes[at + 5]) >= 0
  );
}

/** Value of a hexadecimal digit, or -1. */
function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const folded = byte | 32;
  return folded >= 97 && folded <= 102 ? folded - 87 : -1;
}

export interface DecodedRun {
  readonly bytes: Buffer;
  readonly encoding: 'hex' | 'base64';
  readonly start: number;
  readonly end: number;
}

/** Reads a long run of letters and digits as hex or base64 (either alphabet); only text is worth scanning. */
export function decodeRun(bytes: Buffer, from: number, to: number, start: number, end: number): DecodedRun | undefined {
  if ((end - start) % 2 === 0 && looksHex(bytes, start, end)) {
    const decoded = Buffer.from(bytes.toString('latin1', start, Math.min(end, start + MAX_TOKEN)), 'hex');
    return isText(decoded) ? { bytes: decoded, encoding: 'hex', start, end } : undefined;
  }
  let low = start;
  let high = end;
  while (low > from && start - low < MAX_TOKEN && isBase64(bytes[low - 1] as number)) low--;
  while (high < to && high - end < MAX_TOKEN && isBase64(bytes[high] as number)) high++;
  const head = Buffer.from(bytes.toString('latin1', low, Math.min(low + 12, high)), 'base64');
  if (!isText(head)) return undefined;
  while (high < to && bytes[high] === 61) high++;
  const decoded = Buffer.from(bytes.toString('latin1', low, Math.min(high, low + MAX_TOKEN)), 'base64');
  return isText(decoded) ? { bytes: decoded, encoding: 'base64', start: low, end: high } : undefined;
}

function looksHex(bytes: Uint8Array, start: number, end: number): boolean {
  // The first byte decides most often: printable text begins with 2 to 7.
  const first = bytes[start] as number;
  if (first < 50 || first > 55) {
    for (let i = start; i < end; i++) if (hexValue(bytes[i]) < 0) return false;
    return true;
  }
  for (let i = start; i < end; i++) if (hexValue(bytes[i]) < 0) return false;
  return true;
}

function isBase64(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 65 && byte <= 90) ||
    (byte >= 97 && byte <= 122) ||
    byte === 43 ||
    byte === 47 ||
    byte === 45 ||
    byte === 95
  );
}

/** Printable, or UTF-8 beyond ASCII; a random value of nine bytes passes once in ten thousand. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  for (const byte of bytes)
    if ((byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 127 || byte === 0xc0 || byte === 0xc1 || byte > 0xf4)
      return false;
  let high = 0;
  for (const byte of bytes) if (byte >= 128) high++;
  return high * 4 <= bytes.length;
}
