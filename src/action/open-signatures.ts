import type { Forge } from '../core/index.ts';
import type { TrustedSignatures } from '../suite/signatures.ts';
import { withReview } from '../suite/tag/review-signatures.ts';
import type { ReviewForge } from '../suite/tag/reviewed-workflows.ts';
import { readTrust } from '../suite/trusted-workflows.ts';

/**
 * The reader of signatures with the trust that the default branch states; `forge` says which workflows the default branch has or had. The libraries are large,
 * so they are imported when a bundle is verified.
 */
export async function openSignatures(
  source: Pick<Forge, 'defaultBranch' | 'readFile'>,
  config: string | undefined,
  forge: ReviewForge,
): Promise<TrustedSignatures> {
  const { createSignatureReader } = await import('../github/signatures.ts');
  const trust = await readTrust(source, config);
  return { ...withReview(createSignatureReader(trust), forge, trust), signers: trust.signers, trust };
}
