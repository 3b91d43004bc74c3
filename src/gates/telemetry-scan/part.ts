import { sortBy, UserError } from '../../core/index.ts';
import type { Group, Scanned, Tally } from './facts.ts';
import { SEVERITIES, type Severity } from './rules/rule.ts';
import type { FileScan } from './scan-file.ts';

/** So many groups stand in the facts, the gravest first; tallies count everything. */
export const MAX_GROUPS = 1_000;
const MAX_WORST_FILES = 20;
const MAX_OBSTACLES = 500;

/** What a scan gave, with what settles which accepted findings were seen. */
export interface Contents extends Scanned {
  /** Accepted findings that were seen, by what matched: HMACs under the salt, and pairs of old and new ones. */
  readonly used: readonly string[];
  readonly rekeyed: readonly (readonly [previous: string, current: string])[];
}

/** What one run scanned: everything, or its share of the files. Merging parts gives what one run over everything gives. */
export interface Part extends Contents {
  readonly format: 'testops/telemetry-part/v2';
  readonly index: number;
  readonly of: number;
  /** Of the rules, of the salt, of what is accepted; parts of one scan agree in it, and so does the run that merges them. */
  readonly settingsDigest: string;
  /** Of the paths of all files, those of the other parts too. */
  readonly pathsDigest: string;
  readonly unmatched: readonly string[];
}

const NOTHING: Contents = {
  files: 0,
  emptyFiles: 0,
  bytes: 0,
  groups: [],
  groupsLeftOut: 0,
  tallies: [],
  obstacles: [],
  obstaclesLeftOut: 0,
  worstFiles: [],
  used: [],
  rekeyed: [],
};

/** What single files gave, as the contents of a part. */
export function collectScans(scans: readonly FileScan[]): Contents {
  return mergeContents(
    scans.map((scan) => {
      const findings = scan.tallies.reduce((sum, tally) => sum + tally.occurrences, 0);
      return {
        files: 1,
        emptyFiles: scan.bytes === 0 && scan.obstacles.length === 0 ? 1 : 0,
        bytes: scan.bytes,
        groups: scan.groups,
        groupsLeftOut: scan.groupsLeftOut,
        tallies: scan.tallies,
        obstacles: scan.obstacles,
        obstaclesLeftOut: 0,
        worstFiles: findings === 0 ? [] : [{ file: scan.file, bytes: scan.bytes, findings }],
        used: scan.used,
        rekeyed: scan.rekeyed,
      };
    }),
  );
}

/** Sums, and of every list the first entries in total order: the same whatever the parts are. */
export function mergeContents(parts: readonly Contents[]): Contents {
  const all = parts.length === 0 ? [NOTHING] : parts;
  const sum = (pick: (part: Contents) => number) => all.reduce((total, part) => total + pick(part), 0);
  const groups = sortGroups(all.flatMap((part) => part.groups));
  const obstacles = sortBy(
    all.flatMap((part) => part.obstacles),
    (obstacle) => obstacle.file,
    (obstacle) => (obstacle.member ?? []).join('\n'),
    (obstacle) => obstacle.kind,
    (obstacle) => obstacle.byte ?? -1,
  );
  return {
    files: sum((part) => part.files),
    emptyFiles: sum((part) => part.emptyFiles),
    bytes: sum((part) => part.bytes),
    groups: groups.slice(0, MAX_GROUPS),
    groupsLeftOut: sum((part) => part.groupsLeftOut) + Math.max(0, groups.length - MAX_GROUPS),
    tallies: mergeTallies(all.flatMap((part) => part.tallies)),
    obstacles: obstacles.slice(0, MAX_OBSTACLES),
    obstaclesLeftOut: sum((part) => part.obstaclesLeftOut) + Math.max(0, obstacles.length - MAX_OBSTACLES),
    worstFiles: sortBy(
      all.flatMap((part) => part.worstFiles),
      (file) => -file.findings,
      (file) => file.file,
      (file) => file.bytes,
    ).slice(0, MAX_WORST_FILES),
    used: [...new Set(all.flatMap((part) => part.used))].sort(),
    rekeyed: sortBy([...new Map(all.flatMap((part) => part.rekeyed).map((pair) => [pair.join(), pair])).values()], (pair) => pair.join()),
  };
}

/** By severity, file, member, byte, rule and value. */
export function sortGroups(groups: readonly Group[]): Group[] {
  return sortBy(
    groups,
    (group) => SEVERITIES.indexOf(group.severity),
    (group) => group.file,
    (group) => (group.member ?? []).join('\n'),
    (group) => group.byte,
    (group) => group.rule,
    (group) => group.hmac,
  );
}

function mergeTallies(tallies: readonly Tally[]): Tally[] {
  const merged = new Map<string, Tally>();
  for (const tally of tallies) {
    const key = `${tally.rule} ${tally.severity}`;
    const known = merged.get(key);
    const { occurrences, accepted } = known ?? { occurrences: 0, accepted: 0 };
    merged.set(key, { ...tally, occurrences: occurrences + tally.occurrences, accepted: accepted + tally.accepted });
  }
  return sortBy(
    [...merged.values()],
    (tally) => SEVERITIES.indexOf(tally.severity),
    (tally) => tally.rule,
  );
}

/** Which parts of one scan are there. */
export interface MergedParts {
  readonly contents: Contents;
  readonly unmatched: readonly string[];
  /** Numbers of the parts that are not there. */
  readonly missing: readonly number[];
  /** Files of this run with findings at or above a severity, by that severity; empty for a merge. */
  readonly offending: readonly OffendingFile[];
}

/** A file and the severities of its open findings. */
export interface OffendingFile {
  readonly path: string;
  readonly severities: readonly Severity[];
}

/** What the run that merges knows of the parts before it reads them. */
export interface ExpectedParts {
  /** Their number; undefined: as many as the parts say. */
  readonly of: number | undefined;
  readonly settingsDigest: string;
}

/** Merges the parts of one scan. @throws UserError when they belong to different scans, or one is there twice. */
export function mergeParts(parts: readonly { readonly name: string; readonly part: Part }[], expected: ExpectedParts): MergedParts {
  const first = parts[0]?.part;
  const of = expected.of ?? first?.of ?? 0;
  const seen = new Map<number, string>();
  for (const { name, part } of parts) {
    const twin = seen.get(part.index);
    const isForeign = part.of !== of || part.settingsDigest !== expected.settingsDigest || part.pathsDigest !== first?.pathsDigest;
    if (isForeign || part.index > of || twin !== undefined) {
      throw new UserError({
        where: name,
        found:
          twin === undefined
            ? 'a part of another scan (other files, rules, salt or accepted findings)'
            : `part ${part.index} a second time, after ${twin}`,
        expected: `each of the ${of} parts of one scan, once`,
        todo: 'merge the parts of one run and one attempt',
      });
    }
    seen.set(part.index, name);
  }
  return {
    contents: mergeContents(parts.map(({ part }) => part)),
    unmatched: first?.unmatched ?? [],
    missing: Array.from({ length: of }, (_, at) => at + 1).filter((index) => !seen.has(index)),
    offending: [],
  };
}

/** Without what only the merge of parts needs. */
export function toScanned({ used: _used, rekeyed: _rekeyed, ...scanned }: Contents): Scanned {
  return scanned;
}
