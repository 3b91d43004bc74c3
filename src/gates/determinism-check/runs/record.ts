import type { KnownRun } from '../attribution/known-runs.ts';
import { keyOf, type TargetDifference } from '../compare/compare-runs.ts';
import type { RunFacts, Target } from '../facts.ts';
import type { RunMark, RunOutcome, RunSpec, RunTrouble } from './laboratory.ts';

/** What is kept of a run when its comparison is done. */
export interface Kept {
  readonly spec: RunSpec;
  readonly marks: readonly RunMark[];
  readonly pathOf: RunOutcome['pathOf'];
}

/** How often, and with what example, one target differed. */
export interface Tally {
  readonly target: Target;
  readonly aspects: Set<string>;
  unvaried: number;
  varied: boolean;
  terminal: boolean;
  values: { readonly left: string; readonly right: string } | undefined;
  /** The run with the fewest variations in which it differed. */
  example: Kept;
}

/** Only so many differences keep their files for an explanation. */
export const MAX_EXPLAINED = 40;

/** Everything that runs have shown so far. */
export interface RunRecord {
  readonly tallies: Map<string, Tally>;
  readonly known: KnownRun[];
  readonly runs: RunFacts[];
  readonly trouble: { readonly run: string; readonly detail: string }[];
  readonly leftRunning: Set<string>;
  /** Whether a difference of this target may turn out to be an accepted one. */
  readonly mayBeAccepted: (target: Target) => boolean;
  comparisons: number;
  diverged: number;
}

export function newRecord(mayBeAccepted: (target: Target) => boolean): RunRecord {
  return { tallies: new Map(), known: [], runs: [], trouble: [], leftRunning: new Set(), comparisons: 0, diverged: 0, mayBeAccepted };
}

/** Notes a run that could not be made. */
export function noteTrouble(record: RunRecord, { spec, trouble }: RunTrouble): void {
  record.trouble.push({ run: spec.kind, detail: trouble });
}

/** Notes a run and what it differed in; runs whose files no example needs any more are discarded. */
export function noteRun(record: RunRecord, outcome: RunOutcome, differences: readonly TargetDifference[], discards: Discards): void {
  const { spec, ending, marks, pathOf } = outcome;
  const kept: Kept = { spec, marks, pathOf };
  const unvaried = spec.kind === 'unvaried' || spec.kind === 'repeat';
  if (unvaried) {
    record.comparisons += 1;
    if (differences.some(({ target }) => !record.mayBeAccepted(target))) record.diverged += 1;
  }
  for (const difference of differences) {
    const key = keyOf(difference.target);
    const tally = record.tallies.get(key) ?? {
      target: difference.target,
      aspects: new Set<string>(),
      unvaried: 0,
      varied: false,
      terminal: false,
      values: undefined,
      example: kept,
    };
    for (const aspect of difference.aspects) tally.aspects.add(aspect);
    tally.values ??= difference.values;
    if (unvaried) tally.unvaried += 1;
    if (spec.kind === 'varied') tally.varied = true;
    if (spec.kind === 'terminal') tally.terminal = true;
    if (spec.kind !== 'terminal' && (tally.example.spec.kind === 'terminal' || spec.varied.size < tally.example.spec.varied.size))
      tally.example = kept;
    record.tallies.set(key, tally);
  }
  if (spec.kind !== 'terminal')
    record.known.push({ varied: spec.varied, differing: new Set(differences.map(({ target }) => keyOf(target))) });
  record.runs.push({
    kind: spec.kind,
    ending,
    differs: differences.length > 0,
    ...(spec.kind === 'search' ? { varied: [...spec.varied].sort() } : {}),
  });
  for (const name of outcome.leftRunning) record.leftRunning.add(name);
  discards.set(kept, outcome.discard);
  const needed = new Set([...record.tallies.values()].slice(0, MAX_EXPLAINED).map(({ example }) => example));
  for (const [one, discard] of discards) {
    if (needed.has(one)) continue;
    discards.delete(one);
    discard();
  }
}

/** How to remove the files of runs that are still kept. */
export type Discards = Map<Kept, () => void>;
