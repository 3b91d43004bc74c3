import type { Forge } from '../core/index.ts';
import { type BetaVersion, type Decision, type DecisionFinding, planCut, tagToCut, verifyProof } from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import { absent, readAndChoose } from './find-decision.ts';
import type { TrustedSignatures } from './signatures.ts';
import { createDecisionReader, type DecisionReader } from './tag/read-decisions.ts';

export interface CutContext {
  readonly forge: Forge;
  /** Where the default branch is read; default the forge. */
  readonly source?: Pick<Forge, 'defaultBranch' | 'readFile'>;
  readonly commit: string;
  /** Release or beta, `2.5.0`; default the version that the decision is for. */
  readonly version: string | undefined;
  /** Run that holds the decision, when it is named. */
  readonly decidedRun: string | undefined;
  readonly environment: string;
  /** The run that cuts, whose environment people approved. */
  readonly runId: string;
  readonly now: number;
  readonly signatures: TrustedSignatures;
  readonly config: string | undefined;
  /** Writes the status that the ruleset asks for; called when everything holds, before the tag is made. */
  readonly publish: (decision: Decision, beta: BetaVersion) => Promise<void>;
}

export type Cut =
  | { readonly kind: 'refused'; readonly findings: readonly DecisionFinding[]; readonly decision: Decision | undefined }
  /** `made` is false when an earlier try had made it. */
  | { readonly kind: 'cut'; readonly beta: BetaVersion; readonly made: boolean; readonly decision: Decision };

/**
 * Makes the next beta tag on a commit: the environment has reviewers and they approved this very run; the decision on the commit is verified again, from
 * its bytes, and lets this tag stand; the status is written; then the tag is made, which GitHub does once. Started again after a crash it
 * goes on where it was, and never makes a second beta of the same release on the commit.
 * @throws UserError when no release is known, and when GitHub refuses for a reason that is for people to mend.
 */
export async function cutBeta(context: CutContext): Promise<Cut> {
  const { forge, commit, now } = context;
  const refuse = (findings: readonly DecisionFinding[], decision?: Decision): Cut => ({ kind: 'refused', findings, decision });
  const guarded = await judgeEnvironment(context);
  if (guarded.length > 0) return refuse(guarded);
  const tags = await forge.listTags();
  const reader = createDecisionReader(forge, { signatures: context.signatures, now, except: context.runId });
  const release = context.version ?? (await findRelease(reader, context));
  // Decisions are ordered by their tags: which one is to be made is known first, and only what was decided about it counts.
  const wanted = release === undefined ? undefined : tagToCut(release, commit, tags).tag;
  const found = await readAndChoose(reader, { commit, tag: wanted, runId: context.decidedRun });
  if (found.kind === 'refused') return refuse(found.findings);
  if (found.kind !== 'found') return refuse([judgeAbsence(found, wanted, commit)]);
  // Who cuts looks at what was decided, not only at what it says: without the bundle nothing can be derived again.
  if (found.files === undefined) return refuse([errorOf('decision-record/decision-bundle-absent', { where: found.where })]);
  const proof = verifyProof(found.files, {
    now,
    // Which tag is known only later; that it is one is known now.
    forTag: true,
    signatures: await context.signatures.read(found.files),
    demand: {
      required: !found.signed,
      repository: forge.repository,
      workflows: context.signatures.signers,
      keyIds: context.signatures.keyIds,
    },
  });
  const { decision } = proof;
  if (!proof.accepted || !decision) return refuse(proof.findings, decision);
  const plan = planCut({ decision, repository: forge.repository, commit, release, tags });
  if (plan.kind === 'refused') return refuse(plan.findings, decision);
  const { beta } = plan;
  await context.publish(decision, beta);
  if (plan.kind === 'exists') return { kind: 'cut', beta, made: false, decision };
  const created = await forge.createTag(beta.tag, commit);
  if (created.kind === 'created') return { kind: 'cut', beta, made: true, decision };
  return refuse(
    [
      created.kind === 'taken'
        ? errorOf('decision-record/tag-taken', { tag: beta.tag })
        : errorOf('decision-record/tag-refused', { tag: beta.tag, found: created.found.slice(0, 300) }),
    ],
    decision,
  );
}

function judgeAbsence(
  { noVersion, otherTag }: { readonly noVersion: boolean; readonly otherTag: string | undefined },
  wanted: string | undefined,
  commit: string,
): DecisionFinding {
  if (wanted === undefined) return absent(commit);
  if (otherTag !== undefined) return errorOf('decision-record/decision-other-tag', { found: otherTag, expected: wanted });
  return noVersion ? errorOf('decision-record/decision-no-version', { tag: wanted }) : absent(commit);
}

/** The version that the latest decision on the commit is about, when nobody names one. */
async function findRelease(reader: DecisionReader, { commit, decidedRun }: CutContext): Promise<string | undefined> {
  const found = await readAndChoose(reader, { commit, tag: undefined, runId: decidedRun });
  return found.kind === 'found' ? found.decision.version : undefined;
}

async function judgeEnvironment({ forge, environment, runId }: CutContext): Promise<readonly DecisionFinding[]> {
  const reviewers = await forge.countReviewers(environment);
  if (reviewers === undefined) return [errorOf('decision-record/environment-absent', { environment })];
  if (reviewers === 0) return [errorOf('decision-record/environment-open', { environment })];
  const approved = await forge.listApprovedEnvironments(runId);
  // GitHub compares names of environments without regard to case.
  if (approved.some((name) => name.toLowerCase() === environment.toLowerCase())) return [];
  return [errorOf('decision-record/environment-not-approved', { environment, run: runId })];
}
