import { type GithubClient, isNotPermitted, type RepositoryName } from './client.ts';

export interface SarifUpload {
  readonly commit: string;
  /** `refs/heads/main`, `refs/tags/v1`, `refs/pull/7/head`. */
  readonly ref: string;
  /** Base64 of gzip of a SARIF log. */
  readonly packed: string;
}

/** What became of an upload. Processing takes GitHub seconds to minutes. */
export type SarifOutcome =
  | { readonly kind: 'processed' | 'pending'; readonly id: string; readonly url: string | undefined }
  | { readonly kind: 'rejected'; readonly errors: readonly string[] }
  | { readonly kind: 'not-permitted'; readonly permission: string };

const POLL_MS = 3_000;
const POLLS = 40;

/** Uploads to code scanning, and waits until it was processed. @see https://docs.github.com/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data */
export async function uploadSarif(
  client: GithubClient,
  repository: RepositoryName,
  { commit, ref, packed }: SarifUpload,
  sleep: (ms: number) => Promise<void>,
): Promise<SarifOutcome> {
  let id: string;
  try {
    const { data } = await client.rest.codeScanning.uploadSarif({ ...repository, commit_sha: commit, ref, sarif: packed, validate: true });
    if (data.id === undefined) throw new Error('code scanning gave no id');
    id = data.id;
  } catch (error) {
    if (isNotPermitted(error)) return { kind: 'not-permitted', permission: 'security-events: write' };
    throw error;
  }
  for (let poll = 0; poll < POLLS; poll++) {
    const state = await readState(client, repository, id);
    if (state?.processing_status === 'complete') return { kind: 'processed', id, url: state.analyses_url ?? undefined };
    if (state?.processing_status === 'failed') return { kind: 'rejected', errors: state.errors ?? [] };
    await sleep(POLL_MS);
  }
  return { kind: 'pending', id, url: undefined };
}

async function readState(client: GithubClient, repository: RepositoryName, id: string) {
  try {
    return (await client.rest.codeScanning.getSarif({ ...repository, sarif_id: id })).data;
  } catch (error) {
    // Right after the upload it may not be found yet.
    if (isNotPermitted(error)) return undefined;
    throw error;
  }
}
