import { isUtf8 } from 'node:buffer';
import { fail, isSpace, JsonTextError, numberEnd, skipEscape, skipSpace, stringAt, wordEnd } from './structural-diff-json-tokens.ts';
import { decimalText, readDecimal } from './structural-diff-number.ts';

export { JsonTextError } from './structural-diff-json-tokens.ts';

/** Children of one container: where each begins and the two halves of its hash; for an object, key and value take turns. */
export interface ChildList {
  readonly starts: Uint32Array;
  readonly hashes1: Int32Array;
  readonly hashes2: Int32Array;
}

/** A key that stands twice in one object: where the object and the second key begin. */
export interface DuplicateKey {
  readonly object: number;
  readonly key: number;
}

/** A validated text with the children of its larger containers; smaller ones are scanned again when somebody asks. */
export interface JsonText {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly hash1: number;
  readonly hash2: number;
  readonly lists: Map<number, ChildList>;
  readonly duplicates: readonly DuplicateKey[];
}

export const MAX_JSON_DEPTH = 1000;
/** Containers of at least so many bytes keep their list of children: 12 bytes for each child. */
const KEPT_CONTAINER_BYTES = 4096;
/** Beyond this a number's spelling is brought to its canonical form before it is hashed. */
const MAX_UNIQUE_LENGTH = 400;

const SEED_STRING = 0x2545f491;
const SEED_NUMBER = 0x27d4eb2f;
const SEED_ARRAY = 0x165667b1;
const SEED_OBJECT = 0x1b873593;
const PRIME1 = 0x01000193;
const PRIME2 = 0x5bd1e995;

/** One step of the two-lane hash; equal values get equal hashes, and equality is always confirmed on the values themselves. */
function mix(hash: number, value: number, prime: number): number {
  const mixed = Math.imul(hash ^ value, prime);
  return mixed ^ (mixed >>> 15);
}

/**
 * Validates a whole text and hashes every value: numbers by value, strings by content, objects whatever the order of their keys. One pass, no recursion,
 * memory 12 bytes for each child of the containers on the way and of those from 4 KiB.
 * @throws JsonTextError
 */
export function readJsonText(bytes: Uint8Array): JsonText {
  if (!isUtf8(bytes)) throw new JsonTextError('utf8', 0);
  return scan(bytes, 0, bytes.length, KEPT_CONTAINER_BYTES, true);
}

/** Children of the container that begins at `start` of a validated text. */
export function childrenAt(text: JsonText, start: number): ChildList {
  const kept = text.lists.get(start);
  if (kept) return kept;
  const again = scan(text.bytes, start, text.end, Number.POSITIVE_INFINITY, false);
  return again.lists.get(start) as ChildList;
}

/** The one scanner. Its state is in locals that no closure holds, because that is what keeps it near the speed of the engine's own parser. */
function scan(bytes: Uint8Array, from: number, limit: number, keepFrom: number, whole: boolean): JsonText {
  const lists = new Map<number, ChildList>();
  const duplicates: DuplicateKey[] = [];
  let starts = new Uint32Array(1024);
  let hashes1 = new Int32Array(1024);
  let hashes2 = new Int32Array(1024);
  let pending = 0;
  const frameStart: number[] = [];
  const frameBase: number[] = [];
  const frameIsObject: boolean[] = [];
  let depth = 0;
  let at = from;
  let hash1 = 0;
  let hash2 = 0;
  let valueStart = from;
  let expectsKey = false;

  for (;;) {
    while (at < limit && isSpace(bytes[at] as number)) at++;
    if (at >= limit) fail(bytes, at, limit, whole);
    valueStart = at;
    const byte = bytes[at] as number;
    if (byte === 0x22) {
      let h1 = SEED_STRING;
      let h2 = SEED_STRING;
      let escaped = false;
      at++;
      for (;;) {
        if (at >= limit) fail(bytes, at, limit, whole);
        const unit = bytes[at] as number;
        if (unit === 0x22) break;
        if (unit === 0x5c) {
          escaped = true;
          at = skipEscape(bytes, at, limit, whole);
          continue;
        }
        if (unit < 0x20) fail(bytes, at, limit, whole);
        h1 = Math.imul(h1 ^ unit, PRIME1);
        h2 = Math.imul(h2 ^ unit, PRIME2) + 1;
        at++;
      }
      at++;
      if (escaped) {
        h1 = SEED_STRING;
        h2 = SEED_STRING;
        const content = Buffer.from(stringAt(bytes, valueStart), 'utf8');
        for (let i = 0; i < content.length; i++) {
          h1 = Math.imul(h1 ^ (content[i] as number), PRIME1);
          h2 = Math.imul(h2 ^ (content[i] as number), PRIME2) + 1;
        }
      }
      hash1 = h1 ^ (h1 >>> 15);
      hash2 = h2 ^ (h2 >>> 13);
      if (expectsKey) {
        if (pending === starts.length) {
          starts = grow(starts, Uint32Array);
          hashes1 = grow(hashes1, Int32Array);
          hashes2 = grow(hashes2, Int32Array);
        }
        starts[pending] = valueStart;
        hashes1[pending] = hash1;
        hashes2[pending++] = hash2;
        while (at < limit && isSpace(bytes[at] as number)) at++;
        if (at >= limit || bytes[at] !== 0x3a) fail(bytes, at, limit, whole);
        at++;
        expectsKey = false;
        continue;
      }
    } else if (expectsKey) {
      fail(bytes, at, limit, whole);
    } else if (byte === 0x7b || byte === 0x5b) {
      const isObject = byte === 0x7b;
      frameStart[depth] = at;
      frameBase[depth] = pending;
      frameIsObject[depth] = isObject;
      if (++depth > MAX_JSON_DEPTH) throw new JsonTextError('depth', at);
      at++;
      while (at < limit && isSpace(bytes[at] as number)) at++;
      if (at >= limit) fail(bytes, at, limit, whole);
      if (bytes[at] !== (isObject ? 0x7d : 0x5d)) {
        expectsKey = isObject;
        continue;
      }
    } else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      const end = numberEnd(bytes, at, limit, whole);
      let h1 = SEED_NUMBER;
      let h2 = SEED_NUMBER;
      const stop = end < 0 ? -end : end;
      if (end < 0 || stop - at > MAX_UNIQUE_LENGTH) {
        const text = canonicalNumber(bytes, at, stop);
        for (let i = 0; i < text.length; i++) {
          h1 = Math.imul(h1 ^ text.charCodeAt(i), PRIME1);
          h2 = Math.imul(h2 ^ text.charCodeAt(i), PRIME2) + 1;
        }
        at = stop;
      } else {
        for (; at < stop; at++) {
          h1 = Math.imul(h1 ^ (bytes[at] as number), PRIME1);
          h2 = Math.imul(h2 ^ (bytes[at] as number), PRIME2) + 1;
        }
      }
      hash1 = h1 ^ (h1 >>> 15);
      hash2 = h2 ^ (h2 >>> 13);
    } else {
      at = wordEnd(bytes, at, limit, whole);
      hash1 = Math.imul(byte, PRIME1);
      hash2 = Math.imul(byte, PRIME2);
    }

    for (;;) {
      // A value has ended (or an empty container is about to): hand it to its container, and close every container that ends here.
      const closingEmpty = depth > 0 && valueStart === frameStart[depth - 1];
      if (!closingEmpty) {
        if (depth === 0) {
          if (whole) {
            const rest = skipSpace(bytes, at, limit);
            if (rest < limit) throw new JsonTextError('trailing', rest);
          }
          return { bytes, start: valueStart, end: at, hash1, hash2, lists, duplicates };
        }
        if (pending === starts.length) {
          starts = grow(starts, Uint32Array);
          hashes1 = grow(hashes1, Int32Array);
          hashes2 = grow(hashes2, Int32Array);
        }
        starts[pending] = valueStart;
        hashes1[pending] = hash1;
        hashes2[pending++] = hash2;
        while (at < limit && isSpace(bytes[at] as number)) at++;
        if (at >= limit) fail(bytes, at, limit, whole);
        if (bytes[at] === 0x2c) {
          at++;
          expectsKey = frameIsObject[depth - 1] as boolean;
          break;
        }
      }
      const isObject = frameIsObject[depth - 1] as boolean;
      if (bytes[at] !== (isObject ? 0x7d : 0x5d)) fail(bytes, at, limit, whole);
      at++;
      depth--;
      const base = frameBase[depth] as number;
      valueStart = frameStart[depth] as number;
      if (isObject) {
        let [h1, h2] = [SEED_OBJECT, SEED_OBJECT];
        for (let i = base; i < pending; i += 2) {
          h1 = (h1 + mix(hashes1[i] as number, hashes1[i + 1] as number, PRIME2)) | 0;
          h2 = (h2 + mix(hashes2[i + 1] as number, hashes2[i] as number, PRIME1)) | 0;
        }
        hash1 = mix(h1, pending - base, PRIME1);
        hash2 = mix(h2, pending - base, PRIME2);
        findDuplicates(bytes, valueStart, starts, hashes1, hashes2, base, pending, duplicates);
      } else {
        let [h1, h2] = [SEED_ARRAY, SEED_ARRAY];
        for (let i = base; i < pending; i++) {
          h1 = mix(h1, hashes1[i] as number, PRIME1);
          h2 = mix(h2, hashes2[i] as number, PRIME2);
        }
        hash1 = h1;
        hash2 = h2;
      }
      if (at - valueStart >= keepFrom || (!whole && depth === 0))
        lists.set(valueStart, {
          starts: starts.slice(base, pending),
          hashes1: hashes1.slice(base, pending),
          hashes2: hashes2.slice(base, pending),
        });
      pending = base;
    }
  }
}

function grow<T extends Uint32Array | Int32Array>(array: T, make: new (length: number) => T): T {
  const larger = new make(array.length * 2);
  larger.set(array);
  return larger;
}

function canonicalNumber(bytes: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const number = readDecimal(text);
  if (!number) throw new Error('a number of a validated text was not read');
  return decimalText(number);
}

function findDuplicates(
  bytes: Uint8Array,
  object: number,
  starts: Uint32Array,
  hashes1: Int32Array,
  hashes2: Int32Array,
  base: number,
  end: number,
  into: DuplicateKey[],
): void {
  const same = (i: number, j: number) =>
    hashes1[i] === hashes1[j] && hashes2[i] === hashes2[j] && stringAt(bytes, starts[i] as number) === stringAt(bytes, starts[j] as number);
  if (end - base <= 32) {
    for (let j = base + 2; j < end; j += 2)
      for (let i = base; i < j; i += 2)
        if (same(i, j)) {
          into.push({ object, key: starts[j] as number });
          break;
        }
    return;
  }
  const seen = new Map<number, number[]>();
  for (let j = base; j < end; j += 2) {
    const others = seen.get(hashes1[j] as number);
    if (others?.some((i) => same(i, j))) into.push({ object, key: starts[j] as number });
    if (others) others.push(j);
    else seen.set(hashes1[j] as number, [j]);
  }
}
