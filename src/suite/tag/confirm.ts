import type { Forge, ForgeRun } from '../../core/index.ts';
import { type Decision, judgeConfirmation, judgeLaterAttempt, judgeRun } from '../../decision/index.ts';
import type { Trust } from '../trusted-workflows.ts';
import { type ReviewForge, reviewWorkflows, type WorkflowReview } from './reviewed-workflows.ts';

/** A bundle that an attempt of a run is said to have left. */
export interface ConfirmedBundle {
  readonly decision: Decision;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly attempt: number;
}

export type ConfirmForge = ReviewForge & Pick<Forge, 'listJobs'>;
export type ConfirmTrust = Pick<Trust, 'workflows' | 'distrust'>;

export interface Confirmation extends Pick<WorkflowReview, 'findings' | 'pins'> {}

/**
 * Whether the forge confirms that the deciding job of a run, in this attempt, decided exactly this bundle: the name of its last step says so,
 * and nobody but reviewed workflow files could write it. No findings: confirmed. It says too which commits of called workflows held. The bundle itself is verified before.
 */
export async function confirmDecision(
  forge: ConfirmForge,
  run: ForgeRun,
  { decision, files, attempt }: ConfirmedBundle,
  trust: ConfirmTrust,
): Promise<Confirmation> {
  // The run goes on while a later job of it signs; the deciding job is over.
  const foreign = judgeRun(run, { repository: forge.repository, workflows: trust.workflows }).filter(
    ({ code }) => code !== 'decision-record/run-unfinished',
  );
  if (foreign.length > 0) return { findings: foreign, pins: [] };
  const review = await reviewWorkflows(forge, run, trust);
  if (review.findings.length > 0) return review;
  const jobs = await forge.listJobs(run.id, attempt);
  const fact = { run: run.id, attempt, jobs, jobNames: review.jobNames };
  const findings = [...judgeConfirmation(fact, decision, files)];
  for (let later = attempt + 1; later <= run.attempt && findings.length === 0; later += 1) {
    findings.push(...judgeLaterAttempt({ ...fact, later, jobs: await forge.listJobs(run.id, later) }, decision, files));
  }
  return { findings, pins: review.pins };
}
