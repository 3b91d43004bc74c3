import { messageOf, UserError } from '../core/index.ts';
import type { ForgeSummary } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';

const WHERE = "GitHub's attestations";

/**
 * Attestations whose statement names a subject with this SHA-256. Where GitHub keeps none for a repository (a private one on most plans) there are none.
 * @throws UserError for one that GitHub does not hand out with its list, since an attestation that nobody reads may be a no-go.
 */
export async function listAttestations(client: GithubClient, repository: RepositoryName, sha256: string): Promise<readonly ForgeSummary[]> {
  try {
    const attestations = await client.paginate(
      client.rest.repos.listAttestations,
      { ...repository, subject_digest: `sha256:${sha256}`, per_page: 100 },
      // The list has no count, so that the pages are not unwrapped for us.
      ({ data }) => (data as unknown as { readonly attestations: { readonly bundle?: unknown }[] }).attestations,
    );
    return attestations.map(({ bundle }) => {
      if (typeof bundle === 'object' && bundle !== null) {
        return { where: WHERE, bytes: new TextEncoder().encode(JSON.stringify(bundle)) };
      }
      throw new UserError({
        where: `${WHERE} of sha256:${sha256}`,
        found: 'an attestation without its bundle',
        expected: 'the Sigstore bundle of every attestation',
        todo: 'run the command again; if it happens again, report it with the output of `gh api` for this address',
      });
    });
  } catch (error) {
    if (statusOf(error) === 404 || isUnavailable(error)) return [];
    throw error;
  }
}

/** A plan without attestations is refused like a token without rights; only the message tells them apart. */
function isUnavailable(error: unknown): boolean {
  return statusOf(error) === 403 && /feature not available|upgrade/i.test(messageOf(error));
}
