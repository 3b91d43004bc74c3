import type { Files } from '../../core/ports/files.ts';
import type { Workers } from '../../core/ports/workers.ts';
import {
  type BlockGroup,
  type BlockResult,
  type BlockWish,
  GROUPS_PER_SEVERITY,
  type JsonMode,
  type Keys,
  scanBlock,
} from './engine/scan-block.ts';
import type { Scanner } from './engine/scanner.ts';
import type { Group, Obstacle, Tally } from './facts.ts';
import { type Columns, readColumns } from './formats/columns.ts';
import { createJsonPlaces } from './formats/json-places.ts';
import { maskPath } from './mask.ts';
import type { Severity } from './rules/rule.ts';
import { BLOCK_BYTES, type Block, cutBlocks } from './sources/blocks.ts';
import { type Opened, openFile, STANDARD_INPUT } from './sources/open.ts';
import { BLOCK_TASK, type BlockTask } from './tasks.ts';

/** What one file gave, with everything that is packed in it. */
export interface FileScan {
  /** As it may be shown. */
  readonly file: string;
  /** Bytes that were scanned, after decompression. */
  readonly bytes: number;
  readonly groups: readonly Group[];
  readonly groupsLeftOut: number;
  readonly tallies: readonly Tally[];
  readonly obstacles: readonly Obstacle[];
  /** HMACs of accepted findings that were seen. */
  readonly used: readonly string[];
  /** HMACs of accepted findings under the previous salt that were seen, each with the one under this salt. */
  readonly rekeyed: readonly (readonly [previous: string, current: string])[];
}

export interface ScanSettings {
  readonly scanner: Scanner;
  /** What a worker needs to prepare the same rule set. */
  readonly ruleSet: BlockTask['ruleSet'];
  readonly keys: Keys;
  /** HMACs of accepted findings, hexadecimal. */
  readonly accepted: ReadonlySet<string>;
}

export interface ScanPorts {
  readonly files: Pick<Files, 'stream' | 'statTarget'>;
  readonly workers: Workers;
}

/** Scans one file from its first byte to its last, in constant memory. @throws UserError when it cannot be opened or read. */
export async function scanFile(path: string, settings: ScanSettings, ports: ScanPorts): Promise<FileScan> {
  const file = maskPath(settings.scanner, path);
  const collector = createCollector(file, settings);
  const before = path === STANDARD_INPUT ? undefined : await ports.files.statTarget(path);
  for await (const opened of openFile(ports.files, path, (kind, member) => collector.note(kind, member))) {
    const mode = await scanStream(opened, path, collector, settings, ports);
    if (mode === 'document' && path !== STANDARD_INPUT) await collector.addPointers(opened.member, path, ports.files);
  }
  const after = path === STANDARD_INPUT ? undefined : await ports.files.statTarget(path);
  if (before?.size !== after?.size || before?.modifiedMs !== after?.modifiedMs) collector.note('changed', []);
  return collector.finish();
}

/** Memory of blocks that no thread looks at any more. It is shared with the workers and goes round: a copy for each would be garbage faster than it is collected. */
const idle: Buffer[] = [];
const takeShared = (): Buffer => idle.pop() ?? Buffer.from(new SharedArrayBuffer(BLOCK_BYTES));

async function scanStream(opened: Opened, path: string, collector: Collector, settings: ScanSettings, ports: ScanPorts): Promise<JsonMode> {
  let mode: JsonMode | undefined;
  let columns: Columns | undefined;
  const line = { next: 1 };
  const threaded = ports.workers.size > 1;
  const running: { readonly block: Block; readonly memory?: Buffer; readonly result: BlockResult | Promise<BlockResult> }[] = [];
  const settle = async (): Promise<void> => {
    const next = running.shift();
    if (next) collector.add(opened.member, next.block, await next.result, line);
    if (next?.memory) idle.push(next.memory);
  };
  for await (const block of cutBlocks(opened.bytes, threaded ? takeShared : undefined)) {
    if (mode === undefined) {
      mode = modeOf(block.bytes);
      columns = mode === 'none' && looksTabular(opened.member.at(-1) ?? path, block.bytes) ? readColumns(block.bytes) : undefined;
    }
    collector.see(block);
    const wish: BlockWish = { mode, full: collector.full(), ...(columns ? { columns } : {}) };
    if (threaded) {
      const result = ports.workers.run<BlockTask, BlockResult>(BLOCK_TASK, { block, keys: settings.keys, wish, ruleSet: settings.ruleSet });
      // A failure is met when its turn comes.
      result.catch(() => undefined);
      running.push({ block: { ...block, bytes: EMPTY }, memory: Buffer.from(block.bytes.buffer), result });
    } else running.push({ block, result: scanBlock(settings.scanner, block, settings.keys, wish) });
    if (running.length >= ports.workers.size) await settle();
  }
  while (running.length > 0) await settle();
  return mode ?? 'none';
}

const EMPTY = Buffer.alloc(0);

interface Collector {
  /** Severities of which no more groups can be shown. */
  full(): readonly Severity[];
  /** Looks for anything but white space, until there is some. */
  see(block: Block): void;
  note(kind: Obstacle['kind'], member: readonly string[], byte?: number): void;
  add(member: readonly string[], block: Block, result: BlockResult, line: { next: number }): void;
  addPointers(member: readonly string[], path: string, files: ScanPorts['files']): Promise<void>;
  finish(): FileScan;
}

function createCollector(file: string, settings: ScanSettings): Collector {
  const obstacles: Obstacle[] = [];
  const groups = new Map<string, Group>();
  const kept = new Map<Severity, number>();
  const tallies = new Map<string, { rule: string; severity: Severity; occurrences: number; accepted: number }>();
  const used = new Set<string>();
  const shownNames = new Set<number>();
  const rekeyed = new Map<string, string>();
  let leftOut = 0;
  let bytes = 0;
  let blank = true;
  const masked = new Map<string, readonly string[]>();
  const mask = (member: readonly string[]) => {
    const key = member.join('\0');
    const known = masked.get(key) ?? member.map((name) => maskPath(settings.scanner, name));
    masked.set(key, known);
    return known;
  };
  const note: Collector['note'] = (kind, member, byte) => {
    const shown = mask(member);
    if (obstacles.some((obstacle) => obstacle.kind === kind && (obstacle.member ?? []).join('\0') === shown.join('\0'))) return;
    if (obstacles.length >= MAX_OBSTACLES) return;
    obstacles.push({ kind, file, ...(shown.length > 0 ? { member: shown } : {}), ...(byte === undefined ? {} : { byte }) });
  };
  return {
    note,
    see: (block) => {
      blank &&= isBlank(block);
    },
    full: () => [...kept].flatMap(([severity, count]) => (count >= GROUPS_PER_SEVERITY ? [severity] : [])),
    add(member, block, result, line) {
      for (const group of result.groups) {
        const { previousHmac } = group;
        if (previousHmac !== undefined) rekeyed.set(previousHmac, group.hmac);
        const accepted = settings.accepted.has(group.hmac) || (previousHmac !== undefined && settings.accepted.has(previousHmac));
        if (accepted) used.add(settings.accepted.has(group.hmac) ? group.hmac : (previousHmac as string));
        tally(tallies, group, accepted);
        if (accepted) continue;
        const key = keyOf(member, group, group.name);
        const known = groups.get(key);
        const count = kept.get(group.severity) ?? 0;
        if (known) groups.set(key, { ...known, occurrences: known.occurrences + group.occurrences });
        else if (count < GROUPS_PER_SEVERITY) {
          kept.set(group.severity, count + 1);
          const shown = mask(member);
          shownNames.add(group.name);
          const { previousHmac: _, name: __, ...found } = group;
          groups.set(key, { ...found, line: line.next + group.line, file, ...(shown.length > 0 ? { member: shown } : {}) });
        } else leftOut++;
      }
      for (const counted of result.counted) {
        const { rule, severity } = counted;
        tally(tallies, { rule, severity, occurrences: counted.occurrences.reduce((sum, count) => sum + count, 0) }, false);
        counted.names.forEach((name, index) => {
          if (!shownNames.has(name)) {
            leftOut++;
            return;
          }
          const key = keyOf(member, counted, name);
          const known = groups.get(key);
          if (known) groups.set(key, { ...known, occurrences: known.occurrences + (counted.occurrences[index] as number) });
          else leftOut++;
        });
      }
      line.next += result.lines;
      bytes += block.to - block.from;
      if (result.notUtf8At !== undefined) note('not-utf-8', member, result.notUtf8At);
      if (result.nulAt !== undefined) note('binary', member, result.nulAt);
    },
    // A document that spans blocks is read once more, as far as its last finding, for the places alone.
    async addPointers(member, path, files) {
      const shown = mask(member).join('\0');
      const own = [...groups].filter(([, group]) => (group.member ?? []).join('\0') === shown && group.pointer === undefined);
      if (own.length === 0) return;
      const offsets = [...new Set(own.map(([, group]) => group.byte))].sort((a, b) => a - b);
      const places = createJsonPlaces(offsets);
      for await (const again of openFile(files, path, () => {})) {
        if (again.member.join('\0') !== member.join('\0')) continue;
        for await (const chunk of again.bytes) {
          places.push(chunk);
          if (places.pointers.size === offsets.length) break;
        }
        break;
      }
      for (const [key, group] of own) {
        const pointer = places.pointers.get(group.byte);
        if (pointer !== undefined) groups.set(key, { ...group, pointer: maskPath(settings.scanner, pointer) });
      }
    },
    finish: () => ({
      file,
      // A file of white space holds no telemetry, as an empty one.
      bytes: blank ? 0 : bytes,
      groups: [...groups.values()],
      groupsLeftOut: leftOut,
      tallies: [...tallies.values()],
      obstacles,
      used: [...used],
      rekeyed: [...rekeyed],
    }),
  };
}

function keyOf(member: readonly string[], group: { readonly rule: string; readonly severity: Severity }, name: number): string {
  return `${member.join('\0')} ${group.rule} ${group.severity} ${name}`;
}

/** Whether all bytes are white space or control characters; a byte order mark is none of a text's characters. */
function isBlank({ bytes, base, from, to }: Block): boolean {
  const hasMark = base === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  for (let at = Math.max(from, hasMark ? 3 : 0); at < to; at++) if ((bytes[at] as number) > 32) return false;
  return true;
}

const MAX_OBSTACLES = 100;

function tally(
  tallies: Map<string, { rule: string; severity: Severity; occurrences: number; accepted: number }>,
  group: Pick<BlockGroup, 'rule' | 'severity' | 'occurrences'>,
  accepted: boolean,
): void {
  const key = `${group.rule} ${group.severity}`;
  const entry = tallies.get(key) ?? { rule: group.rule, severity: group.severity, occurrences: 0, accepted: 0 };
  entry.occurrences += group.occurrences;
  if (accepted) entry.accepted += group.occurrences;
  tallies.set(key, entry);
}

/** A stream whose first line is a whole JSON object or array has one on each line; one that only begins like one is a single document. */
export function modeOf(bytes: Buffer): JsonMode {
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (start < bytes.length && (bytes[start] as number) <= 32) start++;
  if (bytes[start] !== 123 && bytes[start] !== 91) return 'none';
  const lineFeed = bytes.indexOf(10, start);
  try {
    JSON.parse(bytes.toString('utf8', start, lineFeed < 0 ? bytes.length : lineFeed));
    return 'lines';
  } catch {
    return 'document';
  }
}

/** By name, or because the second line has as many separators as the first. */
function looksTabular(name: string, bytes: Buffer): boolean {
  if (/\.(?:csv|tsv|tab)$/i.test(name)) return true;
  const [first, second] = bytes.toString('latin1', 0, 4_096).split('\n');
  const count = (line: string | undefined) => line?.split(/[,;\t]/).length ?? 0;
  return count(first) >= 3 && count(first) === count(second);
}
