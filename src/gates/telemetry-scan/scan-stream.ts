import type { Files } from '../../core/ports/files.ts';
import { type BlockGroup, GROUPS_PER_SEVERITY, type JsonMode, scanBlock } from './engine/scan-block.ts';
import type { Scanner } from './engine/scanner.ts';
import type { Group, Obstacle, Tally } from './facts.ts';
import { createJsonPlaces } from './formats/json-places.ts';
import { maskPath } from './mask.ts';
import type { Severity } from './rules/rule.ts';
import { cutBlocks } from './sources/blocks.ts';
import { openFile } from './sources/open.ts';

/** What one file gave. */
export interface StreamScan {
  readonly bytes: number;
  readonly groups: readonly Group[];
  readonly groupsLeftOut: number;
  readonly tallies: readonly Tally[];
  readonly obstacles: readonly Obstacle[];
}

export interface ScanSettings {
  readonly scanner: Scanner;
  readonly salt: Uint8Array;
  /** HMACs of accepted findings, hexadecimal. */
  readonly accepted: ReadonlySet<string>;
}

/** Scans one file from its first byte to its last, in constant memory. `used` receives the accepted HMACs that were seen. */
export async function scanFile(files: Pick<Files, 'stream'>, path: string, settings: ScanSettings, used: Set<string>): Promise<StreamScan> {
  const shown = maskPath(settings.scanner, path);
  const obstacles: Obstacle[] = [];
  const note = (kind: Obstacle['kind'], byte: number) => {
    if (!obstacles.some((obstacle) => obstacle.kind === kind)) obstacles.push({ kind, file: shown, byte });
  };
  const opened = await openFile(files, path, shown, (obstacle) => obstacles.push(obstacle));
  const collected = new Map<string, Group>();
  const kept = new Map<Severity, number>();
  const tallies = new Map<string, { rule: string; severity: Severity; occurrences: number; accepted: number }>();
  let leftOut = 0;
  let bytes = 0;
  let line = 1;
  let mode: JsonMode | undefined;
  for await (const block of cutBlocks(opened.bytes)) {
    mode ??= modeOf(block.bytes);
    const result = scanBlock(settings.scanner, block, settings.salt, mode);
    for (const group of result.groups) {
      const accepted = settings.accepted.has(group.hmac);
      if (accepted) used.add(group.hmac);
      tally(tallies, group, accepted);
      if (accepted) continue;
      const key = `${group.rule} ${group.severity} ${group.hmac}`;
      const known = collected.get(key);
      const count = kept.get(group.severity) ?? 0;
      if (known) collected.set(key, { ...known, occurrences: known.occurrences + group.occurrences });
      else if (count < GROUPS_PER_SEVERITY) {
        kept.set(group.severity, count + 1);
        collected.set(key, {
          ...group,
          line: line + group.line,
          file: shown,
          ...(opened.member.length > 0 ? { member: opened.member } : {}),
        });
      } else leftOut++;
    }
    line += result.lines;
    bytes = block.base + block.to;
    if (result.notUtf8At !== undefined) note('not-utf-8', result.notUtf8At);
    if (result.nulAt !== undefined) note('binary', result.nulAt);
  }
  const groups = [...collected.values()];
  return {
    bytes,
    groups: mode === 'document' ? await addPointers(files, path, settings.scanner, groups) : groups,
    groupsLeftOut: leftOut,
    tallies: [...tallies.values()],
    obstacles,
  };
}

function tally(
  tallies: Map<string, { rule: string; severity: Severity; occurrences: number; accepted: number }>,
  group: BlockGroup,
  accepted: boolean,
): void {
  const key = `${group.rule} ${group.severity}`;
  const entry = tallies.get(key) ?? { rule: group.rule, severity: group.severity, occurrences: 0, accepted: 0 };
  entry.occurrences += group.occurrences;
  if (accepted) entry.accepted += group.occurrences;
  tallies.set(key, entry);
}

/** A stream whose first line is a whole JSON object or array has one on each line; one that only begins like one is a single document. */
function modeOf(bytes: Buffer): JsonMode {
  let start = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
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

/** A document that spans blocks is read once more, as far as its last finding, for the places alone. */
async function addPointers(files: Pick<Files, 'stream'>, path: string, scanner: Scanner, groups: readonly Group[]): Promise<Group[]> {
  if (groups.length === 0) return [];
  const offsets = [...new Set(groups.map((group) => group.byte))].sort((a, b) => a - b);
  const places = createJsonPlaces(offsets);
  const opened = await openFile(files, path, '', () => {});
  for await (const chunk of opened.bytes) {
    places.push(chunk);
    if (places.pointers.size === offsets.length) break;
  }
  return groups.map((group) => {
    const pointer = places.pointers.get(group.byte);
    return pointer === undefined ? group : { ...group, pointer: maskPath(scanner, pointer) };
  });
}
