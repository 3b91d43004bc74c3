import type { Rule, Sieve } from '../rules/rule.ts';
import { SOCIAL_WORDS } from '../rules/us-ssn.ts';
import { type Anchors, wordKey } from './anchors.ts';
import { ANCHORS_WASM } from './generated/anchors-wasm.ts';
import { foldedWord, type Literal, type Literals, startsOf } from './literals.ts';

/** Where the module expects its tables, and how large they are; see anchors.assembly. */
const KEYS = 0;
const SLOTS = 1 << 14;
const KEY_GROUPS = 73_728;
const END_BITS = 90_112;
const COUNTRIES = 98_304;
const DIGITS = 99_008;
const LOW_CLASSES = 99_200;
const CHAINS = 99_328;
const LITERALS = 132_096;
const KEY_BITS = 165_888;
const CONTEXTS = 198_656;
const ANCHORS = 231_424;
const PAGE = 65_536;
/** Zeros after the bytes, for vectors and masks that reach beyond. */
const PADDING = 192;
/** Fewer bytes are not worth copying into the module. */
export const WORTH_BYTES = 2_048;

/** Parts of a note: how many digits, whether they stand apart or inside of a word, and what a number or a run may be. */
export const NOTE = {
  digits: 0x7f,
  apart: 1 << 7,
  inWord: 1 << 8,
  social: 1 << 9,
  socialByWord: 1 << 10,
  phone: 1 << 11,
  card: 1 << 12,
  iban: 1 << 13,
  wallet: 1 << 9,
  twilio: 1 << 10,
  discord: 1 << 11,
  airtable: 1 << 12,
  decode: 1 << 13,
  telegram: 1 << 14,
} as const;

const EVERY = 0xffff;
const BITS: Readonly<Record<Sieve, number>> = {
  social: NOTE.social | NOTE.socialByWord,
  phone: NOTE.phone,
  card: NOTE.card,
  iban: NOTE.iban,
  'eleven-digits': EVERY,
  address: EVERY,
  wallet: NOTE.wallet,
  twilio: NOTE.twilio,
  discord: NOTE.discord,
  airtable: NOTE.airtable,
  telegram: NOTE.telegram,
};

/** Which bits of a note let a rule be asked. */
export function sieveBits(rule: Rule): number {
  return rule.wish.sieve ? BITS[rule.wish.sieve] : EVERY;
}

/** Anchors with notes. */
export interface FastAnchors extends Anchors {
  notes: Uint16Array;
}

/** What the module has to know of a rule set. */
export interface FastTables {
  readonly starts: Literals;
  readonly ends: Literals;
  /** Countries of IBANs, two upper-case letters each. */
  readonly countries: readonly string[];
  /** By how many digits there are, in one run or with separators: 1 where a rule wants to see all such numbers. */
  readonly digits: Uint8Array;
  /** Three bytes that all endings hold. */
  readonly trigram: number;
}

/** As much of the global as is used here; its types come with the browser's library, which this project does not load. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  layout(anchors: number): number;
  find(length: number, base: number, anchors: number, trigram: number, all: boolean): number;
  countLines(from: number, size: number): number;
}

let loaded: Exports | undefined;
let room = 1 << 14;
let prepared: FastTables | undefined;
/** The bytes that the module's memory holds. */
let held: { readonly buffer: ArrayBufferLike; readonly start: number; readonly end: number } | undefined;

function load(): Exports {
  loaded ??= new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(ANCHORS_WASM, 'base64'))).exports as Exports;
  return loaded;
}

/** Tables for a rule set; `undefined` when one of its rules asks for what the module cannot tell, so that only the reference does. */
export function createFastTables(
  rules: readonly Rule[],
  starts: Literals,
  ends: Literals,
  countries: readonly string[],
): FastTables | undefined {
  const fits = rules.every(({ wish }) => {
    const digitsFit = wish.sieve !== 'eleven-digits' || (wish.digits !== undefined && wish.digits[0] >= 11);
    return (wish.digits === undefined && wish.run === undefined && wish.dots === undefined) || (wish.sieve !== undefined && digitsFit);
  });
  const trigram = commonTrigram(rules.flatMap((rule) => rule.wish.endings ?? []));
  return fits && trigram !== undefined ? { starts, ends, countries, digits: digitsWanted(rules), trigram } : undefined;
}

/** How many digits are told apart. */
const COUNTS = 65;

function digitsWanted(rules: readonly Rule[]): Uint8Array {
  const wanted = new Uint8Array(2 * COUNTS);
  for (const { wish } of rules) {
    if (wish.sieve !== 'eleven-digits' || !wish.digits) continue;
    wanted.fill(1, wish.digits[0], wish.digits[1] + 1);
    wanted.fill(1, COUNTS + wish.digits[0]);
  }
  return wanted;
}

function commonTrigram(endings: readonly string[]): number | undefined {
  const first = endings[0];
  // Zeros never stand where the bit of lower case is set.
  if (first === undefined) return 0;
  for (let at = 0; at + 3 <= first.length; at++) {
    const text = first.slice(at, at + 3).toLowerCase();
    if (/^[a-z]{3}$/.test(text) && endings.every((ending) => ending.toLowerCase().includes(text)))
      return Buffer.from(`${text}\0`, 'latin1').readUInt32LE();
  }
  return undefined;
}

function writeTables(view: Uint8Array, tables: FastTables): void {
  if (tables.starts.words.length > SLOTS / 2) throw new Error('the rules begin with more words than the first pass has slots');
  view.fill(0, 0, CONTEXTS);
  view.set(tables.ends.keys, END_BITS);
  const words = new Map<number, number>(tables.starts.words.map((word) => [word, 1]));
  for (const text of SOCIAL_WORDS)
    for (const four of startsOf(Buffer.from(text, 'latin1'), false)) words.set(foldedWord(four), (words.get(foldedWord(four)) ?? 0) | 2);
  const slots = new Uint32Array(view.buffer, KEYS, SLOTS);
  for (const [word, groups] of words) {
    const hash = Math.imul(word, 0x9e3779b1) >>> 14;
    view[KEY_BITS + (hash >> 3)] = (view[KEY_BITS + (hash >> 3)] as number) | (1 << (hash & 7));
    let slot = Math.imul(word, 0x9e3779b1) >>> 18;
    while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    slots[slot] = word;
    view[KEY_GROUPS + slot] = groups;
  }
  view.set(classTables(tables.starts.words), LOW_CLASSES);
  view.set(tables.digits, DIGITS);
  writeChains(view, tables.starts, slots);
  for (const country of tables.countries) view[COUNTRIES + (country.charCodeAt(0) - 65) * 26 + country.charCodeAt(1) - 65] = 1;
}

/** Classes of bytes by their lower four bits, then by their upper: a byte is in the classes that both name. */
function classTables(words: readonly number[]): Uint8Array {
  const tables = new Uint8Array(32);
  const add = (bit: number, bytes: string) => {
    for (const byte of Buffer.from(bytes, 'latin1')) {
      tables[byte & 15] = (tables[byte & 15] as number) | bit;
      tables[16 + (byte >> 4)] = (tables[16 + (byte >> 4)] as number) | bit;
    }
  };
  add(128, '0123456789');
  add(64, ' -.()/+');
  add(32, ':');
  add(16, [...new Set(words.map((word) => String.fromCharCode(word & 255)))].filter((character) => /[0-9]/.test(character)).join(''));
  add(8, '\\');
  add(4, '~');
  add(2, '$%');
  add(1, '@');
  return tables;
}

/** For every slot the literals that begin so, each chain of them once. */
function writeChains(view: Uint8Array, starts: Literals, slots: Uint32Array): void {
  const chains = new Map<string, number>([['', 0]]);
  let next = 1;
  const offsets = new Uint16Array(view.buffer, CHAINS, SLOTS);
  slots.forEach((word, slot) => {
    const literals = word === 0 ? [] : literalsOf(starts, word);
    const chain = Buffer.concat(literals.flatMap(({ text, whole }) => [Buffer.of(text.length, whole ? 1 : 0), text]));
    const key = chain.toString('latin1');
    const known = chains.get(key);
    offsets[slot] = known ?? next;
    if (known !== undefined) return;
    if (LITERALS + next + chain.length + 1 > KEY_BITS) throw new Error('the literals of the rules need more room than the first pass has');
    view.set(chain, LITERALS + next);
    chains.set(key, next);
    next += chain.length + 1;
  });
}

function literalsOf(starts: Literals, word: number): readonly Literal[] {
  const four = Uint8Array.of(word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24);
  return (starts.table[wordKey(four, 0)] ?? []).filter(({ text, whole }) =>
    startsOf(text, whole).some((start) => foldedWord(start) === word),
  );
}

/**
 * What `findAnchors` does, in WebAssembly with vectors of sixteen bytes, without the anchors at which no rule can find anything. The arrays are views of
 * the module's memory and hold until the next call. `tabular`: names may stand in the head of a table, so words around a number do not count.
 */
export function findAnchorsFast(bytes: Uint8Array, from: number, to: number, tables: FastTables, tabular: boolean): FastAnchors {
  const length = to - from;
  const { memory, find, layout } = load();
  for (;;) {
    const input = layout(room);
    const lacking = Math.ceil((input + length + PADDING - memory.buffer.byteLength) / PAGE);
    if (lacking > 0) memory.grow(lacking);
    const view = new Uint8Array(memory.buffer);
    if (prepared !== tables) {
      writeTables(view, tables);
      prepared = tables;
    }
    view.set(bytes.subarray(from, to), input);
    view.fill(0, input + length, input + length + PADDING);
    held = { buffer: bytes.buffer, start: bytes.byteOffset + from, end: bytes.byteOffset + to };
    const count = find(length, from, room, tables.trigram, tabular);
    if (count > room) {
      // A multiple of four keeps the offsets aligned.
      room = (count + (count >> 1) + 3) & ~3;
      continue;
    }
    return {
      count,
      kind: new Uint8Array(memory.buffer, ANCHORS, room),
      notes: new Uint16Array(memory.buffer, ANCHORS + room, room),
      start: new Int32Array(memory.buffer, ANCHORS + room * 3, room),
      end: new Int32Array(memory.buffer, ANCHORS + room * 7, room),
    };
  }
}

/** Says that the module's memory holds nothing of what is scanned next. */
export function releaseBytes(): void {
  held = undefined;
}

/** Line feeds from `from` to `to`: cheap right after these bytes were searched for anchors. */
export function countLineFeeds(bytes: Buffer, from: number, to: number): number {
  const [start, end] = [bytes.byteOffset + from, bytes.byteOffset + to];
  if (held && held.buffer === bytes.buffer && held.start <= start && held.end >= end)
    return load().countLines(start - held.start, to - from);
  let lines = 0;
  for (let next = bytes.indexOf(10, from); next >= 0 && next < to; next = bytes.indexOf(10, next + 1)) lines++;
  return lines;
}
