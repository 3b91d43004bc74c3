import { messageOf } from '../core/index.ts';
import { type Decision, type DecisionFinding, stepProofOf, writeStepProof } from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import { createArtifacts } from '../github/artifacts.ts';
import type { Runner } from './runner.ts';

/** What became of a bundle that was offered as an artifact of this run. */
export type UploadedBundle =
  /** There is no artifact service, as in a terminal. */
  | { readonly kind: 'nowhere' }
  /** `proof` is what the name of the last step states. */
  | { readonly kind: 'uploaded'; readonly url: string; readonly proof: string | undefined }
  | { readonly kind: 'refused'; readonly finding: DecisionFinding };

/**
 * Uploads the bundle. Any earlier job of the run can have taken its name; then the service refuses this one, and nobody could believe a decision whose bundle is
 * another's.
 */
export async function uploadBundle({ ports, github }: Runner, folder: string, decision: Decision): Promise<UploadedBundle> {
  if (!process.env.ACTIONS_RESULTS_URL) return { kind: 'nowhere' };
  const { files } = ports;
  const root = files.resolve(folder);
  const names = await files.glob(['**'], { folder });
  const bytes = new Map<string, Uint8Array>();
  for (const name of names) bytes.set(name, await files.read(`${folder}/${name}`, { maxBytes: Number.MAX_SAFE_INTEGER }));
  const artifact = `testops-decision-a${github.attempt}`;
  const paths = names.map((name) => `${root}/${name}`);
  try {
    const { id } = await createArtifacts().upload(artifact, paths, root);
    const proof = stepProofOf(decision, bytes);
    return { kind: 'uploaded', url: `${github.url}/artifacts/${id}`, proof: proof && writeStepProof(proof) };
  } catch (error) {
    return { kind: 'refused', finding: errorOf('decision-record/upload-refused', { artifact, reason: messageOf(error).slice(0, 300) }) };
  }
}
