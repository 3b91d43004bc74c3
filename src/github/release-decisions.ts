import { sha256 } from '../core/index.ts';
import type { ForgeSummary } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';
import { findRelease } from './release-notes.ts';

const NAME = /^testops-decision-([0-9a-f]{64})\.json$/;
const MAX_BYTES = 1024 * 1024;

/** Signed summaries among the assets of the published release of a tag. Other assets, and bytes that are not those of the name, are passed over. */
export async function listReleaseSummaries(
  client: GithubClient,
  repository: RepositoryName,
  tag: string,
): Promise<readonly ForgeSummary[]> {
  const release = await findPublished(client, repository, tag);
  if (release === undefined) return [];
  const summaries: ForgeSummary[] = [];
  for (const asset of await listAssets(client, repository, release)) {
    const digest = NAME.exec(asset.name)?.[1];
    if (digest === undefined || asset.size > MAX_BYTES) continue;
    const { data } = await client.rest.repos.getReleaseAsset({
      ...repository,
      asset_id: asset.id,
      headers: { accept: 'application/octet-stream' },
    });
    const bytes = new Uint8Array(data as unknown as ArrayBuffer);
    if (sha256(bytes) === digest) summaries.push({ where: `the release ${tag}`, bytes });
  }
  return summaries;
}

/** A release that is deleted meanwhile has none. */
async function listAssets(client: GithubClient, repository: RepositoryName, release: number) {
  try {
    return await client.paginate(client.rest.repos.listReleaseAssets, { ...repository, release_id: release, per_page: 100 });
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
}

async function findPublished(client: GithubClient, repository: RepositoryName, tag: string): Promise<number | undefined> {
  try {
    return (await client.rest.repos.getReleaseByTag({ ...repository, tag })).data.id;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Adds a signed summary to the release of a tag, a draft included, once; undefined where there is no release. An immutable release takes no more assets. */
export async function storeInRelease(
  client: GithubClient,
  repository: RepositoryName,
  tag: string,
  bytes: Uint8Array,
): Promise<'added' | 'there' | 'immutable' | undefined> {
  const release = await findRelease(client, repository, tag);
  if (release === undefined) return undefined;
  const name = `testops-decision-${sha256(bytes)}.json`;
  const isThere = async () => {
    const assets = await listAssets(client, repository, release.id);
    return assets.some((asset) => asset.name === name);
  };
  if (await isThere()) return 'there';
  if ((release as { immutable?: boolean }).immutable === true) return 'immutable';
  try {
    await client.rest.repos.uploadReleaseAsset({
      ...repository,
      release_id: release.id,
      url: release.upload_url,
      name,
      headers: { 'content-type': 'application/json' },
      data: new TextDecoder().decode(bytes),
    });
    return 'added';
  } catch (error) {
    // Another run uploaded it between the list and the upload.
    if (statusOf(error) === 422 && (await isThere())) return 'there';
    throw error;
  }
}
