import { type Json, toMinimalRepository, toSimpleUser } from './objects.ts';
import { type GithubWorld, invalid, NOT_FOUND, paginate, type Routes, repositoryPath } from './route.ts';

const MAX_PER_CONTEXT = 1000;

/** Commit statuses: newest first, the newest of each context combined. */
export function createStatusRoutes(world: GithubWorld): Routes {
  const statuses: { readonly sha: string; readonly status: Json }[] = [];
  const of = (sha: string): readonly Json[] => statuses.filter((each) => each.sha === sha).map((each) => each.status);
  return {
    'POST /repos/{owner}/{repo}/statuses/{sha}': async ({ params, body, actor }) => {
      const sha = params.sha ?? '';
      if ((await world.resolveCommit(sha)) !== sha) return invalid(`No commit found for SHA: ${sha}`);
      const context = body.context ?? 'default';
      if (of(sha).filter((status) => status.context === context).length >= MAX_PER_CONTEXT)
        return invalid('This SHA and context has reached the maximum number of statuses.');
      if (typeof body.description === 'string' && body.description.length > 140)
        return invalid('description is too long (maximum is 140 characters)');
      const id = world.nextId();
      const status: Json = {
        url: `${world.baseUrl}${repositoryPath(world)}/statuses/${sha}`,
        avatar_url: null,
        id,
        node_id: `SC_${id}`,
        state: body.state,
        description: body.description ?? null,
        target_url: body.target_url ?? null,
        context,
        created_at: world.now(),
        updated_at: world.now(),
        creator: toSimpleUser(world.baseUrl, actor),
      };
      statuses.unshift({ sha, status });
      return { status: 201, body: status };
    },
    'GET /repos/{owner}/{repo}/commits/{ref}/statuses': async (call) => {
      const sha = await world.resolveCommit(call.params.ref ?? '');
      if (sha === undefined) return NOT_FOUND;
      const { items, headers } = paginate(world, `${repositoryPath(world)}/commits/${sha}/statuses`, call.query, of(sha));
      return { status: 200, body: items, headers };
    },
    'GET /repos/{owner}/{repo}/commits/{ref}/status': async ({ params }) => {
      const sha = await world.resolveCommit(params.ref ?? '');
      if (sha === undefined) return NOT_FOUND;
      const latest = of(sha).filter((status, index, all) => all.findIndex((other) => other.context === status.context) === index);
      const states = latest.map((status) => status.state);
      const state = states.some((each) => each === 'failure' || each === 'error')
        ? 'failure'
        : states.length === 0 || states.includes('pending')
          ? 'pending'
          : 'success';
      return {
        status: 200,
        body: {
          state,
          sha,
          total_count: latest.length,
          statuses: latest.map(({ creator: _, ...status }) => status),
          repository: toMinimalRepository(world.baseUrl, {
            id: world.repositoryId,
            owner: world.owner,
            name: world.repo,
            private: world.private,
          }),
          commit_url: `${world.baseUrl}${repositoryPath(world)}/commits/${sha}`,
          url: `${world.baseUrl}${repositoryPath(world)}/commits/${sha}/status`,
        },
      };
    },
  };
}
