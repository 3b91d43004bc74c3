import type { Columns } from '../formats/columns.ts';
import { IBAN_COUNTRIES } from '../rules/iban.ts';
import type { OwnMatcher } from '../rules/own-rule.ts';
import type { Match, Rule } from '../rules/rule.ts';
import { ANCHOR, type Anchors, createAnchors, findAnchors } from './anchors.ts';
import { askColumns } from './ask-columns.ts';
import { decodeRun, decodeToken, type Encoding } from './decode.ts';
import { createFastTables, type FastTables, findAnchorsFast, NOTE, releaseBytes, sieveBits, WORTH_BYTES } from './fast-anchors.ts';
import { isLetter, type Literals, literalRules, tabulateEnds, tabulateStarts } from './literals.ts';
import { askOwnRules } from './own-rules.ts';
import { settle } from './settle.ts';
import type { Window } from './window.ts';

/** A match whose offsets are bytes of the block, and the encodings that had to be undone to see it, outermost first. */
export interface Hit extends Match {
  readonly encodings: readonly Encoding[];
}

/** A rule set, prepared. It is not reentrant: one at a time scans. */
export interface Scanner {
  readonly rules: readonly Rule[];
  readonly own: readonly OwnMatcher[];
  readonly starts: Literals;
  readonly ends: Literals;
  /** Absent: every anchor of the reference is looked at. */
  readonly fast?: FastTables;
  /** By rule, the bits of an anchor's note of which it wants one. */
  readonly sieves: readonly number[];
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
/** Numbers and addresses are told by what stands near. */
const AFTER_NUMBER = 512;
const WINDOW = 20_000;

/** Prepares a rule set. `plain`: without the fast first pass, as the reference that it has to equal. */
export function createScanner(rules: readonly Rule[], own: readonly OwnMatcher[] = [], plain = false): Scanner {
  const wanting = (wish: (rule: Rule) => boolean) => rules.flatMap((rule, index) => (wish(rule) ? [index] : []));
  const byKind: (readonly number[])[] = [];
  byKind[ANCHOR.at] = wanting((rule) => rule.wish.at === true);
  byKind[ANCHOR.address] = wanting((rule) => rule.wish.dots === true);
  byKind[ANCHOR.colons] = wanting((rule) => rule.wish.colons === true);
  byKind[ANCHOR.run] = wanting((rule) => rule.wish.run === true);
  byKind[ANCHOR.dollar] = wanting((rule) => rule.wish.dollar === true);
  byKind[ANCHOR.tilde] = wanting((rule) => rule.wish.tilde === true);
  const starts = tabulateStarts(rules);
  const ends = tabulateEnds(rules);
  const fast = plain ? undefined : createFastTables(rules, starts, ends, IBAN_COUNTRIES);
  return {
    rules,
    own,
    starts,
    ends,
    ...(fast ? { fast } : {}),
    sieves: rules.map(sieveBits),
    byKind,
    numbers: {
      together: byDigits(rules, (wish, digits) => wish.digits !== undefined && digits >= wish.digits[0] && digits <= wish.digits[1]),
      inside: byDigits(rules, (wish, digits) => wish.insideWords === true && wish.digits !== undefined && digits >= wish.digits[0]),
      apart: byDigits(rules, (wish, digits) => wish.digits !== undefined && digits >= wish.digits[0]),
    },
    pools: Array.from({ length: MAX_DECODE_DEPTH + 1 }, (_, depth) => createAnchors(depth === 0 ? 1 << 14 : 256)),
  };
}

/** More digits are treated like so many. */
const MAX_COUNT = 64;

function byDigits(rules: readonly Rule[], fits: (wish: Rule['wish'], digits: number) => boolean): number[][] {
  return Array.from({ length: MAX_COUNT + 1 }, (_, digits) => rules.flatMap((rule, index) => (fits(rule.wish, digits) ? [index] : [])));
}

function isWordByte(byte: number): boolean {
  return isLetter(byte) || byte === 95;
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
  askOwnRules(scanner.own, bytes, from, to, (match, base) => {
    hits.push({ ...match, start: match.start + base, end: match.end + base, encodings: NO_ENCODINGS });
  });
  const tabular = context.columnAt !== undefined;
  const fast =
    depth === 0 && scanner.fast && to - from >= WORTH_BYTES ? findAnchorsFast(bytes, from, to, scanner.fast, tabular) : undefined;
  const anchors = fast ?? (scanner.pools[depth] as Anchors);
  if (!fast) {
    if (depth === 0) releaseBytes();
    findAnchors(bytes, from, to, scanner.starts.keys, scanner.ends.keys, anchors);
  }
  let window: Window = { text: '', base: 0 };
  let tokenEnd = -1;
  const report = (match: Match) => {
    const { rule, severity, start, end, score, reasons, value } = match;
    hits.push({ rule, severity, start: start + window.base, end: end + window.base, score, reasons, value, encodings: NO_ENCODINGS });
  };
  const look = (start: number, end: number, after: number) => {
    const low = Math.max(from, start - BEFORE);
    const high = Math.min(to, end + after);
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
    look(start, end, AFTER);
    find(rule, start, end);
  };
  const askNumber = (rule: number, start: number, end: number) => {
    look(start, end, AFTER_NUMBER);
    find(rule, start, end);
  };
  const find = (rule: number, start: number, end: number) => {
    (scanner.rules[rule] as Rule).find(window, start - window.base, end - window.base, report);
  };
  for (let index = 0; index < anchors.count; index++) {
    const start = anchors.start[index] as number;
    const end = anchors.end[index] as number;
    const kind = anchors.kind[index] as number;
    switch (kind) {
      case ANCHOR.start:
      case ANCHOR.end:
        literalRules(scanner.starts.table, scanner.ends.table, bytes, from, to, anchors, index, ask);
        break;
      case ANCHOR.escape:
      case ANCHOR.percent: {
        const encoding = kind === ANCHOR.escape ? 'escape' : 'percent';
        if (depth < MAX_DECODE_DEPTH && start >= tokenEnd)
          tokenEnd = scanToken(scanner, bytes, from, to, start, encoding, depth, context, hits);
        break;
      }
      case ANCHOR.colons:
        if (end - start === 2 && !besideHex(bytes, start, end, to)) break;
        for (const rule of scanner.byKind[ANCHOR.colons] ?? []) askNumber(rule, start, end);
        break;
      case ANCHOR.number: {
        const digits = countDigits(bytes, start, end);
        const together = digits === end - start;
        const inWord =
          together && ((start > from && isWordByte(bytes[start - 1] as number)) || (end < to && isWordByte(bytes[end] as number)));
        const note = fast ? (fast.notes[index] as number) : EVERY_NOTE;
        // A long row of digits and separators may hold several numbers.
        const table = inWord ? scanner.numbers.inside : together ? scanner.numbers.together : scanner.numbers.apart;
        for (const rule of table[Math.min(digits, MAX_COUNT)] as readonly number[])
          if (((scanner.sieves[rule] as number) & note) !== 0) askNumber(rule, start, end);
        break;
      }
      case ANCHOR.run: {
        const note = fast ? (fast.notes[index] as number) : EVERY_NOTE;
        for (const rule of scanner.byKind[ANCHOR.run] ?? []) if (((scanner.sieves[rule] as number) & note) !== 0) ask(rule, start, end);
        if (depth < MAX_DECODE_DEPTH && (note & NOTE.decode) !== 0) scanRun(scanner, bytes, from, to, start, end, depth, context, hits);
        break;
      }
      case ANCHOR.address:
        for (const rule of scanner.byKind[ANCHOR.address] ?? []) askNumber(rule, start, end);
        break;
      default:
        for (const rule of scanner.byKind[kind] ?? []) ask(rule, start, end);
    }
  }
}

const NO_ENCODINGS: readonly Encoding[] = [];
const EVERY_NOTE = 0xffff;

/** Two colons beside a letter beyond f are C++ or an ARN, not an address. */
function besideHex(bytes: Uint8Array, start: number, end: number, to: number): boolean {
  const fits = (byte: number) => !((byte >= 71 && byte <= 90) || (byte >= 103 && byte <= 122) || byte === 95);
  return (start === 0 || fits(bytes[start - 1] as number)) && (end >= to || fits(bytes[end] as number));
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
  const decoded = decodeToken(bytes, from, to, at, encoding, depth);
  if (decoded === undefined) return -1;
  const pool = scanner.pools[depth + 1] as Anchors;
  findAnchors(decoded.bytes, 0, decoded.bytes.length, scanner.starts.keys, scanner.ends.keys, pool);
  if (pool.count === 0 && scanner.own.length === 0) return decoded.end;
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
