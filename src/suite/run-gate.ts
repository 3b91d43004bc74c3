import {
  type AnyWords,
  buildEvidence,
  type EvidenceStatement,
  evidenceBytes,
  evidenceFileName,
  type GateEntry,
  type Judgement,
  type MeasuredFile,
  type Ports,
  type RunContext,
  sha256,
} from '../core/index.ts';
import { findNearestBeta } from '../gates/snapshot-compare/baselines/previous-tag.ts';
import { refuseLeaks, withholdInWords, withholdPaths } from './leaks.ts';
import { recordedInputs } from './run/configured-inputs.ts';
import { patternsOfRole } from './run/file-states.ts';
import { findLimitFiles } from './run/limit-files.ts';
import { findOrigins, type OriginContext, overrideByTimes } from './run/origins.ts';
import { findSubject } from './subject.ts';

/** What is the same for every gate of a run. */
export interface GateRunContext {
  readonly ports: Ports;
  readonly evidenceDir: string;
  /** Folder of the bundle and the report, where this run writes them. */
  readonly outDir?: string;
  readonly toolVersion: string;
  /** Run facts without times. */
  readonly run: Omit<RunContext, 'startedAt' | 'finishedAt'>;
  /** Link to the run. */
  readonly url?: string;
  /** Commit that the run was started for. */
  readonly expectedCommit?: string;
  /** Globs of files that the run makes or is given. */
  readonly declared: readonly string[];
  /** What is known about the files that the gates measure. */
  readonly origins: OriginContext;
}

export interface GateRun {
  readonly entry: GateEntry;
  readonly words: AnyWords;
  readonly judgement: Judgement;
  readonly evidence: EvidenceStatement;
  /** Path of the evidence file, as configured. */
  readonly path: string;
  /** Of the evidence file's bytes. */
  readonly sha256: string;
  /** Files that made the tree dirty. */
  readonly changes: readonly string[];
  /** Files that the gate measured, with their origins; paths as they are. */
  readonly measured: readonly MeasuredFile[];
}

/**
 * Measures, judges and writes the evidence of one gate. Earlier evidence of the gate is deleted before anything else, so that a run that breaks
 * leaves none behind.
 * @throws UserError for unusable input.
 */
export async function runGate(entry: GateEntry, inputs: { readonly [name: string]: unknown }, context: GateRunContext): Promise<GateRun> {
  const { ports } = context;
  const path = `${context.evidenceDir}/${evidenceFileName(entry.id)}`;
  await ports.files.remove(path);
  const startedAt = instant(ports);
  const before = await findSubject(ports, context.declared, context.expectedCommit);
  const gate = await entry.load();
  const written = [context.evidenceDir, ...(context.outDir === undefined ? [] : [context.outDir])];
  const commit = 'commit' in before.subject ? before.subject.commit : undefined;
  // Before anything is measured: a gate may write over its own inputs, as a quarantine does.
  const found = await measuredBy(entry, inputs, { ...context, written, commit, results: gate.times !== undefined });
  const asked: { previous?: { readonly tag: string; readonly commit: string } | undefined } = {};
  const previousBeta = async () => {
    asked.previous = await (ports.previousBeta ? ports.previousBeta() : findNearestBeta(ports.repository));
    return asked.previous;
  };
  const facts = await gate.measure(inputs, { ...ports, previousBeta, ownFolders: [...new Set([...ports.ownFolders, ...written])] });
  const judgement = gate.judge(facts, inputs);
  const times = gate.times?.(facts) ?? [];
  const measured =
    found === undefined || commit === undefined || times.length === 0
      ? found
      : overrideByTimes(found, times, { committedMs: await ports.repository.committedMs(commit), nowMs: ports.clock.now() });
  const evidence = buildEvidence({
    gate: entry.id,
    subject: before.subject,
    judgement,
    inputs: recordedInputs(entry, inputs),
    dirty: before.changes.length > 0,
    ...(measured === undefined ? {} : { measured: withholdPaths(measured) }),
    limits: withholdPaths(await findLimitFiles(entry, inputs, ports.files)),
    ...(asked.previous === undefined ? {} : { previous: asked.previous }),
    toolVersion: context.toolVersion,
    run: { ...context.run, startedAt, finishedAt: instant(ports) },
    ...(context.url === undefined ? {} : { url: context.url }),
  });
  const bytes = evidenceBytes(evidence);
  refuseLeaks(path, new TextDecoder().decode(bytes));
  await ports.files.write(path, bytes);
  return {
    entry,
    words: withholdInWords(gate.words),
    judgement,
    evidence,
    path,
    sha256: sha256(bytes),
    changes: before.changes,
    measured: measured ?? [],
  };
}

interface MeasuredContext extends GateRunContext {
  readonly written: readonly string[];
  readonly commit: string | undefined;
  readonly results: boolean;
}

/** The files that a gate measured. Where parts are merged, the jobs that wrote the parts say which they measured. */
async function measuredBy(
  entry: GateEntry,
  inputs: { readonly [name: string]: unknown },
  { origins, ports, written, commit, results }: MeasuredContext,
): Promise<readonly MeasuredFile[] | undefined> {
  // Parts that no step of this run fetched say nothing about the files that they were made from.
  const merges = inputs['merge-parts'] !== undefined || (Array.isArray(inputs.parts) && inputs.parts.length > 0);
  if (merges && origins.travelled?.merged !== entry.id) return undefined;
  if (origins.travelled?.merged === entry.id) return origins.travelled.files;
  const patterns = patternsOfRole(entry, inputs, 'measured');
  return findOrigins({ patterns, ours: [...ports.ownFolders, ...written], commit, results }, origins, ports);
}

function instant(ports: Pick<Ports, 'clock'>): string {
  return new Date(ports.clock.now()).toISOString();
}
