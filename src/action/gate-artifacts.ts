import { messageOf } from '../core/index.ts';
import { createArtifacts } from '../github/artifacts.ts';
import type { Section } from '../suite/configuration.ts';
import { withholdLeaks, withholdPaths } from '../suite/leaks.ts';
import { partArtifactName, refuseLeaksInPart, type WrittenPart } from '../suite/parts.ts';
import { NOTHING_TRAVELLED, writeTravelled } from '../suite/run/travelled-origins.ts';
import type { GateRun } from '../suite/run-gate.ts';
import { PART_ORIGINS_FILE } from './hand-origins.ts';
import type { Runner } from './runner.ts';

/** Parts are of use until they are merged; a day more serves a re-run of failed jobs. */
const PART_RETENTION_DAYS = 2;

/** One of a matrix: what it found becomes evidence in the job that merges all parts. @throws UserError when it would tell something private */
export async function leavePart(run: GateRun, part: WrittenPart, { core, github, ports }: Runner): Promise<void> {
  core.setOutput('verdict', run.judgement.verdict);
  const words = `Part ${part.index} of ${part.of} of ${part.gate} is written; the job that merges all of them judges.`;
  await core.summary.addRaw(`${words}\n`).write();
  await refuseLeaksInPart(ports.files, part);
  if (!process.env.ACTIONS_RESULTS_URL) return core.info('no artifact service here: the part stays in the workspace');
  const file = ports.files.resolve(part.file);
  const root = file.slice(0, file.lastIndexOf('/'));
  const origins = `${root}/${PART_ORIGINS_FILE}`;
  await writeTravelled(ports.files, root, { ...NOTHING_TRAVELLED, files: [...withholdPaths(run.measured)] });
  const { sha256 } = await createArtifacts().upload(partArtifactName(part, github.attempt), [file, origins], root, PART_RETENTION_DAYS);
  core.setOutput('part-sha256', sha256);
}

/** What other workflows take up: no verdict depends on it, so a piece that may not or cannot leave is left out, and that is said. */
export async function leaveExtras(run: GateRun, inputs: Section, runner: Runner): Promise<void> {
  if (!process.env.ACTIONS_RESULTS_URL || runner.action !== run.entry.id) return;
  const extras = { 'telemetry-scan': leaveSarif, 'snapshot-compare': leavePendingSet } as const;
  const leave = extras[run.entry.id as keyof typeof extras] as typeof leaveSarif | undefined;
  try {
    await leave?.(run, inputs, runner);
  } catch (error) {
    runner.core.warning(withholdLeaks(messageOf(error)), { title: `testops ${run.entry.id}: left out` });
  }
}

/** The log for code scanning, which testops-sarif.yml may upload. */
async function leaveSarif(_run: GateRun, { sarif }: Section, { github, ports: { files } }: Runner): Promise<void> {
  if (typeof sarif !== 'string') return;
  const { MAX_SARIF_BYTES, packSarif, SARIF_FILE } = await import('../suite/sarif.ts');
  const bytes = await files.read(sarif, { maxBytes: MAX_SARIF_BYTES });
  packSarif(bytes);
  await using folder = await files.temporaryFolder('testops-sarif-');
  const file = `${folder.path}/${SARIF_FILE}`;
  await files.write(file, bytes);
  await createArtifacts().upload(`testops-sarif-a${github.attempt}`, [file], folder.path);
}

/** What differs from a baseline folder, as a pending set that a reviewer may accept. */
async function leavePendingSet({ judgement }: GateRun, inputs: Section, { github, ports }: Runner): Promise<void> {
  if (inputs.mode !== 'compare' || (judgement.verdict !== 'fail' && judgement.verdict !== 'inconclusive')) return;
  const { writePendingSet } = await import('../suite/pending-snapshots.ts');
  const pending = await writePendingSet(inputs, ports, { by: github.actor, reason: `run ${github.runId}` });
  if (pending === undefined) return;
  try {
    const root = ports.files.resolve(pending.folder);
    const paths = pending.paths.map((path) => `${root}/${path}`);
    await createArtifacts().upload(`testops-pending-snapshot-compare-a${github.attempt}`, paths, root);
  } finally {
    await ports.files.remove(pending.folder);
  }
}
