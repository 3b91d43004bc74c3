import type { Json } from './objects.ts';
import { type GithubWorld, invalid, NOT_FOUND, paginate, type Routes, repositoryPath } from './route.ts';

/** Rulesets: kept and given back; they are not enforced here. GitHub Actions can not be a bypass actor (platform rule, answered 422). */
export function createRulesetRoutes(world: GithubWorld, actionsAppId: number): Routes {
  const rulesets: Json[] = [];
  const find = (id: string | undefined): Json | undefined => rulesets.find((ruleset) => String(ruleset.id) === id);
  const refuse = (body: Json): string | undefined => {
    const actors = (body.bypass_actors ?? []) as readonly Json[];
    if (actors.some((actor) => actor.actor_type === 'Integration' && actor.actor_id === actionsAppId)) {
      return 'Validation Failed: Actor GitHub Actions integration must be part of the ruleset source or owner organization';
    }
    const nameTaken = rulesets.some((ruleset) => ruleset.name === body.name && ruleset.id !== body.id);
    return nameTaken ? 'Validation Failed: Name must be unique' : undefined;
  };
  const links = (id: number): Json => ({
    self: { href: `${world.baseUrl}${repositoryPath(world)}/rulesets/${id}` },
    html: { href: `https://github.com/${world.owner.login}/${world.repo}/rules/${id}` },
  });
  return {
    'POST /repos/{owner}/{repo}/rulesets': ({ body }) => {
      const refusal = refuse(body);
      if (refusal !== undefined) return invalid(refusal);
      const id = world.nextId();
      const ruleset: Json = {
        id,
        name: body.name,
        target: body.target ?? 'branch',
        source_type: 'Repository',
        source: `${world.owner.login}/${world.repo}`,
        enforcement: body.enforcement,
        bypass_actors: body.bypass_actors ?? [],
        conditions: body.conditions ?? { ref_name: { include: [], exclude: [] } },
        rules: body.rules ?? [],
        node_id: `RRS_${id}`,
        created_at: world.now(),
        updated_at: world.now(),
        _links: links(id),
      };
      rulesets.push(ruleset);
      return { status: 201, body: ruleset };
    },
    'GET /repos/{owner}/{repo}/rulesets': (call) => {
      // The list has no rules, conditions or bypass actors: those come one ruleset at a time.
      const listed = rulesets.map(({ rules: _rules, conditions: _conditions, bypass_actors: _actors, ...rest }) => rest);
      const { items, headers } = paginate(world, `${repositoryPath(world)}/rulesets`, call.query, listed);
      return { status: 200, body: items, headers };
    },
    'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}': ({ params }) => {
      const ruleset = find(params.ruleset_id);
      return ruleset === undefined ? NOT_FOUND : { status: 200, body: ruleset };
    },
    'PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}': ({ params, body }) => {
      const ruleset = find(params.ruleset_id);
      if (ruleset === undefined) return NOT_FOUND;
      const refusal = refuse({ ...ruleset, ...body });
      if (refusal !== undefined) return invalid(refusal);
      Object.assign(ruleset, body, { updated_at: world.now() });
      return { status: 200, body: ruleset };
    },
    'DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}': ({ params }) => {
      const ruleset = find(params.ruleset_id);
      if (ruleset === undefined) return NOT_FOUND;
      rulesets.splice(rulesets.indexOf(ruleset), 1);
      return { status: 204 };
    },
  };
}
