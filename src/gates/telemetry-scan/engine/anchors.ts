/**
 * The first pass: over every byte once, cheap, and only to say where a rule should look. Plain JavaScript; it is the reference that any faster
 * way has to equal.
 */

/** Kinds of anchors. `LITERAL` says that a trigram of some literal ends there; which one is looked up afterwards. */
export const ANCHOR = { at: 1, number: 2, address: 3, colons: 4, run: 5, percent: 6, literal: 7 } as const;

/** Anchors of one block, in parallel arrays; `start` inclusive, `end` exclusive. */
export interface Anchors {
  count: number;
  kind: Uint8Array;
  start: Int32Array;
  end: Int32Array;
  /** Line feeds in the block. */
  lines: number;
}

/** Arrays that are used again for every block. */
export function createAnchors(capacity = 1 << 14): Anchors {
  return { count: 0, kind: new Uint8Array(capacity), start: new Int32Array(capacity), end: new Int32Array(capacity), lines: 0 };
}

/** Fewest digits of a number, and fewest letters and digits of a run, that are worth a look by themselves; shorter numbers need a word beside them. */
export const MIN_DIGITS = 9;
export const MIN_RUN = 20;
/** Most bytes between two digits of one number, e.g. `) - `. */
const MAX_GAP = 3;

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const NOTED = 3;

const CLASS = new Uint8Array(256);
/** Five bits for each byte; letters fold their case. */
const FIVE = new Uint8Array(256);
const SEPARATOR = new Uint8Array(256);
for (let code = 0; code < 26; code++) {
  for (const first of [65, 97]) {
    CLASS[first + code] = LETTER;
    FIVE[first + code] = code + 1;
  }
}
for (let code = 48; code < 58; code++) {
  CLASS[code] = DIGIT;
  FIVE[code] = 27;
}
for (const [character, five] of [
  ['_', 28],
  ['-', 29],
  ['.', 30],
  [':', 31],
  ['/', 31],
  ['=', 31],
] as const)
  FIVE[character.charCodeAt(0)] = five;
for (const character of '@:%\n') CLASS[character.charCodeAt(0)] = NOTED;
for (const character of ' -.()/+') SEPARATOR[character.charCodeAt(0)] = 1;

const TRIGRAM_MASK = 0x7fff;

/** The 15-bit key of the three bytes that end at `end` (inclusive). */
export function trigramKey(bytes: Uint8Array, end: number): number {
  return (
    (((FIVE[bytes[end - 2] as number] as number) << 10) |
      ((FIVE[bytes[end - 1] as number] as number) << 5) |
      (FIVE[bytes[end] as number] as number)) &
    TRIGRAM_MASK
  );
}

/** Which trigrams belong to a literal: one byte for each of the 32,768 keys. */
export type TrigramSet = Uint8Array;

export function createTrigramSet(): TrigramSet {
  return new Uint8Array(TRIGRAM_MASK + 1);
}

/** Fills `out` with the anchors between `from` and `to`, each kind in ascending order. */
export function findAnchors(bytes: Uint8Array, from: number, to: number, trigrams: TrigramSet, out: Anchors): void {
  out.count = 0;
  out.lines = 0;
  let trigram = 0;
  let lastBreak = from - 1;
  let lastColon = -100;
  let colons = 0;
  let digits = 0;
  let dots = 0;
  let numberStart = 0;
  let lastDigit = -100;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    trigram = ((trigram << 5) | (FIVE[byte] as number)) & TRIGRAM_MASK;
    if (trigrams[trigram] === 1) push(out, ANCHOR.literal, i - 2, i + 1);
    const kind = CLASS[byte] as number;
    if (kind === LETTER) continue;
    if (kind === DIGIT) {
      const gap = i - lastDigit - 1;
      if (gap === 0) digits++;
      else {
        if (gap <= MAX_GAP && allSeparators(bytes, lastDigit + 1, i)) {
          digits++;
          if (gap === 1 && bytes[i - 1] === 46) dots++;
        } else {
          if (digits >= MIN_DIGITS || dots >= 3) pushNumber(bytes, out, numberStart, lastDigit + 1, digits, dots);
          numberStart = i;
          digits = 1;
          dots = 0;
        }
      }
      lastDigit = i;
      continue;
    }
    if (i - lastBreak > MIN_RUN) push(out, ANCHOR.run, lastBreak + 1, i);
    lastBreak = i;
    if (kind === OTHER) continue;
    if (byte === 10) out.lines++;
    else if (byte === 64) push(out, ANCHOR.at, i, i + 1);
    else if (byte === 37) push(out, ANCHOR.percent, i, i + 1);
    else {
      const distance = i - lastColon;
      lastColon = i;
      if (distance === 1) {
        push(out, ANCHOR.colons, i - 1, i + 1);
        colons = 1;
      } else if (distance <= 5) {
        if (++colons === 5) push(out, ANCHOR.colons, i, i + 1);
      } else colons = 1;
    }
  }
  if (to - lastBreak > MIN_RUN) push(out, ANCHOR.run, lastBreak + 1, to);
  if (digits >= MIN_DIGITS || dots >= 3) pushNumber(bytes, out, numberStart, lastDigit + 1, digits, dots);
}

function allSeparators(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (SEPARATOR[bytes[i] as number] === 0) return false;
  return true;
}

function pushNumber(bytes: Uint8Array, out: Anchors, start: number, end: number, digits: number, dots: number): void {
  if (dots >= 3) push(out, ANCHOR.address, start, end);
  if (digits < MIN_DIGITS) return;
  // Unix times in micro- and nanoseconds stand in every record of OpenTelemetry; no card or account of 16 or 19 digits begins with 1.
  const length = end - start;
  if (digits === length && (length === 16 || length === 19) && bytes[start] === 49) return;
  if (length <= 13 && isDate(bytes, start)) return;
  push(out, ANCHOR.number, start, end);
}

/** `2026-11-22`, also with slashes, perhaps with the hour after it. */
function isDate(bytes: Uint8Array, start: number): boolean {
  const separator = bytes[start + 4];
  const century = (bytes[start] as number) * 10 + (bytes[start + 1] as number) - 528;
  return (separator === 45 || separator === 47) && bytes[start + 7] === separator && (century === 19 || century === 20);
}

function push(out: Anchors, kind: number, start: number, end: number): void {
  if (out.count === out.kind.length) grow(out);
  out.kind[out.count] = kind;
  out.start[out.count] = start;
  out.end[out.count++] = end;
}

function grow(out: Anchors): void {
  const capacity = out.kind.length * 2;
  const kind = new Uint8Array(capacity);
  const start = new Int32Array(capacity);
  const end = new Int32Array(capacity);
  kind.set(out.kind);
  start.set(out.start);
  end.set(out.end);
  Object.assign(out, { kind, start, end });
}
