import { type Forge, type Outcome, UserError } from '../core/index.ts';
import {
  type Decision,
  type DecisionFinding,
  isAccepting,
  judgeStored,
  parseBetaTag,
  type RulesComparison,
  verifyProof,
} from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import { absent, type KnownDecisionFile, readAndChoose } from './find-decision.ts';
import type { TrustedSignatures } from './signatures.ts';
import { createDecisionReader, type DecisionReader } from './tag/read-decisions.ts';

export interface VerifyTagContext {
  readonly forge: Forge;
  /** Where the default branch is read; default the forge. */
  readonly source?: Pick<Forge, 'defaultBranch' | 'readFile'>;
  readonly tag: string;
  /** Commit that was pushed, and the one that the tag leads to now, where the caller knows them; else the forge is asked. */
  readonly pushed?: { readonly commit: string; readonly leadsTo: string };
  readonly now: number;
  readonly asOfDecision?: boolean;
  readonly signatures: TrustedSignatures;
  readonly config: string | undefined;
  /** The run that asks. */
  readonly except?: string;
}

export interface TagVerification {
  readonly accepted: boolean;
  /** 0 accepted, 1 rejected, 3 unreadable. */
  readonly exit: 0 | 1 | 3;
  readonly findings: readonly DecisionFinding[];
  readonly tag: string;
  readonly commit: string;
  /** Where the decision was found, in words. */
  readonly where: readonly string[];
  /** Undefined where none was found. */
  readonly outcome: Outcome | undefined;
  /** When it was decided, ISO 8601. */
  readonly timeVerified: string | undefined;
  readonly signed: boolean;
  /** Whether it was derived again from its bundle; a signed summary alone says what was decided, and not from what. */
  readonly derived: boolean;
  readonly decision: Decision | undefined;
  readonly rules?: RulesComparison;
  /** Page of a run that holds the decision. */
  readonly url: string | undefined;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Whether a tag may stand: it leads where it always led, the latest decision about its version on its commit, in any place, is signed and lets it stand,
 * follows from its own bytes where they are left, and is fresh. Everything that is missing refuses.
 * @throws UserError when there is no such tag, it is no beta tag, or the forge cannot be asked.
 */
export async function verifyTag(context: VerifyTagContext): Promise<TagVerification> {
  const { forge, tag, now } = context;
  parseBetaTag(tag);
  const { pushed } = context;
  const commit = pushed?.leadsTo ?? (await forge.findTag(tag));
  if (commit === undefined) {
    throw new UserError({
      where: `tag ${tag}`,
      found: `no such tag in ${forge.repository}`,
      expected: 'a beta tag that leads to a commit',
      todo: 'push the tag, or correct the name',
    });
  }
  const nothing: TagVerification = {
    accepted: false,
    exit: 1,
    findings: [],
    tag,
    commit,
    where: [],
    outcome: undefined,
    timeVerified: undefined,
    signed: false,
    derived: false,
    decision: undefined,
    url: undefined,
    files: new Map(),
  };
  const moved = (expected: string): TagVerification => ({
    ...nothing,
    findings: [errorOf('decision-record/tag-moved', { tag, found: commit, expected })],
  });
  if (pushed !== undefined && pushed.commit !== commit) return moved(pushed.commit);
  const { signatures, except } = context;
  const reader = createDecisionReader(forge, { signatures, now, except });
  const elsewhere = await findElsewhere(reader, tag, commit);
  if (elsewhere.pushed !== undefined) return moved(elsewhere.pushed);
  const found = await readAndChoose(reader, { commit, tag });
  if (found.kind === 'refused') return { ...nothing, findings: found.findings, where: [`run ${found.run.id}`], url: found.run.url };
  if (found.kind !== 'found') {
    if (elsewhere.accepted !== undefined) return moved(elsewhere.accepted);
    return { ...nothing, findings: [found.noVersion ? errorOf('decision-record/decision-no-version', { tag }) : absent(commit)] };
  }
  return { ...nothing, ...(await judgeFound(found, context, commit)) };
}

/** Verifies a decision that was found for a tag. */
async function judgeFound(
  found: KnownDecisionFile,
  { forge, tag, now, asOfDecision, signatures }: VerifyTagContext,
  commit: string,
): Promise<Partial<TagVerification>> {
  const fact = { name: tag, commit, repository: forge.repository };
  const options = { now, forTag: true, ...(asOfDecision === undefined ? {} : { asOfDecision }) };
  const { decision, files, where, runs, signed } = found;
  const told = { where, url: runs.at(-1)?.url, outcome: decision.outcome, timeVerified: decision.timeVerified };
  if (files === undefined) {
    const findings = judgeStored(decision, fact, options);
    return { ...told, accepted: findings.length === 0, exit: findings.length === 0 ? 0 : 1, findings, signed };
  }
  const proof = verifyProof(files, {
    ...options,
    signatures: await signatures.read(files),
    // A decision that some place has signed needs no signature next to it.
    demand: { required: !signed, repository: forge.repository, workflows: signatures.signers, keyIds: signatures.keyIds },
    tag: fact,
  });
  const { accepted, exit, findings, rules } = proof;
  return {
    ...told,
    accepted,
    exit,
    findings,
    ...(rules === undefined ? {} : { rules }),
    signed: signed || proof.signed,
    derived: true,
    decision: proof.decision,
    files,
  };
}

/**
 * Other commits that a tag led to: one that it was pushed at, which the runs of its pushes and decisions about the pushed tag tell, and one on which its
 * version was accepted. GitHub itself forgets where a tag was.
 */
async function findElsewhere(
  reader: DecisionReader,
  tag: string,
  commit: string,
): Promise<{ readonly pushed: string | undefined; readonly accepted: string | undefined }> {
  const pushes = (await reader.forge.listTagPushes(tag)).map(({ headSha }) => headSha);
  const recorded = (await reader.readLedger(tag)).map(({ decision }) => decision);
  const tagged = recorded.flatMap((decision) => (decision.tag?.name === tag ? [decision.tag.commit] : []));
  return {
    pushed: [...pushes, ...tagged].find((each) => each !== commit),
    accepted: recorded.find((decision) => decision.commit !== commit && isAccepting(decision))?.commit,
  };
}
