import { stateOf } from '../../../core/index.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Files } from '../../../core/ports/files.ts';
import type { Processes } from '../../../core/ports/processes.ts';
import type { Progress } from '../../../core/ports/progress.ts';
import { matchesTarget } from '../accepted.ts';
import { attribute } from '../attribution/attribute.ts';
import { neededUnvariedRuns } from '../bound.ts';
import { explainDifferences } from '../explanation/explain-differences.ts';
import type { RunsFacts, VariationFacts } from '../facts.ts';
import type { Inputs } from '../inputs.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { chooseVariations } from '../variations/index.ts';
import { compareOutcomes } from './compare-outcomes.ts';
import { isTrouble, type Laboratory, openLaboratory, type RunOutcome, type RunSpec } from './laboratory.ts';
import { type Discards, newRecord, noteRun, noteTrouble, type RunRecord } from './record.ts';
import { atomIds } from './settings.ts';
import { listChangedFiles, type Watch, watchWorkspace } from './workspace-watch.ts';

export interface MeasurePorts {
  readonly clock: Clock;
  readonly files: Files;
  readonly ownFolders: readonly string[];
  readonly processes: Processes;
  readonly progress: Progress;
}

const DEFAULT_RUNS = 3;
const COARSEST_STAMP_MS = 2000;

/** All runs of one measurement, and how to make one more. */
export interface Experiment {
  readonly inputs: Inputs;
  readonly laboratory: Laboratory;
  readonly record: RunRecord;
  readonly first: RunOutcome;
  readonly clock: Clock;
  /** By the clock on the wall. */
  readonly firstTook: { readonly startedMs: number; readonly endedMs: number };
  /** Makes runs, side by side where that is possible, and notes them in order. `more`: others are sure to follow. */
  readonly perform: (specs: readonly RunSpec[], more?: boolean) => Promise<void>;
}

export interface MeasuredRuns {
  readonly facts: RunsFacts;
  readonly first: { readonly manifest: Manifest; readonly stdout: RunOutcome['stdout']; readonly stderr: RunOutcome['stderr'] };
}

/** Runs the command as planned, attributes and explains what differs. The first run is what all others are compared with. */
export async function measureRuns(inputs: Inputs, ports: MeasurePorts): Promise<MeasuredRuns> {
  const chosen = chooseVariations(inputs.vary);
  const watch = await watchWorkspace(ports);
  await using laboratory = await openLaboratory(inputs, chosen, ports);
  const now = ports.clock.now();
  const inForce = inputs.accepted.filter((exception) => stateOf(exception, now) === 'effective');
  const record = newRecord((target) => inForce.some(({ match }) => matchesTarget(match, target)));
  const discards: Discards = new Map();
  const needed =
    inputs['max-divergence-rate'] === undefined ? undefined : neededUnvariedRuns(inputs['max-divergence-rate'], inputs.confidence);
  const grouped = laboratory.applied.filter(({ id }) => id !== 'terminal');
  const everything = new Set(grouped.flatMap(atomIds));
  const total = inputs.runs ?? Math.max(DEFAULT_RUNS, needed === undefined ? 0 : needed + 1);
  const unvaried = everything.size === 0 ? total : total - 1;

  ports.progress.show('determinism-check', 0, total, 'runs');
  const startedMs = ports.clock.now();
  const first = await laboratory.perform({ kind: 'unvaried', varied: new Set() }, true);
  const firstTook = { startedMs, endedMs: ports.clock.now() };
  if (isTrouble(first)) throw new Error(`the first run: ${first.trouble}`);
  const firstFailed = !mayEnd(first, inputs);
  record.runs.push({ kind: 'unvaried', ending: first.ending, differs: false });
  record.known.push({ varied: new Set(), differing: new Set() });
  for (const name of first.leftRunning) record.leftRunning.add(name);

  const perform = async (specs: readonly RunSpec[], more = false): Promise<void> => {
    for (let at = 0; at < specs.length; at += laboratory.concurrency) {
      const batch = specs.slice(at, at + laboratory.concurrency);
      const comes = more || at + batch.length < specs.length;
      const outcomes = await Promise.all(batch.map((spec, place) => laboratory.perform(spec, comes && place === batch.length - 1)));
      for (const name of await laboratory.sweep()) record.leftRunning.add(name);
      for (const outcome of outcomes) {
        if (isTrouble(outcome)) noteTrouble(record, outcome);
        else noteRun(record, outcome, compareOutcomes(first, outcome, inputs.compare), discards);
      }
      ports.progress.show('determinism-check', record.runs.length, Math.max(total, record.runs.length), 'runs');
    }
  };
  const experiment: Experiment = { inputs, laboratory, record, first, clock: ports.clock, firstTook, perform };
  const stoppedEarly = await makePlannedRuns(experiment, unvaried, everything, firstFailed);
  const { differences, furtherRuns } =
    stoppedEarly === 'fails' || stoppedEarly === 'timed-out' ? nothingToAttribute : await attribute(experiment, grouped);
  const explained = await explainDifferences(experiment, differences, ports);
  ports.progress.finish('determinism-check');
  const scan = first.scan;
  return {
    first: { manifest: scan.manifest, stdout: first.stdout, stderr: first.stderr },
    facts: {
      variations: laboratory.prepared.map(
        (one): VariationFacts =>
          one.applied ? { id: one.id, applied: true, setting: one.setting } : { id: one.id, applied: false, reason: one.reason },
      ),
      runs: record.runs,
      comparisons: record.comparisons,
      diverged: record.diverged,
      ...(needed === undefined ? {} : { neededUnvaried: needed }),
      ...(stoppedEarly === undefined ? {} : { stoppedEarly }),
      furtherRuns,
      outputs: { files: scan.manifest.paths.length, bytes: scan.manifest.bytes, merkleRoot: scan.manifest.root },
      stdoutBytes: first.stdout.bytes,
      stderrBytes: first.stderr.bytes,
      emptyPatterns: inputs.compare.includes('outputs') ? scan.emptyPatterns : [],
      unreadable: scan.unreadable,
      trouble: record.trouble,
      leftRunning: [...record.leftRunning].sort(),
      changedOutside: await changed(watch, ports),
      differences: explained,
    },
  };
}

const nothingToAttribute = { differences: [], furtherRuns: 0 };

/** Whether the command may end like this every time. */
export function mayEnd(outcome: Pick<RunOutcome, 'ending'>, inputs: Pick<Inputs, 'allow-exit-codes'>): boolean {
  const { ending } = outcome;
  return ending.kind === 'exit' && (ending.code === 0 || inputs['allow-exit-codes'].some((code) => Number(code) === ending.code));
}

async function makePlannedRuns(
  experiment: Experiment,
  unvaried: number,
  everything: ReadonlySet<string>,
  firstFailed: boolean,
): Promise<RunsFacts['stoppedEarly']> {
  const { inputs, laboratory, record, first, perform } = experiment;
  if (first.ending.kind === 'timeout' || first.ending.kind === 'not-started') return 'timed-out';
  const varied: RunSpec[] = everything.size === 0 ? [] : [{ kind: 'varied', varied: everything }];
  if (firstFailed) {
    // Every time, or sometimes? One more run tells them apart.
    await perform(unvaried > 1 ? [{ kind: 'unvaried', varied: new Set() }] : varied);
    if (record.runs.every((run) => !mayEnd(run, inputs))) return 'fails';
  }
  if (unvaried > 1) await untilClocksDiffer(experiment);
  const made = record.runs.filter(({ kind }) => kind === 'unvaried').length;
  const waiting = Array.from({ length: Math.max(0, unvaried - made) }, (): RunSpec => ({ kind: 'unvaried', varied: new Set() }));
  while (waiting.length > 0) {
    if (inputs['max-divergence-rate'] !== undefined && record.diverged > 0) break;
    const batch = waiting.splice(0, laboratory.concurrency);
    await perform(batch, waiting.length > 0 || varied.length > 0);
  }
  const onTerminal: RunSpec[] =
    laboratory.applied.some(({ id }) => id === 'terminal') && inputs.compare.includes('outputs') && inputs.outputs.length > 0
      ? [{ kind: 'terminal', varied: new Set() }]
      : [];
  if (!record.runs.some(({ kind }) => kind === 'varied')) await perform(varied, onTerminal.length > 0);
  await perform(onTerminal);
  return waiting.length > 0 ? 'diverged' : undefined;
}

/** Waits until the coarsest common time stamp (zip: two seconds) of the next run differs from that of the first. Only short commands ever wait. */
async function untilClocksDiffer({ clock, firstTook }: Experiment): Promise<void> {
  if (firstTook.endedMs - firstTook.startedMs >= COARSEST_STAMP_MS) return;
  const next = (Math.floor(firstTook.endedMs / COARSEST_STAMP_MS) + 1) * COARSEST_STAMP_MS;
  const waitMs = next - clock.now();
  if (waitMs > 0) await clock.sleep(waitMs);
}

async function changed(watch: Watch | undefined, ports: MeasurePorts): Promise<readonly string[]> {
  return watch === undefined ? [] : await listChangedFiles(watch, ports);
}
