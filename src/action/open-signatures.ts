import type { Forge } from '../core/index.ts';
import type { TrustedSignatures } from '../suite/signatures.ts';
import { readSignatureTrust } from '../suite/trusted-workflows.ts';

/** The reader of signatures with the trust that the default branch states. The libraries are large, so they are imported when a bundle is verified. */
export async function openSignatures(
  source: Pick<Forge, 'defaultBranch' | 'readFile'>,
  config: string | undefined,
): Promise<TrustedSignatures> {
  const { createSignatureReader } = await import('../github/signatures.ts');
  const trust = await readSignatureTrust(source, config);
  return { ...createSignatureReader(trust), signers: trust.signers };
}
