import type { Columns } from '../formats/columns.ts';
import type { OwnMatcher } from '../rules/own-rule.ts';
import type { Match, Rule } from '../rules/rule.ts';
import { ANCHOR, type Anchors, addKey, createAnchors, createKeySet, findAnchors, type KeySet, wordKey } from './anchors.ts';
import { askColumns } from './ask-columns.ts';
import { decodeRun, decodeToken, type Encoding } from './decode.ts';
import { findAnchorsFast } from './fast-anchors.ts';
import { settle } from './settle.ts';
import type { Window } from './window.ts';

/** A match whose offsets are bytes of the block, and the encodings that had to be undone to see it, outermost first. */
export interface Hit extends Match {
  readonly encodings: readonly Encoding[];
}

interface Literal {
  readonly text: Uint8Array;
  /** The word has to end there: `mac` is not the beginning of `machine`. */
  readonly whole: boolean;
  readonly rules: readonly number[];
}

type LiteralTable = readonly (readonly Literal[])[];

/** A rule set, prepared. It is not reentrant: one at a time scans. */
export interface Scanner {
  readonly rules: readonly Rule[];
  readonly own: readonly OwnMatcher[];
  readonly starts: KeySet;
  readonly ends: KeySet;
  readonly startLiterals: LiteralTable;
  readonly endLiterals: LiteralTable;
  /** Rules by kind of anchor. */
  readonly byKind: readonly (readonly number[])[];
  /** Rules for numbers, by how many digits there are: in one run, in a run inside of a word, or with separators. */
  readonly numbers: Readonly<Record<'together' | 'inside' | 'apart', readonly (readonly number[])[]>>;
  readonly pools: readonly Anchors[];
}

/** Encodings inside of encodings are undone this often. */
export const MAX_DECODE_DEPTH = 3;

/** A window reaches this far around an anchor at least, and this far in all. */
const BEFORE = 600;
const AFTER = 5_000;
const WINDOW = 20_000;

/** Prepares a rule set. */
export function createScanner(rules: readonly Rule[], own: readonly OwnMatcher[] = []): Scanner {
  const wanting = (wish: (rule: Rule) => boolean) => rules.flatMap((rule, index) => (wish(rule) ? [index] : []));
  const byKind: (readonly number[])[] = [];
  byKind[ANCHOR.at] = wanting((rule) => rule.wish.at === true);
  byKind[ANCHOR.address] = wanting((rule) => rule.wish.dots === true);
  byKind[ANCHOR.colons] = wanting((rule) => rule.wish.colons === true);
  byKind[ANCHOR.run] = wanting((rule) => rule.wish.run === true);
  byKind[ANCHOR.dollar] = wanting((rule) => rule.wish.dollar === true);
  byKind[ANCHOR.tilde] = wanting((rule) => rule.wish.tilde === true);
  const starts = tabulate(rules, (wish) => wish.literals, startKeys);
  const ends = tabulate(
    rules,
    (wish) => wish.endings,
    (text) => [wordKey(text, text.length - 4)],
  );
  return {
    rules,
    own,
    starts: starts.keys,
    ends: ends.keys,
    startLiterals: starts.table,
    endLiterals: ends.table,
    byKind,
    numbers: {
      together: byDigits(rules, (wish, digits) => wish.digits !== undefined && digits >= wish.digits[0] && digits <= wish.digits[1]),
      inside: byDigits(rules, (wish, digits) => wish.insideWords === true && wish.digits !== undefined && digits >= wish.digits[0]),
      apart: byDigits(rules, (wish, digits) => wish.digits !== undefined && digits >= wish.digits[0]),
    },
    pools: Array.from({ length: MAX_DECODE_DEPTH + 1 }, (_, depth) => createAnchors(depth === 0 ? 1 << 14 : 256)),
  };
}

const NOT_ONE: Literal[] = [];

/** More digits are treated like so many. */
const MAX_COUNT = 64;

function byDigits(rules: readonly Rule[], fits: (wish: Rule['wish'], digits: number) => boolean): number[][] {
  return Array.from({ length: MAX_COUNT + 1 }, (_, digits) => rules.flatMap((rule, index) => (fits(rule.wish, digits) ? [index] : [])));
}

function isWordByte(byte: number): boolean {
  return isLetter(byte) || byte === 95;
}

function tabulate(
  rules: readonly Rule[],
  literalsOf: (wish: Rule['wish']) => readonly string[] | undefined,
  keysOf: (text: Uint8Array, whole: boolean) => readonly number[],
): { readonly keys: KeySet; readonly table: LiteralTable } {
  const byText = new Map<string, number[]>();
  rules.forEach((rule, index) => {
    for (const literal of literalsOf(rule.wish) ?? [])
      byText.set(literal.toLowerCase(), [...(byText.get(literal.toLowerCase()) ?? []), index]);
  });
  const keys = createKeySet();
  // Dense, because an array with holes is a dictionary to the engine.
  const table: Literal[][] = Array.from({ length: 1 << 16 }, () => NOT_ONE);
  for (const [literal, owners] of byText) {
    const whole = literal.endsWith('|');
    const text = Buffer.from(whole ? literal.slice(0, -1) : literal, 'latin1');
    for (const key of new Set(keysOf(text, whole))) {
      addKey(keys, key);
      table[key] = [...(table[key] ?? []), { text, whole, rules: owners }];
    }
  }
  return { keys, table };
}

/** Keys are of four bytes; a literal of three has one for each byte that may follow it. */
function startKeys(text: Uint8Array, whole: boolean): readonly number[] {
  if (text.length >= 4) return [wordKey(text, 0)];
  return Array.from({ length: 256 }, (_, byte) => byte)
    .filter((byte) => !(whole && isLetter(byte)))
    .map((byte) => wordKey(Uint8Array.of(...text, byte), 0));
}

/** What a scan is told about the block beyond its bytes. */
export interface BlockContext {
  readonly columnAt?: (offset: number) => string | undefined;
  /** The head of a table. */
  readonly columns?: Columns;
}

/** Scans `bytes` from `from` to `to` and returns what the rules recognize, by place; matches that claim the same bytes are settled. */
export function scanBytes(scanner: Scanner, bytes: Uint8Array, from: number, to: number, context: BlockContext = {}): Hit[] {
  const hits: Hit[] = [];
  if (context.columns) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    askColumns(scanner, buffer, from, to, context.columns, (match, base) => {
      hits.push({ ...match, start: match.start + base, end: match.end + base, encodings: NO_ENCODINGS });
    });
  }
  scanInto(scanner, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), from, to, 0, context, hits);
  return settle(hits, scanner.rules);
}

function scanInto(scanner: Scanner, bytes: Buffer, from: number, to: number, depth: number, context: BlockContext, hits: Hit[]): void {
  if (scanner.own.length > 0) askOwnRules(scanner, bytes, from, to, hits);
  const anchors = scanner.pools[depth] as Anchors;
  if (depth === 0) findAnchorsFast(bytes, from, to, scanner.starts, scanner.ends, anchors);
  else findAnchors(bytes, from, to, scanner.starts, scanner.ends, anchors);
  let window: Window = { text: '', base: 0 };
  let tokenEnd = -1;
  const report = (match: Match) => {
    const { rule, severity, start, end, score, reasons, value } = match;
    hits.push({ rule, severity, start: start + window.base, end: end + window.base, score, reasons, value, encodings: NO_ENCODINGS });
  };
  const look = (start: number, end: number) => {
    const low = Math.max(from, start - BEFORE);
    const high = Math.min(to, end + AFTER);
    if (low < window.base || high > window.base + window.text.length) {
      const base = Math.max(from, start - BEFORE);
      const columnAt = context.columnAt;
      window = {
        text: bytes.toString('latin1', base, Math.min(to, Math.max(start + WINDOW, high))),
        base,
        ...(columnAt ? { columnAt: (offset: number) => columnAt(offset + base) } : {}),
      };
    }
  };
  const ask = (rule: number, start: number, end: number) => {
    look(start, end);
    (scanner.rules[rule] as Rule).find(window, start - window.base, end - window.base, report);
  };
  for (let index = 0; index < anchors.count; index++) {
    const start = anchors.start[index] as number;
    const end = anchors.end[index] as number;
    switch (anchors.kind[index]) {
      case ANCHOR.start:
      case ANCHOR.end:
        for (const { rule, open, close } of literalRules(scanner, bytes, from, to, anchors, index)) ask(rule, open, close);
        break;
      case ANCHOR.escape:
        if (depth < MAX_DECODE_DEPTH && start >= tokenEnd)
          tokenEnd = scanToken(scanner, bytes, from, to, start, 'escape', depth, context, hits);
        break;
      case ANCHOR.colons:
        if (end - start === 2 && !besideHex(bytes, start, end, to)) break;
        for (const rule of scanner.byKind[ANCHOR.colons] ?? []) ask(rule, start, end);
        break;
      case ANCHOR.number: {
        const digits = countDigits(bytes, start, end);
        const together = digits === end - start;
        const inWord =
          together && ((start > from && isWordByte(bytes[start - 1] as number)) || (end < to && isWordByte(bytes[end] as number)));
        // A long row of digits and separators may hold several numbers.
        const table = inWord ? scanner.numbers.inside : together ? scanner.numbers.together : scanner.numbers.apart;
        for (const rule of table[Math.min(digits, MAX_COUNT)] as readonly number[]) ask(rule, start, end);
        break;
      }
      case ANCHOR.percent:
        if (depth < MAX_DECODE_DEPTH && start >= tokenEnd)
          tokenEnd = scanToken(scanner, bytes, from, to, start, 'percent', depth, context, hits);
        break;
      case ANCHOR.run:
        for (const rule of scanner.byKind[ANCHOR.run] ?? []) ask(rule, start, end);
        if (depth < MAX_DECODE_DEPTH) scanRun(scanner, bytes, from, to, start, end, depth, context, hits);
        break;
      default:
        for (const rule of scanner.byKind[anchors.kind[index] as number] ?? []) ask(rule, start, end);
    }
  }
}

const NO_ENCODINGS: readonly Encoding[] = [];

/** The rules whose literal stands at an anchor of kind `start` or `end`, and from where to where it does. */
export function literalRules(
  scanner: Scanner,
  bytes: Uint8Array,
  from: number,
  to: number,
  anchors: Anchors,
  index: number,
): readonly { readonly rule: number; readonly open: number; readonly close: number }[] {
  const start = anchors.start[index] as number;
  const end = anchors.end[index] as number;
  const atStart = anchors.kind[index] === ANCHOR.start;
  if (!atStart && anchors.kind[index] !== ANCHOR.end) return NO_RULES;
  const table = atStart ? scanner.startLiterals : scanner.endLiterals;
  const results: { rule: number; open: number; close: number }[] = [];
  for (const { text, whole, rules } of table[wordKey(bytes, start)] as readonly Literal[]) {
    const open = atStart ? start : end - text.length;
    const close = open + text.length;
    if (open < from || close > to || !sameText(bytes, open, text)) continue;
    if (whole && close < to && isLetter(bytes[close] as number)) continue;
    for (const rule of rules) results.push({ rule, open, close });
  }
  return results;
}

const NO_RULES: readonly never[] = [];

/** Two colons beside a letter beyond f are C++ or an ARN, not an address. */
function besideHex(bytes: Uint8Array, start: number, end: number, to: number): boolean {
  const fits = (byte: number) => !((byte >= 71 && byte <= 90) || (byte >= 103 && byte <= 122) || byte === 95);
  return (start === 0 || fits(bytes[start - 1] as number)) && (end >= to || fits(bytes[end] as number));
}

/** Own rules see so much at once, ended at a line feed where there is one. */
const STRETCH = 1 << 16;

function askOwnRules(scanner: Scanner, bytes: Buffer, from: number, to: number, hits: Hit[]): void {
  for (let base = from; base < to; ) {
    const lineEnd = base + STRETCH >= to ? to : bytes.lastIndexOf(10, base + STRETCH) + 1;
    const end = lineEnd > base ? lineEnd : Math.min(base + STRETCH, to);
    const text = bytes.toString('latin1', base, end);
    const lower = text.toLowerCase();
    const report = (match: Match) => hits.push({ ...match, start: match.start + base, end: match.end + base, encodings: NO_ENCODINGS });
    for (const ask of scanner.own) ask(text, lower, report);
    base = end;
  }
}

function scanToken(
  scanner: Scanner,
  bytes: Buffer,
  from: number,
  to: number,
  at: number,
  encoding: 'percent' | 'escape',
  depth: number,
  context: BlockContext,
  hits: Hit[],
): number {
  const decoded = decodeToken(bytes, from, to, at, encoding);
  if (decoded === undefined) return -1;
  const inner: Hit[] = [];
  scanInto(scanner, decoded.bytes, 0, decoded.bytes.length, depth + 1, innerContext(context, decoded.start), inner);
  for (const hit of inner) {
    const start = decoded.sources[hit.start] as number;
    const end = decoded.sources[hit.end] as number;
    // What holds no escape is seen without decoding.
    if (end - start !== hit.end - hit.start) hits.push({ ...hit, start, end, encodings: [encoding, ...hit.encodings] });
  }
  return decoded.end;
}

function scanRun(
  scanner: Scanner,
  bytes: Buffer,
  from: number,
  to: number,
  start: number,
  end: number,
  depth: number,
  context: BlockContext,
  hits: Hit[],
): void {
  const decoded = decodeRun(bytes, from, to, start, end);
  if (decoded === undefined) return;
  const inner: Hit[] = [];
  scanInto(scanner, decoded.bytes, 0, decoded.bytes.length, depth + 1, innerContext(context, decoded.start), inner);
  for (const hit of inner) hits.push({ ...hit, start: decoded.start, end: decoded.end, encodings: [decoded.encoding, ...hit.encodings] });
}

function innerContext(context: BlockContext, start: number): BlockContext {
  const columnAt = context.columnAt;
  return columnAt ? { columnAt: () => columnAt(start) } : {};
}

function countDigits(bytes: Uint8Array, start: number, end: number): number {
  let digits = 0;
  for (let i = start; i < end; i++) if ((bytes[i] as number) >= 48 && (bytes[i] as number) <= 57) digits++;
  return digits;
}

function sameText(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    const wanted = text[i] as number;
    let byte = bytes[start + i] as number;
    if (byte >= 65 && byte <= 90) byte |= 32;
    if (byte !== wanted) return false;
  }
  return true;
}

function isLetter(byte: number): boolean {
  return ((byte | 32) >= 97 && (byte | 32) <= 122) || byte >= 128;
}
