import { type Replica, ReplicaFailure } from '../../core/ports/replica.ts';
import { createPackReplica, type PackFile } from './packs.ts';
import { ask, type GithubPlace, must } from './requests.ts';

/** GitHub takes 1,000 assets a release; some room is left for whoever writes at the same time. */
const MAX_ASSETS = 990;
const PAGE_SIZE = 100;
const MAX_PACK_BYTES = 512 * 1024 * 1024;

/** A replica in the assets of a release, which is made (as a prerelease) when the first file is written. Names of assets are unique, which makes claims atomic. */
export function createReleaseReplica(place: GithubPlace, tag: string): Replica {
  const { octokit, owner, repo } = place;
  const at = { owner, repo };

  const findRelease = async (): Promise<{ id: number; uploadUrl: string } | undefined> => {
    const found = await ask(() => octokit.request('GET /repos/{owner}/{repo}/releases/tags/{tag}', { ...at, tag }), [404]);
    return found && { id: found.data.id, uploadUrl: found.data.upload_url };
  };
  const makeRelease = async (): Promise<{ id: number; uploadUrl: string }> => {
    const body = 'Copies of accepted snapshots, written by testops. Do not edit: every file is checked by its digest.';
    const made = await ask(
      () =>
        octokit.request('POST /repos/{owner}/{repo}/releases', {
          ...at,
          tag_name: tag,
          name: tag,
          body,
          prerelease: true,
          make_latest: 'false',
        }),
      [422],
    );
    if (made) return { id: made.data.id, uploadUrl: made.data.upload_url };
    const other = await findRelease();
    if (!other) throw new ReplicaFailure('denied', `release ${tag} cannot be made`);
    return other;
  };
  const list = async (): Promise<readonly PackFile[]> => {
    const release = await findRelease();
    if (!release) return [];
    const files: PackFile[] = [];
    for (let page = 1; ; page++) {
      const { data } = await must(() =>
        octokit.request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', {
          ...at,
          release_id: release.id,
          per_page: PAGE_SIZE,
          page,
        }),
      );
      // An upload that broke off leaves an asset that is not `uploaded`.
      for (const asset of data) if (asset.state === 'uploaded') files.push({ name: asset.name, id: String(asset.id), size: asset.size });
      if (data.length < PAGE_SIZE) return files.sort((a, b) => Number(a.id) - Number(b.id));
    }
  };
  return createPackReplica({
    name: `release ${owner}/${repo} ${tag}`,
    maxPackBytes: MAX_PACK_BYTES,
    list,
    read: async ({ id }) => {
      const { data } = await must(() =>
        octokit.request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
          ...at,
          asset_id: Number(id),
          headers: { accept: 'application/octet-stream' },
        }),
      );
      return new Uint8Array(data as unknown as ArrayBuffer);
    },
    add: async (files) => {
      const release = (await findRelease()) ?? (await makeRelease());
      if ((await list()).length + files.length > MAX_ASSETS) throw new ReplicaFailure('full', `release ${tag} has no room for more assets`);
      for (const { name, bytes } of files) {
        const url = release.uploadUrl.replace(/\{[^}]*\}$/, '');
        const added = await ask(
          () =>
            octokit.request({
              method: 'POST',
              url: `${url}?name=${encodeURIComponent(name)}` as '/',
              headers: { 'content-type': 'application/octet-stream', 'content-length': bytes.length },
              data: Buffer.from(bytes),
            }),
          [422],
        );
        if (!added) return false;
        // GitHub refuses a name that is taken; where two uploads still got through, the older one counts.
        const mine = (added.data as { readonly id: number }).id;
        const first = (await list()).find((file) => file.name === name);
        if (first !== undefined && first.id !== String(mine)) {
          await ask(() => octokit.request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', { ...at, asset_id: mine }), [404]);
          return false;
        }
      }
      return true;
    },
  });
}
