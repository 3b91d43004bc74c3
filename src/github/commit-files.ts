import { type GithubClient, isNotPermitted, type RepositoryName, statusOf } from './client.ts';

/** What a commit changes. */
export interface FileChange {
  /** From the root of the repository. */
  readonly path: string;
  /** Undefined: the file is removed. */
  readonly content: Uint8Array | undefined;
}

/**
 * `moved`: the branch no longer stood where it was expected; `refused`: the token lacks a right, or a rule of the repository forbids it. Nothing leads to
 * what was made.
 */
export type Committed = { readonly kind: 'committed'; readonly commit: string } | { readonly kind: 'moved' } | { readonly kind: 'refused' };

/** Commits changes onto a branch that stands at `head`, through the API: the branch moves forward, never otherwise. */
export async function commitFiles(
  client: GithubClient,
  repository: RepositoryName,
  request: { readonly branch: string; readonly head: string; readonly message: string; readonly changes: readonly FileChange[] },
): Promise<Committed> {
  try {
    return await commit(client, repository, request);
  } catch (error) {
    if (isNotPermitted(error)) return { kind: 'refused' };
    throw error;
  }
}

type Request = Parameters<typeof commitFiles>[2];

async function commit(client: GithubClient, repository: RepositoryName, request: Request): Promise<Committed> {
  const base = (await client.rest.git.getCommit({ ...repository, commit_sha: request.head })).data.tree.sha;
  const tree = [];
  for (const { path, content } of request.changes) {
    const sha = content === undefined ? null : await createBlob(client, repository, content);
    tree.push({ path, mode: '100644' as const, type: 'blob' as const, sha });
  }
  const made = await client.rest.git.createTree({ ...repository, base_tree: base, tree });
  const { data } = await client.rest.git.createCommit({
    ...repository,
    message: request.message,
    tree: made.data.sha,
    parents: [request.head],
  });
  try {
    await client.rest.git.updateRef({ ...repository, ref: `heads/${request.branch}`, sha: data.sha, force: false });
    return { kind: 'committed', commit: data.sha };
  } catch (error) {
    const status = statusOf(error);
    if (status !== 422 && status !== 409) throw error;
    const { object } = (await client.rest.git.getRef({ ...repository, ref: `heads/${request.branch}` })).data;
    if (object.sha === data.sha) return { kind: 'committed', commit: data.sha };
    return { kind: object.sha === request.head ? 'refused' : 'moved' };
  }
}

async function createBlob(client: GithubClient, repository: RepositoryName, content: Uint8Array): Promise<string> {
  const encoded = Buffer.from(content).toString('base64');
  return (await client.rest.git.createBlob({ ...repository, content: encoded, encoding: 'base64' })).data.sha;
}
