import type { Forge } from '../core/index.ts';
import type { ReadSignatures } from '../suite/signatures.ts';
import { readSignatureTrust } from '../suite/trusted-workflows.ts';

/** The reader of signatures with the trust that the default branch states. The libraries are large, so they are imported when a bundle is verified. */
export async function openSignatures(
  source: Pick<Forge, 'defaultBranch' | 'readFile'>,
  config: string | undefined,
): Promise<{ readonly readSignatures: ReadSignatures; readonly keyIds: readonly string[] }> {
  const { createSignatureReader } = await import('../github/signatures.ts');
  const { read, keyIds } = createSignatureReader(await readSignatureTrust(source, config));
  return { readSignatures: read, keyIds };
}
