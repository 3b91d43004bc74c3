import type { Match, Rule, Severity } from '../rules/rule.ts';
import { SEVERITIES } from '../rules/rule.ts';
import { ANCHOR, type Anchors, createAnchors, createTrigramSet, findAnchors, type TrigramSet, trigramKey } from './anchors.ts';
import { decodeRun, decodeToken, type Encoding } from './decode.ts';
import type { Window } from './window.ts';

/** A match whose offsets are bytes of the block, and the encodings that had to be undone to see it, outermost first. */
export interface Hit extends Match {
  readonly encodings: readonly Encoding[];
}

interface Literal {
  readonly text: Uint8Array;
  /** Offset in the literal of the last byte of the trigram that finds it. */
  readonly trigramEnd: number;
  readonly rules: readonly number[];
}

/** A rule set, prepared. It is not reentrant: one at a time scans. */
export interface Scanner {
  readonly rules: readonly Rule[];
  readonly trigrams: TrigramSet;
  readonly literals: readonly (readonly Literal[] | undefined)[];
  readonly at: readonly number[];
  readonly addresses: readonly number[];
  readonly colons: readonly number[];
  readonly runs: readonly number[];
  readonly numbers: readonly { readonly rule: number; readonly least: number; readonly most: number }[];
  readonly pools: readonly Anchors[];
}

/** Encodings inside of encodings are undone this often. */
export const MAX_DECODE_DEPTH = 3;

/** A window reaches this far around an anchor at least, and this far in all. */
const BEFORE = 600;
const AFTER = 5_000;
const WINDOW = 20_000;

/** Literals whose bytes a JSON escape may hide behind; they lead to the decoder, not to a rule. */
const ESCAPE = Buffer.from('\\u00', 'latin1');

/** Prepares a rule set. */
export function createScanner(rules: readonly Rule[]): Scanner {
  const trigrams = createTrigramSet();
  const literals: Literal[][] = [];
  const byText = new Map<string, number[]>();
  rules.forEach((rule, index) => {
    for (const literal of rule.wish.literals ?? []) byText.set(literal, [...(byText.get(literal) ?? []), index]);
  });
  const add = (text: Uint8Array, owners: readonly number[]) => {
    const trigramEnd = rarestTrigram(text);
    const key = trigramKey(text, trigramEnd);
    trigrams[key] = 1;
    literals[key] = [...(literals[key] ?? []), { text, trigramEnd, rules: owners }];
  };
  for (const [text, owners] of byText) add(Buffer.from(text.toLowerCase(), 'latin1'), owners);
  add(ESCAPE, []);
  const wanting = (wish: (rule: Rule) => boolean) => rules.flatMap((rule, index) => (wish(rule) ? [index] : []));
  return {
    rules,
    trigrams,
    literals,
    at: wanting((rule) => rule.wish.at === true),
    addresses: wanting((rule) => rule.wish.dots === true),
    colons: wanting((rule) => rule.wish.colons === true),
    runs: wanting((rule) => rule.wish.run === true),
    numbers: rules.flatMap((rule, index) =>
      rule.wish.digits ? [{ rule: index, least: rule.wish.digits[0], most: rule.wish.digits[1] }] : [],
    ),
    pools: Array.from({ length: MAX_DECODE_DEPTH + 1 }, (_, depth) => createAnchors(depth === 0 ? 1 << 14 : 256)),
  };
}

/** Letters from rare to common in English; what else may stand in a literal is as common in telemetry as these numbers say. */
const RARE_TO_COMMON = 'zqjxkvbpygfwmucldrhsnioate';
const OTHER_COST: Readonly<Record<string, number>> = { _: 4, '-': 10, '.': 12, ':': 20, '=': 15, '/': 15 };
/** Trigrams that every second line of telemetry holds. */
const EVERYWHERE = new Set(
  'key val str tri ing api log com htt ser res req acc ins ity tra spa tim cre arn aws sou app tex cel lin sum asi cor pla dro ion ent con tus inf nam typ pri ind cli rin'.split(
    ' ',
  ),
);

/** End of the trigram of a literal that is least likely to occur elsewhere. */
function rarestTrigram(text: Uint8Array): number {
  let best = 2;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let end = 2; end < text.length; end++) {
    const trigram = Buffer.from(text.subarray(end - 2, end + 1)).toString('latin1');
    let cost = EVERYWHERE.has(trigram) ? 30 : 1;
    for (const character of trigram) {
      const rank = RARE_TO_COMMON.indexOf(character);
      cost *= rank >= 0 ? rank + 2 : /\d/.test(character) ? 40 : (OTHER_COST[character] ?? 40);
    }
    if (cost < bestCost) {
      bestCost = cost;
      best = end;
    }
  }
  return best;
}

/** What a scan is told about the block beyond its bytes. */
export interface BlockContext {
  readonly columnAt?: (offset: number) => string | undefined;
}

/** Scans `bytes` from `from` to `to` and returns what the rules recognize, by place; matches that claim the same bytes are settled. */
export function scanBytes(
  scanner: Scanner,
  bytes: Uint8Array,
  from: number,
  to: number,
  context: BlockContext = {},
): { hits: Hit[]; lines: number } {
  const hits: Hit[] = [];
  const lines = scanInto(scanner, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), from, to, 0, context, hits);
  return { hits: settle(hits, scanner), lines };
}

function scanInto(scanner: Scanner, bytes: Buffer, from: number, to: number, depth: number, context: BlockContext, hits: Hit[]): number {
  const anchors = scanner.pools[depth] as Anchors;
  findAnchors(bytes, from, to, scanner.trigrams, anchors);
  let window: Window = { text: '', base: 0 };
  let tokenEnd = -1;
  const report = (match: Match) => {
    hits.push({ ...match, start: match.start + window.base, end: match.end + window.base, encodings: [] });
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
      case ANCHOR.literal:
        for (const literal of scanner.literals[trigramKey(bytes, end - 1)] ?? []) {
          const begin = end - 1 - literal.trigramEnd;
          if (begin < from || begin + literal.text.length > to || !sameText(bytes, begin, literal.text)) continue;
          if (literal.text === ESCAPE) {
            if (depth < MAX_DECODE_DEPTH && begin >= tokenEnd)
              tokenEnd = scanToken(scanner, bytes, from, to, begin, 'escape', depth, context, hits);
          } else for (const rule of literal.rules) ask(rule, begin, begin + literal.text.length);
        }
        break;
      case ANCHOR.at:
        for (const rule of scanner.at) ask(rule, start, end);
        break;
      case ANCHOR.number: {
        const digits = countDigits(bytes, start, end);
        for (const { rule, least, most } of scanner.numbers) {
          // A long row of digits and separators may hold several numbers.
          if (digits >= least && (digits <= most || digits < end - start)) ask(rule, start, end);
        }
        break;
      }
      case ANCHOR.address:
        for (const rule of scanner.addresses) ask(rule, start, end);
        break;
      case ANCHOR.colons:
        for (const rule of scanner.colons) ask(rule, start, end);
        break;
      case ANCHOR.percent:
        if (depth < MAX_DECODE_DEPTH && start >= tokenEnd)
          tokenEnd = scanToken(scanner, bytes, from, to, start, 'percent', depth, context, hits);
        break;
      case ANCHOR.run:
        for (const rule of scanner.runs) ask(rule, start, end);
        if (depth < MAX_DECODE_DEPTH) scanRun(scanner, bytes, from, to, start, end, depth, context, hits);
        break;
    }
  }
  return anchors.lines;
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
    // A digit of a literal stands for any digit, so that a format with a number inside has one literal.
    if (byte !== wanted && !(wanted === 48 && byte >= 48 && byte <= 57)) return false;
  }
  return true;
}

const RANK: Readonly<Record<Severity, number>> = Object.fromEntries(SEVERITIES.map((severity, rank) => [severity, rank])) as Record<
  Severity,
  number
>;

/** Keeps, of matches that overlap at the same depth of decoding, the best: a known test value first, then severity, score, length and order of rules. */
function settle(hits: Hit[], scanner: Scanner): Hit[] {
  if (hits.length < 2) return hits;
  const sorted = hits.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Hit[] = [];
  for (let first = 0; first < sorted.length; ) {
    let next = first + 1;
    let end = (sorted[first] as Hit).end;
    for (; next < sorted.length && (sorted[next] as Hit).start < end; next++) end = Math.max(end, (sorted[next] as Hit).end);
    if (next === first + 1) kept.push(sorted[first] as Hit);
    else kept.push(...settleCluster(sorted.slice(first, next), scanner));
    first = next;
  }
  return kept;
}

function settleCluster(hits: readonly Hit[], scanner: Scanner): Hit[] {
  const rankOf = (hit: Hit) => (hit.rule === 'test-value' ? -1 : RANK[hit.severity]);
  const orderOf = (hit: Hit) => scanner.rules.findIndex((rule) => rule.id === hit.rule);
  const best = [...hits].sort(
    (a, b) =>
      a.encodings.length - b.encodings.length ||
      rankOf(a) - rankOf(b) ||
      b.score - a.score ||
      b.end - b.start - (a.end - a.start) ||
      orderOf(a) - orderOf(b) ||
      a.start - b.start,
  );
  const kept: Hit[] = [];
  for (const hit of best) {
    if (!kept.some((other) => other.start < hit.end && hit.start < other.end && coveredBy(other, hit))) kept.push(hit);
  }
  return kept.sort((a, b) => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : 1));
}

function coveredBy(other: Hit, hit: Hit): boolean {
  if (other.encodings.join() !== hit.encodings.join()) return other.value === hit.value;
  // Inside of a decoded value every match has the place of the whole, so only one value inside of the other means the same.
  return hit.encodings.length === 0 || other.value.includes(hit.value) || hit.value.includes(other.value);
}
