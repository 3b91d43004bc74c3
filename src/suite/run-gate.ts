import {
  type AnyWords,
  buildEvidence,
  type EvidenceStatement,
  evidenceBytes,
  evidenceFileName,
  type GateEntry,
  type Judgement,
  listInputs,
  type Ports,
  type RunContext,
  sha256,
} from '../core/index.ts';
import { refuseLeaks, withholdInWords } from './leaks.ts';
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
  const facts = await gate.measure(inputs, { ...ports, ownFolders: [...new Set([...ports.ownFolders, ...written])] });
  const judgement = gate.judge(facts, inputs);
  const evidence = buildEvidence({
    gate: entry.id,
    subject: before.subject,
    judgement,
    inputs: measuredInputs(entry, inputs),
    dirty: before.changes.length > 0,
    toolVersion: context.toolVersion,
    run: { ...context.run, startedAt, finishedAt: instant(ports) },
    ...(context.url === undefined ? {} : { url: context.url }),
  });
  const bytes = evidenceBytes(evidence);
  refuseLeaks(path, new TextDecoder().decode(bytes));
  await ports.files.write(path, bytes);
  return { entry, words: withholdInWords(gate.words), judgement, evidence, path, sha256: sha256(bytes), changes: before.changes };
}

/** The inputs that evidence carries. */
function measuredInputs(entry: GateEntry, inputs: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  const left = new Set(
    listInputs(entry.inputs).flatMap((input) => (input.secret || entry.executionInputs?.includes(input.name) ? [input.name] : [])),
  );
  return Object.fromEntries(Object.entries(inputs).filter(([name, value]) => !left.has(name) && value !== undefined));
}

function instant(ports: Pick<Ports, 'clock'>): string {
  return new Date(ports.clock.now()).toISOString();
}
