import type { Json } from './objects.ts';
import { type GithubWorld, NOT_FOUND, paginate, type Routes, repositoryPath } from './route.ts';

/** Small reads that the emulator lacks: tags that were made as refs, and whether releases are immutable. */
export function createRepositoryFactRoutes(world: GithubWorld): Routes {
  let immutableReleases = false;
  return {
    'GET /repos/{owner}/{repo}/tags': async ({ query }) => {
      const base = repositoryPath(world);
      const { body } = await world.emulated('GET', `${base}/git/matching-refs/tags/`);
      const tags: Json[] = [];
      for (const { ref } of body as readonly { readonly ref: string }[]) {
        const name = ref.replace('refs/tags/', '');
        const sha = await world.resolveCommit(ref);
        const url = `${world.baseUrl}${base}`;
        const archives = { zipball_url: `${url}/zipball/${ref}`, tarball_url: `${url}/tarball/${ref}` };
        tags.push({ name, commit: { sha, url: `${url}/commits/${sha}` }, ...archives, node_id: `REF_${name}` });
      }
      const { items, headers } = paginate(world, `${base}/tags`, query, tags.reverse());
      return { status: 200, body: items, headers };
    },
    'GET /repos/{owner}/{repo}/immutable-releases': () =>
      immutableReleases ? { status: 200, body: { enabled: true, enforced_by_owner: false } } : NOT_FOUND,
    'PUT /repos/{owner}/{repo}/immutable-releases': () => {
      immutableReleases = true;
      return { status: 204 };
    },
    'DELETE /repos/{owner}/{repo}/immutable-releases': () => {
      immutableReleases = false;
      return { status: 204 };
    },
  };
}
