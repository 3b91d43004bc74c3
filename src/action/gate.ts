import { evidenceFileName, isUserError, listInputs, VERDICT_EXIT } from '../core/index.ts';
import { gates } from '../gates/index.ts';
import { createArtifacts } from '../github/artifacts.ts';
import { renderGateSummary } from '../render/markdown/gate-summary.ts';
import { resolveInputs, type Section } from '../suite/configuration.ts';
import { withholdLeaks } from '../suite/leaks.ts';
import { partArtifactName, partOf, refuseLeaksInPart, type WrittenPart } from '../suite/parts.ts';
import { writePendingSet } from '../suite/pending-snapshots.ts';
import { type GateRun, runGate } from '../suite/run-gate.ts';
import { MAX_SARIF_BYTES, packSarif, SARIF_FILE } from '../suite/sarif.ts';
import { declaredPaths, sectionsOf } from '../suite/subject.ts';
import { annotate } from './annotate.ts';
import type { Action } from './main.ts';
import type { Runner } from './runner.ts';
import { openScanCache } from './scan-cache.ts';

/** Parts are of use until they are merged; a day more serves a re-run of failed jobs. */
const PART_RETENTION_DAYS = 2;

/** The action of one gate. */
export function gateAction(id: string): Action {
  return async (runner) => {
    const run = await runGateOnRunner(id, runner);
    // A part of a scan is never the whole, so its own verdict says nothing: that it was left is what its job can be proud of.
    return run.part?.gate === 'telemetry-scan' ? 0 : VERDICT_EXIT[run.judgement.verdict];
  };
}

/** Runs a gate with the action's inputs over the file, then tells everybody: outputs, annotations, summary, artifact. */
export async function runGateOnRunner(id: string, runner: Runner): Promise<GateRun & { readonly part: WrittenPart | undefined }> {
  const entry = gates.find((gate) => gate.id === id);
  if (!entry) throw new Error(`no gate ${id}`);
  const configuration = await runner.configuration();
  const given = runner.action === id ? runner.readInputs(listInputs(entry.inputs)) : {};
  const resolved = resolveInputs(id, entry.inputs, configuration?.gates.get(entry.id), given);
  const cache = await openScanCache(runner, resolved);
  const { inputs } = cache;
  const run = await runGate(entry, inputs, {
    ports: runner.ports,
    evidenceDir: runner.evidenceDir,
    toolVersion: runner.toolVersion,
    declared: declaredPaths([inputs, ...(configuration ? sectionsOf(configuration) : [])], [runner.evidenceDir, 'testops-out']),
    ...runner.gateContext(),
  });
  await cache.save();
  const part = runner.action === id ? partOf(id, inputs) : undefined;
  if (part === undefined) await reportGate(run, inputs, runner);
  else await reportPart(run, part, runner);
  return { ...run, part };
}

/** One of a matrix: what it found becomes evidence in the job that merges all parts. */
async function reportPart(run: GateRun, part: WrittenPart, runner: Runner): Promise<void> {
  const { core, github, ports } = runner;
  core.setOutput('verdict', run.judgement.verdict);
  if (part.gate === 'telemetry-scan') {
    await core.summary
      .addRaw(`Part ${part.index} of ${part.of} of ${part.gate} is written; the job that merges all of them judges.\n`)
      .write();
  } else await tellPeople(run, runner);
  await refuseLeaksInPart(ports.files, part);
  const file = ports.files.resolve(part.file);
  if (!process.env.ACTIONS_RESULTS_URL) return core.info('no artifact service here: the part stays in the workspace');
  const root = file.slice(0, file.lastIndexOf('/'));
  const { sha256 } = await createArtifacts().upload(partArtifactName(part, github.attempt), [file], root, PART_RETENTION_DAYS);
  core.setOutput('part-sha256', sha256);
}

async function reportGate(run: GateRun, inputs: Section, runner: Runner): Promise<void> {
  const { core, github, ports } = runner;
  core.setOutput('verdict', run.judgement.verdict);
  core.setOutput('evidence', run.path);
  core.setOutput('evidence-sha256', run.sha256);
  await tellPeople(run, runner);
  await uploadSarifFile(inputs, runner);
  await uploadPendingSet(run, inputs, runner);
  const name = `testops-evidence-${run.entry.id}-a${github.attempt}`;
  const root = ports.files.resolve(runner.evidenceDir);
  if (process.env.ACTIONS_RESULTS_URL) await createArtifacts().upload(name, [`${root}/${evidenceFileName(run.entry.id)}`], root);
  else core.info('no artifact service here: the evidence stays in the workspace');
}

/** Annotations and the summary of the step. */
async function tellPeople(run: GateRun, { core }: Runner): Promise<void> {
  annotate(core, run.judgement.findings, run.words);
  await core.summary
    .addRaw(withholdLeaks(renderGateSummary({ id: run.entry.id, judgement: run.judgement, words: run.words, changes: run.changes })))
    .write();
}

/** The log for code scanning goes as an artifact to the workflow that may upload it. One that would tell something is left out, and that is said. */
async function uploadSarifFile(inputs: Section, { action, core, github, ports }: Runner): Promise<void> {
  if (action !== 'telemetry-scan' || typeof inputs.sarif !== 'string' || !process.env.ACTIONS_RESULTS_URL) return;
  try {
    const bytes = await ports.files.read(inputs.sarif, { maxBytes: MAX_SARIF_BYTES });
    packSarif(bytes);
    await using folder = await ports.files.temporaryFolder('testops-sarif-');
    const file = `${folder.path}/${SARIF_FILE}`;
    await ports.files.write(file, bytes);
    await createArtifacts().upload(`testops-sarif-a${github.attempt}`, [file], folder.path);
  } catch (error) {
    if (!isUserError(error)) throw error;
    core.warning(error.message, { title: 'testops telemetry-scan: the SARIF log stays here' });
  }
}

/** What differs from a baseline folder travels as a pending set, for a reviewer to accept. One that may not leave is left out, and that is said. */
async function uploadPendingSet(run: GateRun, inputs: Section, { action, core, github, ports }: Runner): Promise<void> {
  const { verdict } = run.judgement;
  const isCompared = action === 'snapshot-compare' && inputs.mode === 'compare' && (verdict === 'fail' || verdict === 'inconclusive');
  if (!isCompared || !process.env.ACTIONS_RESULTS_URL) return;
  try {
    const pending = await writePendingSet(inputs, ports, { by: github.actor, reason: `run ${github.runId}` });
    if (pending === undefined) return;
    const root = ports.files.resolve(pending.folder);
    const paths = pending.paths.map((path) => `${root}/${path}`);
    await createArtifacts().upload(`testops-pending-snapshot-compare-a${github.attempt}`, paths, root);
    await ports.files.remove(pending.folder);
  } catch (error) {
    if (!isUserError(error)) throw error;
    core.warning(error.message, { title: 'testops snapshot-compare: no pending set leaves' });
  }
}
