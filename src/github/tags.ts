import type { TagCreated } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';

/** Tags of tags are peeled this often. */
const MAX_PEELS = 5;

/** The object that a ref or an annotated tag leads to. */
interface GitTarget {
  readonly type: string;
  readonly sha: string;
}

/** Commit that a tag leads to, annotated tags peeled; undefined when there is no such tag, or it leads to something else than a commit. */
export async function resolveTag(client: GithubClient, repository: RepositoryName, name: string): Promise<string | undefined> {
  const object = await readTagRef(client, repository, name);
  return object && peelTag(client, repository, object);
}

/** What the tag's ref itself leads to: of an annotated tag its own object. */
export async function readTagRef(client: GithubClient, repository: RepositoryName, name: string): Promise<GitTarget | undefined> {
  try {
    return (await client.rest.git.getRef({ ...repository, ref: `tags/${name}` })).data.object;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** The commit at the end; undefined when it is something else. */
export async function peelTag(client: GithubClient, repository: RepositoryName, target: GitTarget): Promise<string | undefined> {
  let object = target;
  for (let peels = 0; object.type === 'tag' && peels < MAX_PEELS; peels++) {
    object = (await client.rest.git.getTag({ ...repository, tag_sha: object.sha })).data.object;
  }
  return object.type === 'commit' ? object.sha : undefined;
}

/** Every tag of the repository with the commit that it leads to. */
export async function listRepositoryTags(
  client: GithubClient,
  repository: RepositoryName,
): Promise<readonly { readonly name: string; readonly commit: string }[]> {
  const tags = await client.paginate(client.rest.repos.listTags, { ...repository, per_page: 100 });
  return tags.map(({ name, commit }) => ({ name, commit: commit.sha }));
}

/**
 * Makes a lightweight tag. GitHub makes it whole or not at all, so of two that try at once one is told that it is taken. A call whose answer was lost
 * may have made it: then it leads where we wanted it, and counts as made.
 */
export async function createRepositoryTag(
  client: GithubClient,
  repository: RepositoryName,
  name: string,
  commit: string,
): Promise<TagCreated> {
  try {
    await client.rest.git.createRef({ ...repository, ref: `refs/tags/${name}`, sha: commit });
    return { kind: 'created' };
  } catch (error) {
    const status = statusOf(error);
    const found = error instanceof Error ? error.message : String(error);
    if (status === 422 && /already exists/i.test(found)) {
      return (await resolveTag(client, repository, name)) === commit ? { kind: 'created' } : { kind: 'taken' };
    }
    if (status === 403 || status === 404 || status === 422) return { kind: 'refused', found };
    throw error;
  }
}
