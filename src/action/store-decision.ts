import { canonicalJson } from '../core/index.ts';
import { type Decision, SIGNATURE_FILES, tagOfDecision } from '../decision/index.ts';
import { type GithubClient, isNotPermitted, type RepositoryName } from '../github/client.ts';
import { describeStoreError, openDecisionFiles } from '../github/decision-files.ts';
import { storeInRelease } from '../github/release-decisions.ts';
import type { TrustedSignatures } from '../suite/signatures.ts';
import { readSignedSummary } from '../suite/tag/signed-bundle.ts';

/** What became of a signed summary, for the summary of the run; `lost` says why it could not be stored. */
export interface StoredSummary {
  readonly places: readonly string[];
  readonly lost: string | undefined;
}

/**
 * Stores the signed summary of a decision where it lasts longer than an artifact: on the ledger branch, and in the release of its tag where there is one.
 * Each once, however often it runs; undefined where nothing is signed, it is about no version, or it says too little by itself.
 */
export async function storeSignedSummary(
  connection: { readonly client: GithubClient; readonly repository: RepositoryName },
  decision: Decision,
  files: ReadonlyMap<string, Uint8Array>,
  signatures: TrustedSignatures,
): Promise<StoredSummary | undefined> {
  const { client, repository } = connection;
  const tag = tagOfDecision(decision.given);
  const [signature] = SIGNATURE_FILES.flatMap((name) => files.get(name) ?? []);
  if (tag === undefined || signature === undefined) return undefined;
  const bytes = new TextEncoder().encode(canonicalJson(JSON.parse(new TextDecoder().decode(signature))));
  const signed = await readSignedSummary({ bytes }, { repository: `${repository.owner}/${repository.repo}`, signatures });
  if (signed === undefined) return undefined;
  const places: string[] = [];
  try {
    places.push(`ledger branch: ${(await openDecisionFiles(client, repository).store(tag, bytes)) ? 'added' : 'was there'}`);
    const release = await storeInRelease(client, repository, tag, bytes);
    if (release !== undefined) places.push(`release: ${RELEASE_WORDS[release]}`);
  } catch (error) {
    if (isOurs(error)) throw error;
    return { places, lost: `the signed decision could not be stored (${describeStoreError(error)})` };
  }
  return { places, lost: undefined };
}

const RELEASE_WORDS = { added: 'added', there: 'was there', immutable: 'not added, since it is immutable' } as const;

/** What GitHub refuses can be tried again or permitted; anything else is an internal error. */
function isOurs(error: unknown): boolean {
  return (
    typeof (error as { status?: unknown }).status !== 'number' &&
    !isNotPermitted(error) &&
    !(error instanceof Error && /other writers/.test(error.message))
  );
}
