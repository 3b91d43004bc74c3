import type { SignatureFact, SignatureReader, SignerReview } from '../../core/index.ts';
import { readWorkflowName } from '../../decision/index.ts';
import type { Trust } from '../trusted-workflows.ts';
import { findTrustedPin, findUnreviewed, ownFileOf, type ReviewForge } from './reviewed-workflows.ts';

/** A reader that also finds out what the default branch says about the workflows that a certificate names. */
export function withReview(reader: SignatureReader, forge: ReviewForge, trust: Trust): SignatureReader {
  return {
    keyIds: reader.keyIds,
    read: async (files) => {
      const facts: SignatureFact[] = [];
      for (const fact of await reader.read(files)) {
        facts.push(fact.kind === 'sigstore' ? { ...fact, review: await reviewSigner(forge, fact, trust) } : fact);
      }
      return facts;
    },
  };
}

async function reviewSigner(forge: ReviewForge, fact: SignatureFact & { readonly kind: 'sigstore' }, trust: Trust): Promise<SignerReview> {
  const { buildConfig, workflow, workflowCommit } = fact;
  const isReviewed = async (text: string, commit: string): Promise<boolean> => {
    const path = ownFileOf(text, forge.repository);
    // An id that is no commit of this repository names no file of it.
    return path !== undefined && (await findUnreviewed(forge, [{ path, commit }], trust)) === undefined;
  };
  const build = buildConfig !== undefined && (await isReviewed(buildConfig.workflow, buildConfig.commit));
  const signer = async (): Promise<'held' | 'never-held' | 'distrusted'> => {
    const name = readWorkflowName(workflow);
    if (name === undefined || workflowCommit === undefined) return 'never-held';
    if (trust.distrust.includes(workflowCommit)) return 'distrusted';
    const held =
      ownFileOf(workflow, forge.repository) === undefined
        ? (await findTrustedPin(forge, { name, commit: workflowCommit }, trust.signers)) !== undefined
        : await isReviewed(workflow, workflowCommit);
    return held ? 'held' : 'never-held';
  };
  return { build, signer: await signer(), selfHosted: trust.selfHostedSigning };
}
