import type { Json } from './objects.ts';
import { type GithubWorld, NOT_FOUND, type Routes, repositoryPath } from './route.ts';

/** Small reads that the emulator lacks: the pull requests of a commit, and whether releases are immutable. */
export function createRepositoryFactRoutes(world: GithubWorld): Routes {
  let immutableReleases = false;
  return {
    'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': async ({ params }) => {
      const sha = await world.resolveCommit(params.commit_sha ?? '');
      if (sha === undefined) return NOT_FOUND;
      const { body } = await world.emulated('GET', `${repositoryPath(world)}/pulls?state=all&per_page=100`);
      return { status: 200, body: (body as readonly Json[]).filter((pull) => (pull.head as Json).sha === sha) };
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
