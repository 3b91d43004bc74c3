import { type Forge, UserError } from '../core/index.ts';
import { type Proof, parseBetaTag, verifyProof } from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import { absent, decisionOfRun, type FoundDecision, findDecision } from './find-decision.ts';
import type { TrustedSignatures } from './signatures.ts';
import { readTrustedWorkflows } from './trusted-workflows.ts';

export interface VerifyTagContext {
  readonly forge: Forge;
  /** Where the default branch is read; default the forge. */
  readonly source?: Pick<Forge, 'defaultBranch' | 'readFile'>;
  readonly tag: string;
  /** Commit that was pushed, and the one that the tag leads to now, where the caller knows them; else the forge is asked. */
  readonly pushed?: { readonly commit: string; readonly leadsTo: string };
  /** Run that holds the decision, when it was found before. */
  readonly decidedRun?: string;
  readonly now: number;
  readonly asOfDecision?: boolean;
  readonly signatures: TrustedSignatures;
  readonly config: string | undefined;
  /** The run that asks. */
  readonly except?: string;
}

export interface TagVerification extends Pick<Proof, 'accepted' | 'exit' | 'findings' | 'decision' | 'signed'> {
  readonly tag: string;
  readonly commit: string;
  /** Page of the run that holds the decision. */
  readonly url: string | undefined;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Whether a tag may stand: it leads where it was pushed, the commit has a decision in a run that is trusted, the decision follows from its own bytes,
 * is fresh, and lets this tag stand. Everything that is missing refuses.
 * @throws UserError when there is no such tag, or it is no beta tag.
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
      todo: 'push the tag, or mend the name',
    });
  }
  const refuse = (findings: Proof['findings'], url?: string): TagVerification => ({
    accepted: false,
    exit: 1,
    findings,
    decision: undefined,
    signed: false,
    tag,
    commit,
    url,
    files: new Map(),
  });
  if (pushed !== undefined && pushed.commit !== commit) {
    return refuse([errorOf('decision-record/tag-moved', { tag, found: commit, expected: pushed.commit })]);
  }
  const workflows = await readTrustedWorkflows(context.source ?? forge, context.config);
  const demand = { commit, tag, workflows, now };
  const found: FoundDecision | { kind: 'no-run' } =
    context.decidedRun === undefined
      ? await findDecision(forge, { ...demand, signatures: context.signatures, except: context.except })
      : await decisionOfRun(forge, context.decidedRun, demand);
  if (found.kind === 'refused') return refuse(found.findings, found.run.url);
  if (found.kind !== 'found') return refuse([absent(commit)]);
  const proof = verifyProof(found.files, {
    now,
    ...(context.asOfDecision === undefined ? {} : { asOfDecision: context.asOfDecision }),
    signatures: await context.signatures.read(found.files),
    demand: { required: true, repository: forge.repository, workflows: context.signatures.signers, keyIds: context.signatures.keyIds },
    tag: { name: tag, commit, repository: forge.repository },
  });
  return { ...proof, tag, commit, url: found.run.url, files: found.files };
}
