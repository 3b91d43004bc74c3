import type { ForgeState } from '../core/index.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';

/** Pages of a hundred commits, branches that were merged included; what is older is not believed. */
const MAX_PAGES = 50;

/** REST knows no tree of a commit without a request for each; here a hundred come at once. Source: docs.github.com/graphql/reference/objects#commit. */
const HISTORY = `query history($owner: String!, $name: String!, $oid: GitObjectID!, $after: String) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit {
        history(first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes { oid parents(first: 1) { nodes { oid } } tree { entries { name oid } } }
        }
      }
    }
  }
}`;

interface HistoryNode {
  readonly oid: string;
  readonly parents: { readonly nodes: readonly { readonly oid: string }[] };
  readonly tree: { readonly entries: readonly { readonly name: string; readonly oid: string }[] };
}

interface HistoryAnswer {
  readonly repository: {
    readonly object: {
      readonly history?: {
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
        readonly nodes: readonly HistoryNode[];
      };
    } | null;
  } | null;
}

/** The top of the tree of a commit. */
export async function findCommitState(client: GithubClient, repository: RepositoryName, commit: string): Promise<ForgeState | undefined> {
  try {
    const { data } = await client.rest.git.getTree({ ...repository, tree_sha: commit });
    return {
      commit,
      entries: new Map(data.tree.flatMap(({ path, sha }) => (path === undefined || sha === undefined ? [] : [[path, sha]]))),
    };
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 422) return undefined;
    throw error;
  }
}

/**
 * The first-parent history that ends with a commit, newest first. The first needs one request, and mostly is enough. GitHub lists the commits of merged
 * branches too; who the first parent is shows which of them the branch itself was at.
 */
export async function* listFirstParents(client: GithubClient, repository: RepositoryName, tip: string): AsyncGenerator<ForgeState> {
  const first = await findCommitState(client, repository, tip);
  if (first === undefined) return;
  yield first;
  const known = new Map<string, HistoryNode>();
  let wanted: string | undefined = tip;
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES && wanted !== undefined; page++) {
    const answer: HistoryAnswer = await client.graphql(HISTORY, { owner: repository.owner, name: repository.repo, oid: tip, after });
    const history = answer.repository?.object?.history;
    if (history === undefined) return;
    for (const node of history.nodes) known.set(node.oid, node);
    for (let node = known.get(wanted); node !== undefined; node = wanted === undefined ? undefined : known.get(wanted)) {
      if (node.oid !== tip) yield { commit: node.oid, entries: new Map(node.tree.entries.map(({ name, oid }) => [name, oid])) };
      known.delete(node.oid);
      wanted = node.parents.nodes[0]?.oid;
    }
    if (!history.pageInfo.hasNextPage) return;
    after = history.pageInfo.endCursor;
  }
}

/** Every file below a tree. @throws Error when GitHub cuts the list short: a folder of workflows never is that large. */
export async function listTreeFiles(client: GithubClient, repository: RepositoryName, id: string): Promise<ReadonlyMap<string, string>> {
  const { data } = await client.rest.git.getTree({ ...repository, tree_sha: id, recursive: 'true' });
  if (data.truncated) throw new Error(`the tree ${id} has more files than GitHub lists`);
  return new Map(
    data.tree.flatMap(({ path, sha, type }) => (type === 'blob' && path !== undefined && sha !== undefined ? [[path, sha]] : [])),
  );
}

export async function readGitBlob(client: GithubClient, repository: RepositoryName, id: string): Promise<Uint8Array> {
  const { data } = await client.rest.git.getBlob({ ...repository, file_sha: id });
  return new Uint8Array(Buffer.from(data.content, 'base64'));
}
