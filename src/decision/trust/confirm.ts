import type { ForgeJob } from '../../core/index.ts';
import type { Decision } from '../record.ts';
import { type DecisionFinding, errorOf } from '../words.ts';
import { DECIDING_JOB } from './calling-jobs.ts';
import { isStepProof, readStepProof, stepProofOf, writeStepProof } from './step-proof.ts';

/** What the forge says about the attempt of a run that is said to have decided. */
export interface ConfirmationFact {
  readonly run: string;
  readonly attempt: number;
  readonly jobs: readonly ForgeJob[];
  /** Names that the deciding job can have, from reviewed workflow files; undefined where a file does not say it literally. */
  readonly jobNames: readonly (string | undefined)[];
}

function isDeciding({ name }: ForgeJob): boolean {
  return name === DECIDING_JOB || name.endsWith(` / ${DECIDING_JOB}`);
}

/**
 * Whether a later attempt of the run leaves the decision alone: no deciding job of it ran again, which the forge then lists with the steps that it had. One that
 * ran again takes the place of the decision, whatever it came to and whether its bundle is there or not. Empty: it stands.
 */
export function judgeLaterAttempt(
  { run, attempt, later, jobs }: Omit<ConfirmationFact, 'jobNames'> & { readonly later: number },
  decision: Decision,
  files: ReadonlyMap<string, Uint8Array>,
): readonly DecisionFinding[] {
  const wanted = stepProofOf(decision, files);
  const proof = wanted === undefined ? undefined : writeStepProof(wanted);
  const again = jobs.filter(isDeciding).find(({ steps }) => !steps.some(({ name }) => name === proof));
  if (again === undefined) return [];
  const found = again.steps.map(({ name }) => name).find(isStepProof) ?? 'no decision';
  return [errorOf('decision-record/decision-superseded', { run, attempt, later, found })];
}

/**
 * Whether the deciding job of an attempt decided exactly this bundle: it is the only job of its name, and the name of one of its steps states outcome, commit,
 * version and digest of the bundle. For a GO the job succeeded. Empty: confirmed.
 */
export function judgeConfirmation(
  { run, attempt, jobs, jobNames }: ConfirmationFact,
  decision: Decision,
  files: ReadonlyMap<string, Uint8Array>,
): readonly DecisionFinding[] {
  const deciding = jobs.filter(isDeciding);
  const [job] = deciding;
  if (deciding.length !== 1 || job === undefined || !jobNames.includes(job.name)) {
    return [
      errorOf('decision-record/deciding-job-unclear', {
        run,
        attempt,
        found: deciding.map(({ name }) => name),
        expected: jobNames.map((name) => name ?? 'a name that the workflow file does not spell out'),
      }),
    ];
  }
  const findings: DecisionFinding[] = [];
  if (decision.outcome !== 'NO-GO' && job.conclusion !== 'success') {
    findings.push(errorOf('decision-record/deciding-job-failed', { run, attempt, job: job.name, found: job.conclusion ?? job.status }));
  }
  const proofs = job.steps.map(({ name }) => name).filter(isStepProof);
  const [text = ''] = proofs;
  const proof = readStepProof(text);
  const wanted = stepProofOf(decision, files);
  const same = wanted !== undefined && proof !== undefined && writeStepProof(proof) === writeStepProof(wanted);
  if (proofs.length !== 1 || !same) {
    findings.push(
      errorOf('decision-record/decision-unconfirmed', {
        run,
        attempt,
        found: proofs.length === 1 ? text : `${proofs.length} steps that state a decision`,
        expected: wanted === undefined ? 'a decision about a commit' : writeStepProof(wanted),
      }),
    );
  }
  return findings;
}
