import { isUtf8 } from 'node:buffer';
import { hmacHex } from '../fingerprint.ts';
import { type Columns, columnOf } from '../formats/columns.ts';
import { createJsonPlaces } from '../formats/json-places.ts';
import { maskPath, maskText } from '../mask.ts';
import type { Reason, Severity } from '../rules/rule.ts';
import type { Block } from '../sources/blocks.ts';
import type { Encoding } from './decode.ts';
import { countLineFeeds } from './fast-anchors.ts';
import { type Hit, type Scanner, scanBytes } from './scanner.ts';
import { fieldOf } from './window.ts';

/** How the lines of a stream hold JSON: one document on each, one document in all, or none. */
export type JsonMode = 'lines' | 'document' | 'none';

/** The same value seen by the same rule in one block; offsets count from the start of the stream, lines from 0 at the start of the block. */
export interface BlockGroup {
  readonly rule: string;
  readonly severity: Severity;
  readonly score: number;
  readonly reasons: readonly Reason[];
  readonly encodings: readonly Encoding[];
  readonly hmac: string;
  /** Names the value within this process. */
  readonly name: number;
  /** Under the previous salt; only of values that were accepted under it. */
  readonly previousHmac?: string;
  readonly length: number;
  occurrences: number;
  readonly byte: number;
  readonly line: number;
  readonly pointer?: string;
  readonly field?: string;
  readonly service?: string;
}

/** Values that the same rule saw, by their names, and how often each. */
export interface CountedGroups {
  readonly rule: string;
  readonly severity: Severity;
  readonly names: Float64Array;
  readonly occurrences: Uint32Array;
}

export interface BlockResult {
  readonly groups: readonly BlockGroup[];
  /** Groups of which there are more than can be shown. */
  readonly counted: readonly CountedGroups[];
  /** Line feeds in the part of the block that is its own. */
  readonly lines: number;
  /** Offset of the first byte that is no UTF-8, or of the first NUL. */
  readonly notUtf8At?: number;
  readonly nulAt?: number;
}

/** Places are worked out for so many groups of each severity in a block; no more can be shown. */
export const GROUPS_PER_SEVERITY = 200;

/** What fingerprints are made with. */
export interface Keys {
  readonly salt: Uint8Array;
  /** Findings are accepted by fingerprint, so that every value needs its own. */
  readonly matches?: boolean;
  /** While accepted findings are re-keyed: the salt before, and the HMACs that were accepted under it. */
  readonly previous?: { readonly salt: Uint8Array; readonly accepted: readonly string[] };
}

/** What is wanted of a block beside how often there is what. */
export interface BlockWish {
  readonly mode: JsonMode;
  readonly columns?: Columns;
  /** Severities of which the file shows all the groups it can: of these only the names and numbers are told, unless findings are accepted. */
  readonly full?: readonly Severity[];
}

/** The same rule, severity and value in one block. */
interface Grouped {
  readonly hit: Hit;
  occurrences: number;
}

/** Scans one block and says what it found without saying the values. */
export function scanBlock(scanner: Scanner, block: Block, keys: Keys, wish: BlockWish): BlockResult {
  const { bytes, base, from, to } = block;
  const { mode, columns } = wish;
  const columnAt = columns && ((offset: number) => columnOf(columns, bytes, offset));
  const hits = scanBytes(scanner, bytes, 0, bytes.length, columnAt && columns ? { columnAt, columns } : {});
  const lines = countLineFeeds(bytes, from, to);
  const { detailed, counted } = divide(groupHits(hits, from, to), keys, wish.full ?? []);
  const lineOf = createLineCounter(bytes, from);
  const shown = new Map<Severity, number>();
  const pointers = mode === 'lines' ? pointersOf(bytes, detailed, GROUPS_PER_SEVERITY) : new Map<number, string>();
  const groups = detailed.map(({ hit, occurrences }) => {
    const seen = (shown.get(hit.severity) ?? 0) + 1;
    shown.set(hit.severity, seen);
    return {
      rule: hit.rule,
      severity: hit.severity,
      score: Math.round(hit.score * 100) / 100,
      reasons: hit.reasons,
      encodings: hit.encodings,
      hmac: hmacHex(keys.salt, hit.value),
      name: nameOf(hit.value),
      ...previousOf(keys, hit.value),
      length: hit.end - hit.start,
      occurrences,
      byte: base + hit.start,
      line: lineOf(hit.start),
      ...(seen <= GROUPS_PER_SEVERITY ? placeOf(scanner, bytes, hit, mode, pointers.get(hit.start), columnAt) : {}),
    };
  });
  const notUtf8At = isUtf8(bytes.subarray(from, to)) ? undefined : firstNotUtf8(bytes, from, to);
  const nulAt = bytes.subarray(from, to).indexOf(0);
  return {
    groups,
    counted,
    lines,
    ...(notUtf8At === undefined ? {} : { notUtf8At: base + notUtf8At }),
    ...(nulAt < 0 ? {} : { nulAt: base + from + nulAt }),
  };
}

/** By rule and severity and then by value, in the order of the first of each. */
function groupHits(hits: readonly Hit[], from: number, to: number): Map<string, Map<string, Grouped>> {
  const kinds = new Map<string, Map<string, Grouped>>();
  for (const hit of hits) {
    if (hit.start < from || hit.start >= to) continue;
    const kind = `${hit.rule} ${hit.severity}`;
    let values = kinds.get(kind);
    if (values === undefined) {
      values = new Map();
      kinds.set(kind, values);
    }
    const known = values.get(hit.value);
    if (known) known.occurrences++;
    else values.set(hit.value, { hit, occurrences: 1 });
  }
  return kinds;
}

/** The groups whose place is told, in order, and those that are only counted. */
function divide(
  kinds: ReadonlyMap<string, ReadonlyMap<string, Grouped>>,
  keys: Keys,
  full: readonly Severity[],
): { readonly detailed: Grouped[]; readonly counted: CountedGroups[] } {
  const all = keys.matches === true || keys.previous !== undefined;
  const firsts = [...kinds.values()].flatMap((values) => [...values.values()]).sort((a, b) => a.hit.start - b.hit.start);
  const detailed: Grouped[] = [];
  const counted = new Map<string, { rule: string; severity: Severity; names: number[]; occurrences: number[] }>();
  const seen = new Map<Severity, number>();
  for (const group of firsts) {
    const { rule, severity, value } = group.hit;
    const count = (seen.get(severity) ?? 0) + 1;
    seen.set(severity, count);
    if (all || (count <= GROUPS_PER_SEVERITY && !full.includes(severity))) {
      detailed.push(group);
      continue;
    }
    const kind = `${rule} ${severity}`;
    const entry = counted.get(kind) ?? { rule, severity, names: [], occurrences: [] };
    counted.set(kind, entry);
    entry.names.push(nameOf(value));
    entry.occurrences.push(group.occurrences);
  }
  return {
    detailed,
    counted: [...counted.values()].map(({ rule, severity, names, occurrences }) => ({
      rule,
      severity,
      names: Float64Array.from(names),
      occurrences: Uint32Array.from(occurrences),
    })),
  };
}

/**
 * A number of 53 bits for a value, so that blocks and threads agree on which are the same: FNV-1a twice, from two beginnings. It stays in the process.
 */
function nameOf(value: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995) ^ (high >>> 15);
  }
  return (high >>> 11) * 4_294_967_296 + (low >>> 0);
}

function previousOf(keys: Keys, value: string): { previousHmac?: string } {
  if (keys.previous === undefined) return {};
  const previousHmac = hmacHex(keys.previous.salt, value);
  return keys.previous.accepted.includes(previousHmac) ? { previousHmac } : {};
}

/** Counts line feeds from `start` up to ascending offsets. */
function createLineCounter(bytes: Buffer, start: number): (offset: number) => number {
  let position = start;
  let lines = 0;
  return (offset) => {
    for (let next = bytes.indexOf(10, position); next >= 0 && next < offset; next = bytes.indexOf(10, position)) {
      lines++;
      position = next + 1;
    }
    return lines;
  };
}

/** Names of services stand at most this far before what they sent. */
const SERVICE_REACH = 1 << 16;
const SERVICE =
  /^service\.name\\?"\s*,\s*\\?"value\\?"\s*:\s*\{\s*\\?"stringValue\\?"\s*:\s*\\?"([^"\\]{1,100})|^service\.name\\?["']?\s*[:=]\s*\\?["']?([^"'\\\s,}]{1,100})/;

function placeOf(
  scanner: Scanner,
  bytes: Buffer,
  hit: Hit,
  mode: JsonMode,
  pointer: string | undefined,
  columnAt: ((offset: number) => string | undefined) | undefined,
): { pointer?: string; field?: string; service?: string } {
  const lineStart = bytes.lastIndexOf(10, hit.start - 1) + 1;
  const base = Math.max(0, hit.start - 300);
  const field = fieldOf({ text: bytes.toString('latin1', base, hit.start), base }, hit.start - base) || (columnAt?.(hit.start) ?? '');
  const service = mode === 'none' ? undefined : serviceBefore(bytes, mode === 'lines' ? lineStart : 0, hit.start);
  return {
    ...(field === '' ? {} : { field: maskText(scanner, Buffer.from(field, 'latin1').toString('utf8')) }),
    ...(service === undefined ? {} : { service: maskText(scanner, service) }),
    ...(pointer === undefined ? {} : { pointer: maskPath(scanner, pointer) }),
  };
}

function serviceBefore(bytes: Buffer, lineStart: number, at: number): string | undefined {
  const found = bytes.subarray(Math.max(lineStart, at - SERVICE_REACH), at).lastIndexOf('service.name');
  if (found < 0) return undefined;
  const start = Math.max(lineStart, at - SERVICE_REACH) + found;
  const match = SERVICE.exec(bytes.toString('utf8', start, Math.min(start + 300, bytes.length)));
  return match?.[1] ?? match?.[2];
}

/** Pointers of the first groups of each severity, every line walked once. */
function pointersOf(bytes: Buffer, firsts: readonly { readonly hit: Hit }[], limit: number): Map<number, string> {
  const counts = new Map<Severity, number>();
  const byLine = new Map<number, number[]>();
  for (const { hit } of firsts) {
    const count = (counts.get(hit.severity) ?? 0) + 1;
    counts.set(hit.severity, count);
    if (count > limit) continue;
    const lineStart = bytes.lastIndexOf(10, hit.start - 1) + 1;
    byLine.set(lineStart, [...(byLine.get(lineStart) ?? []), hit.start]);
  }
  const pointers = new Map<number, string>();
  for (const [lineStart, starts] of byLine) {
    const offsets = [...new Set(starts.map((start) => start - lineStart))].sort((a, b) => a - b);
    const places = createJsonPlaces(offsets);
    places.push(bytes.subarray(lineStart, lineStart + (offsets.at(-1) ?? 0) + 1));
    for (const [offset, pointer] of places.pointers) pointers.set(lineStart + offset, pointer);
  }
  return pointers;
}

function firstNotUtf8(bytes: Buffer, from: number, to: number): number | undefined {
  let start = from;
  // A line that was cut may begin or end inside of a character.
  while (start < to && start < from + 3 && ((bytes[start] as number) & 0xc0) === 0x80) start++;
  let low = start;
  let end = to;
  while (end > low && to - end < 3 && !isUtf8(bytes.subarray(low, end))) end--;
  if (isUtf8(bytes.subarray(low, end))) return undefined;
  // Bisection over prefixes: the shortest one that is not valid ends at the offending byte.
  let high = end;
  while (high - low > 4) {
    const middle = boundaryBefore(bytes, low, (low + high) >> 1);
    if (middle <= low) break;
    if (isUtf8(bytes.subarray(low, middle))) low = middle;
    else high = middle;
  }
  return low;
}

/** The start of the character that `at` lies in, as far as that can be told. */
function boundaryBefore(bytes: Buffer, low: number, at: number): number {
  let boundary = at;
  while (boundary > low && at - boundary < 3 && ((bytes[boundary] as number) & 0xc0) === 0x80) boundary--;
  return boundary;
}
