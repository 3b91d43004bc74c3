import { type GithubWorld, NOT_FOUND, paginate, type Routes, repositoryPath } from './route.ts';

/** The caches that the results service holds. */
export function createCacheRoutes(world: GithubWorld): Routes {
  const list = (query: URLSearchParams): readonly Record<string, unknown>[] =>
    (world.results?.caches.list() ?? [])
      .filter((cache) => cache.key.startsWith(query.get('key') ?? '') && (query.get('ref') ?? cache.scope) === cache.scope)
      .map((cache) => ({
        id: cache.id,
        ref: cache.scope,
        key: cache.key,
        version: cache.version,
        last_accessed_at: cache.createdAt,
        created_at: cache.createdAt,
        size_in_bytes: cache.sizeBytes,
      }))
      .reverse();
  return {
    'GET /repos/{owner}/{repo}/actions/caches': (call) => {
      const all = list(call.query);
      const { items, headers } = paginate(world, `${repositoryPath(world)}/actions/caches`, call.query, all);
      return { status: 200, body: { total_count: all.length, actions_caches: items }, headers };
    },
    'GET /repos/{owner}/{repo}/actions/cache/usage': () => {
      const all = world.results?.caches.list() ?? [];
      return {
        status: 200,
        body: {
          full_name: `${world.owner.login}/${world.repo}`,
          active_caches_size_in_bytes: all.reduce((sum, cache) => sum + cache.sizeBytes, 0),
          active_caches_count: all.length,
        },
      };
    },
    'DELETE /repos/{owner}/{repo}/actions/caches': ({ query }) => {
      const key = query.get('key');
      const removed = list(query).filter((cache) => cache.key === key);
      if (removed.length === 0) return NOT_FOUND;
      for (const cache of removed) world.results?.caches.remove(Number(cache.id));
      return { status: 200, body: { total_count: removed.length, actions_caches: removed } };
    },
    'DELETE /repos/{owner}/{repo}/actions/caches/{cache_id}': ({ params }) => {
      const id = Number(params.cache_id);
      if (world.results?.caches.list().some((cache) => cache.id === id) !== true) return NOT_FOUND;
      world.results.caches.remove(id);
      return { status: 204 };
    },
  };
}
