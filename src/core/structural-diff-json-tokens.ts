/** Why a text is not JSON (RFC 8259). `offset` is the byte at which it stops being JSON. */
export class JsonTextError extends Error {
  readonly reason: 'empty' | 'truncated' | 'unexpected' | 'trailing' | 'depth' | 'utf8';
  readonly offset: number;

  constructor(reason: JsonTextError['reason'], offset: number) {
    super(`not JSON at byte ${offset}: ${reason}`);
    this.name = 'JsonTextError';
    this.reason = reason;
    this.offset = offset;
  }
}

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Says why a text stops being JSON at an offset: it ends there, or something else stands there. */
export function fail(bytes: Uint8Array, offset: number, limit: number, whole: boolean): never {
  throw new JsonTextError(offset >= limit ? (whole && onlySpace(bytes) ? 'empty' : 'truncated') : 'unexpected', offset);
}

/** End of `true`, `false` or `null`. */
export function wordEnd(bytes: Uint8Array, start: number, limit: number, whole: boolean): number {
  const byte = bytes[start];
  const word = byte === 0x74 ? 'true' : byte === 0x66 ? 'false' : byte === 0x6e ? 'null' : '';
  if (word === '') fail(bytes, start, limit, whole);
  for (let i = 1; i < word.length; i++)
    if (start + i >= limit || bytes[start + i] !== word.charCodeAt(i)) fail(bytes, start + i, limit, whole);
  return start + word.length;
}

export function skipSpace(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  for (; at < limit; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
  }
  return at;
}

function onlySpace(bytes: Uint8Array): boolean {
  return skipSpace(bytes, 0, bytes.length) === bytes.length;
}

export function skipEscape(bytes: Uint8Array, at: number, limit: number, whole: boolean): number {
  if (at + 1 >= limit) fail(bytes, at + 1, limit, whole);
  const kind = bytes[at + 1] as number;
  if (kind !== 0x75) return '"\\/bfnrt'.includes(String.fromCharCode(kind)) ? at + 2 : fail(bytes, at + 1, limit, whole);
  for (let i = at + 2; i < at + 6; i++) {
    if (i >= limit) fail(bytes, i, limit, whole);
    const byte = bytes[i] as number;
    const isHex = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
    if (!isHex) fail(bytes, i, limit, whole);
  }
  return at + 6;
}

function isDigit(bytes: Uint8Array, offset: number, limit: number): boolean {
  return offset < limit && (bytes[offset] as number) >= 0x30 && (bytes[offset] as number) <= 0x39;
}

/** End of the number at `start`; negated when its spelling is not the canonical one (an exponent, a fraction that ends in 0). */
export function numberEnd(bytes: Uint8Array, start: number, limit: number, whole: boolean): number {
  let at = start;
  let canonical = true;
  if (bytes[at] === 0x2d) at++;
  if (!isDigit(bytes, at, limit)) fail(bytes, at, limit, whole);
  if (bytes[at] === 0x30) at++;
  else while (isDigit(bytes, at, limit)) at++;
  if (at < limit && bytes[at] === 0x2e) {
    at++;
    if (!isDigit(bytes, at, limit)) fail(bytes, at, limit, whole);
    while (isDigit(bytes, at, limit)) at++;
    canonical = bytes[at - 1] !== 0x30;
  }
  if (at < limit && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    canonical = false;
    at++;
    if (at < limit && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    if (!isDigit(bytes, at, limit)) fail(bytes, at, limit, whole);
    while (isDigit(bytes, at, limit)) at++;
  }
  return canonical ? at : -at;
}

/** The JavaScript string of the JSON string that begins at `start`. */
export function stringAt(bytes: Uint8Array, start: number): string {
  const end = stringEnd(bytes, start);
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')) as string;
}

/** End (exclusive) of the value that begins at `start` of a validated text. */
export function valueEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const byte = bytes[at] as number;
    if (byte === 0x22) at = stringEnd(bytes, at);
    else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      at++;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      at++;
    } else if (depth === 0) {
      while (at < bytes.length && isScalarByte(bytes[at] as number)) at++;
    } else at++;
  } while (depth > 0);
  return at;
}

function isScalarByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x45
  );
}

function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (let byte = bytes[at]; byte !== 0x22; byte = bytes[at]) at += byte === 0x5c ? 2 : 1;
  return at + 1;
}
