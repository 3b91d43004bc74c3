import { evidenceFileName, listInputs, VERDICT_EXIT } from '../core/index.ts';
import { gates } from '../gates/index.ts';
import { createArtifacts } from '../github/artifacts.ts';
import { renderGateSummary } from '../render/markdown/gate-summary.ts';
import { resolveInputs, type Section } from '../suite/configuration.ts';
import { withholdLeaks } from '../suite/leaks.ts';
import { partOf, type WrittenPart } from '../suite/parts.ts';
import { describeMeasured } from '../suite/run/describe-measured.ts';
import { type GateRun, runGate } from '../suite/run-gate.ts';
import { declaredPaths, sectionsOf } from '../suite/subject.ts';
import { annotate } from './annotate.ts';
import { leaveExtras, leavePart } from './gate-artifacts.ts';
import { readOriginContext } from './hand-origins.ts';
import type { Action } from './main.ts';
import type { Runner } from './runner.ts';
import { openScanCache } from './scan-cache.ts';

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
    origins: await readOriginContext(runner),
    ...runner.gateContext(),
  });
  await cache.save();
  const part = runner.action === id ? partOf(id, inputs) : undefined;
  if (part === undefined) await reportGate(run, inputs, runner);
  else {
    // Findings of a share of the files are told by the job that has all of them.
    if (part.gate === 'determinism-check') await tellPeople(run, runner);
    await leavePart(run, part, runner);
  }
  return { ...run, part };
}

async function reportGate(run: GateRun, inputs: Section, runner: Runner): Promise<void> {
  const { core, github, ports } = runner;
  core.setOutput('verdict', run.judgement.verdict);
  core.setOutput('evidence', run.path);
  core.setOutput('evidence-sha256', run.sha256);
  await tellPeople(run, runner);
  const name = `testops-evidence-${run.entry.id}-a${github.attempt}`;
  const root = ports.files.resolve(runner.evidenceDir);
  if (process.env.ACTIONS_RESULTS_URL) await createArtifacts().upload(name, [`${root}/${evidenceFileName(run.entry.id)}`], root);
  else core.info('no artifact service here: the evidence stays in the workspace');
  await leaveExtras(run, inputs, runner);
}

/** Annotations and the summary of the step. */
async function tellPeople(run: GateRun, { core, ports }: Runner): Promise<void> {
  annotate(core, run.judgement.findings, run.words);
  const warning = describeMeasured(run.entry.id, run.measured, ports.clock.now());
  await core.summary
    .addRaw(
      withholdLeaks(renderGateSummary({ id: run.entry.id, judgement: run.judgement, words: run.words, changes: run.changes, warning })),
    )
    .write();
}
