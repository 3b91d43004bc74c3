import { type Replica, ReplicaFailure } from '../../core/ports/replica.ts';
import { createPackReplica, type PackFile } from './packs.ts';
import { ask, type GithubPlace, must } from './requests.ts';

/** GitHub refuses blobs above 100 MB and is slow with large ones; in base64 this stays well below. */
const MAX_PACK_BYTES = 24 * 1024 * 1024;
const MAX_ATTEMPTS = 8;

interface Head {
  readonly commit: string;
  readonly files: readonly PackFile[];
}

/**
 * A replica on a branch of its own, without history in common with the code. Every write is a commit on top of the one that was read, and the branch moves forward only: that makes
 * claims atomic.
 */
export function createBranchReplica(place: GithubPlace, branch: string): Replica {
  const { octokit, owner, repo } = place;
  const at = { owner, repo };

  const readHead = async (): Promise<Head | undefined> => {
    const ref = await ask(() => octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at, ref: `heads/${branch}` }), [404, 409]);
    if (!ref) return undefined;
    const commit = ref.data.object.sha;
    const { data } = await must(() => octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...at, commit_sha: commit }));
    const tree = await must(() => octokit.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { ...at, tree_sha: data.tree.sha }));
    if (tree.data.truncated) throw new ReplicaFailure('full', `branch ${branch} has more files than GitHub lists`);
    const files = tree.data.tree.flatMap(({ path, sha, size, type }) =>
      type === 'blob' && path !== undefined && sha !== undefined ? [{ name: path, id: sha as string, size: size ?? 0 }] : [],
    );
    return { commit, files };
  };
  const commitFiles = async (
    head: Head | undefined,
    files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  ): Promise<boolean> => {
    const added = await Promise.all(
      files.map(async ({ name, bytes }) => {
        const blob = { ...at, content: Buffer.from(bytes).toString('base64'), encoding: 'base64' };
        const { data } = await must(() => octokit.request('POST /repos/{owner}/{repo}/git/blobs', blob));
        return { path: name, mode: '100644' as const, type: 'blob' as const, sha: data.sha };
      }),
    );
    const kept = (head?.files ?? []).map(({ name, id }) => ({ path: name, mode: '100644' as const, type: 'blob' as const, sha: id }));
    const { data: tree } = await must(() => octokit.request('POST /repos/{owner}/{repo}/git/trees', { ...at, tree: [...kept, ...added] }));
    const message = `Keep ${files.map(({ name }) => name).join(', ')}`;
    const { data: commit } = await must(() =>
      octokit.request('POST /repos/{owner}/{repo}/git/commits', { ...at, message, tree: tree.sha, parents: head ? [head.commit] : [] }),
    );
    const moved = head
      ? await ask(
          () =>
            octokit.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...at, ref: `heads/${branch}`, sha: commit.sha, force: false }),
          [409, 422],
        )
      : await ask(
          () => octokit.request('POST /repos/{owner}/{repo}/git/refs', { ...at, ref: `refs/heads/${branch}`, sha: commit.sha }),
          [409, 422],
        );
    return moved !== undefined;
  };
  return createPackReplica({
    name: `branch ${owner}/${repo} ${branch}`,
    maxPackBytes: MAX_PACK_BYTES,
    list: async () => (await readHead())?.files ?? [],
    read: async ({ id }) => {
      const { data } = await must(() => octokit.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { ...at, file_sha: id }));
      return Buffer.from(data.content, 'base64');
    },
    add: async (files) => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const head = await readHead();
        const names = new Set(head?.files.map(({ name }) => name));
        if (files.some(({ name }) => names.has(name))) return false;
        if (await commitFiles(head, files)) return true;
      }
      throw new ReplicaFailure('unreachable', `branch ${branch} was moved by others ${MAX_ATTEMPTS} times in a row`);
    },
  });
}
