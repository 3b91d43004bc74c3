/**
 * The first pass: over every byte once, cheap, and only to say where a rule should look. Most bytes continue what the byte before began, so all work is
 * done where the kind of byte changes: at the start and the end of words and of digits, and at a few rare bytes. Plain JavaScript; it is the reference
 * that any faster way has to equal.
 */

/** Kinds of anchors. `start` and `end` say that a literal may begin, or end, there; which one is looked up afterwards. */
export const ANCHOR = {
  at: 1,
  number: 2,
  address: 3,
  colons: 4,
  run: 5,
  percent: 6,
  start: 7,
  end: 8,
  escape: 9,
  dollar: 10,
  tilde: 11,
} as const;

/** Anchors of one block, in parallel arrays; `start` inclusive, `end` exclusive. */
export interface Anchors {
  count: number;
  kind: Uint8Array;
  start: Int32Array;
  end: Int32Array;
}

/** Arrays that are used again for every block. */
export function createAnchors(capacity = 1 << 14): Anchors {
  return { count: 0, kind: new Uint8Array(capacity), start: new Int32Array(capacity), end: new Int32Array(capacity) };
}

/** Fewest digits of a number, and fewest letters and digits of a run, that are worth a look by themselves; shorter numbers need a word beside them. */
export const MIN_DIGITS = 9;
export const MIN_RUN = 20;
/** Most bytes between two digits of one number, e.g. `) - `. */
const MAX_GAP = 3;

// Classes of bytes. Those below OTHER make words; bytes of UTF-8 beyond ASCII are letters.
const LOWER = 0;
const UPPER = 1;
const DIGIT = 2;
const OTHER = 3;
const NOTED = 4;
const CLASSES = 5;

const CLASS = new Uint8Array(256).fill(OTHER);
const SEPARATOR = new Uint8Array(256);
CLASS.fill(LOWER, 97, 123).fill(LOWER, 128, 256).fill(UPPER, 65, 91).fill(DIGIT, 48, 58);
for (const character of '@:%$~\\') CLASS[character.charCodeAt(0)] = NOTED;
for (const character of ' -.()/+') SEPARATOR[character.charCodeAt(0)] = 1;

// What a change from one class to the next asks for.
const ENTER = 1;
const LEAVE = 2;
const DIGITS_BEGIN = 4;
const DIGITS_END = 8;
const NOTE = 16;

const CHANGE = new Uint8Array(CLASSES * 8);
for (let before = 0; before < CLASSES; before++) {
  for (let after = 0; after < CLASSES; after++) {
    const [wasWord, isWord] = [before < OTHER, after < OTHER];
    CHANGE[before * 8 + after] =
      // A word begins after what is none, and at a hump: `userEmail`.
      ((!wasWord && isWord) || (before === LOWER && after === UPPER) ? ENTER : 0) |
      (wasWord && !isWord ? LEAVE : 0) |
      (before !== DIGIT && after === DIGIT ? DIGITS_BEGIN : 0) |
      (before === DIGIT && after !== DIGIT ? DIGITS_END : 0) |
      (after === NOTED ? NOTE : 0);
  }
}

/** Which keys belong to a literal: a bit for each of 65,536. */
export type KeySet = Uint8Array;

export function createKeySet(): KeySet {
  return new Uint8Array(1 << 13);
}

export function addKey(set: KeySet, key: number): void {
  set[key >> 3] = (set[key >> 3] as number) | (1 << (key & 7));
}

/** Key of the four bytes from `at`, whatever the case of letters. */
export function wordKey(bytes: Uint8Array, at: number): number {
  const word =
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24) |
    0x20202020;
  return Math.imul(word, 0x9e3779b1) >>> 16;
}

/** Fills `out` with the anchors between `from` and `to`. */
export function findAnchors(bytes: Uint8Array, from: number, to: number, starts: KeySet, ends: KeySet, out: Anchors): void {
  out.count = 0;
  let before = OTHER;
  let wordStart = from;
  let lastColon = -100;
  let colons = 0;
  let digitsStart = 0;
  let numberStart = 0;
  let numberEnd = -100;
  let digits = 0;
  let dots = 0;
  for (let i = from; i <= to; i++) {
    // One step beyond the end closes what is open.
    const after = i < to ? (CLASS[bytes[i] as number] as number) : OTHER;
    const change = CHANGE[(before << 3) | after] as number;
    before = after;
    if (change === 0) continue;
    if ((change & ENTER) !== 0) {
      // A hump continues the run of letters and digits.
      if (i === from || (CLASS[bytes[i - 1] as number] as number) >= OTHER) wordStart = i;
      if (i + 4 <= to) {
        const key = wordKey(bytes, i);
        if ((((starts[key >> 3] as number) >> (key & 7)) & 1) !== 0) push(out, ANCHOR.start, i, i + 4);
      }
    }
    if ((change & DIGITS_BEGIN) !== 0) {
      const gap = i - numberEnd;
      if (gap <= MAX_GAP && gap > 0 && allSeparators(bytes, numberEnd, i)) {
        if (gap === 1 && bytes[i - 1] === 46) dots++;
      } else {
        if (digits >= MIN_DIGITS || dots >= 3) pushNumber(bytes, out, numberStart, numberEnd, digits, dots);
        numberStart = i;
        digits = 0;
        dots = 0;
      }
      digitsStart = i;
    } else if ((change & DIGITS_END) !== 0) {
      digits += i - digitsStart;
      numberEnd = i;
    }
    if ((change & LEAVE) !== 0) {
      if (i - wordStart >= MIN_RUN) push(out, ANCHOR.run, wordStart, i);
      if (i - wordStart >= 4) {
        const key = wordKey(bytes, i - 4);
        if ((((ends[key >> 3] as number) >> (key & 7)) & 1) !== 0) push(out, ANCHOR.end, i - 4, i);
      }
    }
    if ((change & NOTE) === 0) continue;
    switch (bytes[i]) {
      case 64:
        push(out, ANCHOR.at, i, i + 1);
        break;
      case 37:
        push(out, ANCHOR.percent, i, i + 1);
        break;
      case 36:
        push(out, ANCHOR.dollar, i, i + 1);
        break;
      case 126:
        push(out, ANCHOR.tilde, i, i + 1);
        break;
      case 92:
        if (i + 6 <= to && bytes[i + 1] === 117 && bytes[i + 2] === 48 && bytes[i + 3] === 48) push(out, ANCHOR.escape, i, i + 6);
        break;
      default: {
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
  }
  if (digits >= MIN_DIGITS || dots >= 3) pushNumber(bytes, out, numberStart, numberEnd, digits, dots);
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
