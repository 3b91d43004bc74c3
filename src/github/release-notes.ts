import type { Published, ReleaseNotesRequest } from '../core/ports/publisher.ts';
import { type GithubClient, isNotPermitted, type RepositoryName, statusOf } from './client.ts';
import { putBlock } from './marked-block.ts';

/** Releases that are looked through for a draft, which cannot be found by its tag. */
const MAX_RELEASES = 100;

/** Writes our block into the notes of the release of a tag; a call that changes nothing is not made. */
export async function writeReleaseNotes(
  client: GithubClient,
  repository: RepositoryName,
  { tag, name, body }: ReleaseNotesRequest,
): Promise<Published | undefined> {
  try {
    const release = await findRelease(client, repository, tag);
    if (release === undefined) return undefined;
    const notes = release.body ?? '';
    const next = putBlock(notes, name, body);
    if (next !== notes) await client.rest.repos.updateRelease({ ...repository, release_id: release.id, body: next });
    return { kind: 'published', url: release.html_url };
  } catch (error) {
    if (isNotPermitted(error)) return { kind: 'not-permitted', permission: 'contents: write' };
    throw error;
  }
}

/** The release of a tag; a draft when there is no published one. */
export async function findRelease(client: GithubClient, repository: RepositoryName, tag: string) {
  try {
    return (await client.rest.repos.getReleaseByTag({ ...repository, tag })).data;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    const { data } = await client.rest.repos.listReleases({ ...repository, per_page: MAX_RELEASES });
    return data.find((release) => release.draft && release.tag_name === tag);
  }
}
