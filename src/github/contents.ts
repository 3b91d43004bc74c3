import { compareText, UserError } from '../core/index.ts';
import type { Forge } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';

/** GitHub lists at most this many files of a comparison, and says nothing about the others. */
const MAX_COMPARED_FILES = 300;

/** Bytes of a file at a commit; undefined when it is not there. Links are followed by GitHub inside the repository only. */
export async function readRepositoryFile(
  client: GithubClient,
  repository: RepositoryName,
  path: string,
  commit: string,
): Promise<Uint8Array | undefined> {
  try {
    const { data } = await client.rest.repos.getContent({ ...repository, path, ref: commit });
    if (Array.isArray(data) || data.type !== 'file' || !('content' in data) || data.encoding !== 'base64') {
      throw new UserError({
        where: `${path} at ${commit}`,
        found: Array.isArray(data) ? 'a folder' : data.type === 'file' ? 'more than 1 MB' : `a ${data.type}`,
        expected: 'a file of at most 1 MB',
        todo: 'name a file that people can read',
      });
    }
    return new Uint8Array(Buffer.from(data.content, 'base64'));
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Every file of a commit; undefined when GitHub cuts the list short. */
export async function listRepositoryFiles(
  client: GithubClient,
  repository: RepositoryName,
  commit: string,
): Promise<readonly string[] | undefined> {
  const { data } = await client.rest.git.getTree({ ...repository, tree_sha: commit, recursive: 'true' });
  if (data.truncated) return undefined;
  return data.tree.flatMap(({ path, type }) => (type === 'blob' && path !== undefined ? [path] : [])).sort(compareText);
}

export async function compareCommits(
  client: GithubClient,
  repository: RepositoryName,
  from: string,
  to: string,
): ReturnType<Forge['compare']> {
  const { data } = await client.rest.repos.compareCommitsWithBasehead({ ...repository, basehead: `${from}...${to}`, per_page: 100 });
  if (data.status !== 'ahead' && data.status !== 'identical') return { kind: 'not-ancestor' };
  const files = data.files ?? [];
  if (files.length >= MAX_COMPARED_FILES) return { kind: 'ancestor', paths: undefined, aheadBy: data.ahead_by };
  const paths = files.flatMap(({ filename, previous_filename: previous }) => [filename, ...(previous === undefined ? [] : [previous])]);
  return { kind: 'ancestor', paths: [...new Set(paths)].sort(compareText), aheadBy: data.ahead_by };
}

/** The default branch and the commit at its tip. `known` saves a call where the event told the name. */
export async function readDefaultBranch(
  client: GithubClient,
  repository: RepositoryName,
  known: string | undefined,
): ReturnType<Forge['defaultBranch']> {
  const name = known ?? (await client.rest.repos.get({ ...repository })).data.default_branch;
  const { data } = await client.rest.git.getRef({ ...repository, ref: `heads/${name}` });
  return { name, commit: data.object.sha };
}
