import { messageOf } from '../core/index.ts';
import type { TagRemoved } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';
import { coversRef, type Ruleset } from './ruleset-difference.ts';
import { peelTag, readTagRef } from './tags.ts';

const NO_OBJECT = '0'.repeat(40);
/** The REST call that deletes a ref has no condition; this one compares and deletes in one step. Source: docs.github.com/graphql, mutation `updateRefs`. */
const UPDATE_REFS = 'mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';

/**
 * Removes a tag that leads to a commit, unless it leads elsewhere by now, its release is immutable, or an active ruleset forbids it; a right to bypass the ruleset is not
 * used. Deleted is only the object that was looked at: a tag that somebody moves meanwhile stays.
 */
export async function removeRepositoryTag(
  client: GithubClient,
  repository: RepositoryName,
  name: string,
  commit: string,
): Promise<TagRemoved> {
  const object = await readTagRef(client, repository, name);
  if (object === undefined) return { kind: 'kept', found: 'it is gone already' };
  const found = await peelTag(client, repository, object);
  if (found !== commit) return { kind: 'kept', found: `it leads to ${found ?? 'something else than a commit'} by now` };
  const hindrance =
    (await immutableRelease(client, repository, name)) ?? (await forbiddingRuleset(client, repository, `refs/tags/${name}`));
  if (hindrance !== undefined) return { kind: 'kept', found: hindrance };
  const { node_id: repositoryId } = (await client.rest.repos.get({ ...repository })).data;
  const refUpdates = [{ name: `refs/tags/${name}`, beforeOid: object.sha, afterOid: NO_OBJECT, force: true }];
  try {
    await client.graphql(UPDATE_REFS, { input: { repositoryId, refUpdates } });
    return { kind: 'removed' };
  } catch (error) {
    // A call whose answer was lost may have done it.
    if ((await readTagRef(client, repository, name)) === undefined) return { kind: 'removed' };
    const status = statusOf(error);
    if (status !== undefined && status >= 500) throw error;
    return { kind: 'kept', found: `GitHub refuses: ${messageOf(error).slice(0, 300)}` };
  }
}

async function immutableRelease(client: GithubClient, repository: RepositoryName, tag: string): Promise<string | undefined> {
  try {
    const { data } = await client.rest.repos.getReleaseByTag({ ...repository, tag });
    return (data as { immutable?: boolean }).immutable === true ? 'its release is immutable' : undefined;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function forbiddingRuleset(client: GithubClient, repository: RepositoryName, ref: string): Promise<string | undefined> {
  try {
    const all = await client.paginate(client.rest.repos.getRepoRulesets, { ...repository, includes_parents: true, per_page: 100 });
    for (const { id } of all.filter(({ target, enforcement }) => target === 'tag' && enforcement === 'active')) {
      const { data } = await client.rest.repos.getRepoRuleset({ ...repository, ruleset_id: id, includes_parents: true });
      const ruleset = data as unknown as Ruleset;
      const forbids = (ruleset.rules ?? []).some(({ type }) => type === 'deletion') && coversRef(ruleset, ref);
      if (forbids) return `the ruleset "${ruleset.name}" forbids deleting it`;
    }
    return undefined;
  } catch (error) {
    const status = statusOf(error);
    // No plan for rulesets, so none that forbids; where the token may not look, GitHub holds it against them all the same.
    if (status === 403 || status === 404) return undefined;
    throw error;
  }
}
