import { type Json, toSimpleUser } from './objects.ts';
import { type GithubWorld, invalid, NOT_FOUND, paginate, type Routes, repositoryPath } from './route.ts';

/** Environments with their protection rules, deployments and their statuses. */
export function createDeploymentRoutes(world: GithubWorld): Routes {
  const environments: Json[] = [];
  const deployments: { readonly deployment: Json; readonly statuses: Json[] }[] = [];
  const base = `${world.baseUrl}${repositoryPath(world)}`;
  const findEnvironment = (name: string | undefined): Json | undefined => environments.find((each) => each.name === name);
  const findDeployment = (id: string | undefined): (typeof deployments)[number] | undefined =>
    deployments.find((each) => String(each.deployment.id) === id);
  const ensureEnvironment = (name: string): Json => {
    const known = findEnvironment(name);
    if (known !== undefined) return known;
    const id = world.nextId();
    const environment: Json = {
      id,
      node_id: `EN_${id}`,
      name,
      url: `${base}/environments/${encodeURIComponent(name)}`,
      html_url: `https://github.com/${world.owner.login}/${world.repo}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
      created_at: world.now(),
      updated_at: world.now(),
      protection_rules: [],
      deployment_branch_policy: null,
    };
    environments.push(environment);
    return environment;
  };
  return {
    'GET /repos/{owner}/{repo}/environments': (call) => {
      const { items, headers } = paginate(world, `${repositoryPath(world)}/environments`, call.query, environments);
      return { status: 200, body: { total_count: environments.length, environments: items }, headers };
    },
    'GET /repos/{owner}/{repo}/environments/{environment_name}': ({ params }) => {
      const environment = findEnvironment(params.environment_name);
      return environment === undefined ? NOT_FOUND : { status: 200, body: environment };
    },
    'PUT /repos/{owner}/{repo}/environments/{environment_name}': ({ params, body }) => {
      const environment = ensureEnvironment(params.environment_name ?? '');
      const rules: Json[] = [];
      const rule = (type: string, extra: Json): void => {
        const id = world.nextId();
        rules.push({ id, node_id: `GA_${id}`, type, ...extra });
      };
      if (typeof body.wait_timer === 'number' && body.wait_timer > 0) rule('wait_timer', { wait_timer: body.wait_timer });
      const reviewers = (body.reviewers ?? []) as readonly Json[];
      if (reviewers.length > 6) return invalid('An environment can have up to six reviewers');
      if (reviewers.length > 0) {
        rule('required_reviewers', {
          prevent_self_review: body.prevent_self_review ?? false,
          reviewers: reviewers.map((each) => ({
            type: each.type,
            reviewer: toSimpleUser(world.baseUrl, { login: `reviewer-${each.id}`, id: Number(each.id) }),
          })),
        });
      }
      if (body.deployment_branch_policy !== undefined && body.deployment_branch_policy !== null) rule('branch_policy', {});
      Object.assign(environment, {
        protection_rules: rules,
        deployment_branch_policy: body.deployment_branch_policy ?? null,
        updated_at: world.now(),
      });
      return { status: 200, body: environment };
    },
    'DELETE /repos/{owner}/{repo}/environments/{environment_name}': ({ params }) => {
      const environment = findEnvironment(params.environment_name);
      if (environment === undefined) return NOT_FOUND;
      environments.splice(environments.indexOf(environment), 1);
      return { status: 204 };
    },
    'POST /repos/{owner}/{repo}/deployments': async ({ body, actor }) => {
      const sha = await world.resolveCommit(String(body.ref));
      if (sha === undefined) return invalid(`No ref found for: ${String(body.ref)}`);
      const id = world.nextId();
      const environment = String(body.environment ?? 'production');
      ensureEnvironment(environment);
      const deployment: Json = {
        url: `${base}/deployments/${id}`,
        id,
        node_id: `DE_${id}`,
        sha,
        ref: body.ref,
        task: body.task ?? 'deploy',
        payload: body.payload ?? {},
        original_environment: environment,
        environment,
        description: body.description ?? null,
        creator: toSimpleUser(world.baseUrl, actor),
        created_at: world.now(),
        updated_at: world.now(),
        statuses_url: `${base}/deployments/${id}/statuses`,
        repository_url: base,
        transient_environment: body.transient_environment ?? false,
        production_environment: body.production_environment ?? environment === 'production',
      };
      deployments.unshift({ deployment, statuses: [] });
      return { status: 201, body: deployment };
    },
    'GET /repos/{owner}/{repo}/deployments': (call) => {
      const matching = deployments
        .map((each) => each.deployment)
        .filter((each) => ['sha', 'ref', 'task', 'environment'].every((key) => (call.query.get(key) ?? each[key]) === each[key]));
      const { items, headers } = paginate(world, `${repositoryPath(world)}/deployments`, call.query, matching);
      return { status: 200, body: items, headers };
    },
    'GET /repos/{owner}/{repo}/deployments/{deployment_id}': ({ params }) => {
      const found = findDeployment(params.deployment_id);
      return found === undefined ? NOT_FOUND : { status: 200, body: found.deployment };
    },
    'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': ({ params, body, actor }) => {
      const found = findDeployment(params.deployment_id);
      if (found === undefined) return NOT_FOUND;
      const id = world.nextId();
      const status: Json = {
        url: `${base}/deployments/${found.deployment.id}/statuses/${id}`,
        id,
        node_id: `DES_${id}`,
        state: body.state,
        creator: toSimpleUser(world.baseUrl, actor),
        description: body.description ?? '',
        environment: body.environment ?? found.deployment.environment,
        target_url: body.target_url ?? body.log_url ?? '',
        created_at: world.now(),
        updated_at: world.now(),
        deployment_url: found.deployment.url,
        repository_url: base,
        environment_url: body.environment_url ?? '',
        log_url: body.log_url ?? '',
      };
      found.statuses.unshift(status);
      return { status: 201, body: status };
    },
    'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': (call) => {
      const found = findDeployment(call.params.deployment_id);
      if (found === undefined) return NOT_FOUND;
      const { items, headers } = paginate(
        world,
        `${repositoryPath(world)}/deployments/${call.params.deployment_id}/statuses`,
        call.query,
        found.statuses,
      );
      return { status: 200, body: items, headers };
    },
  };
}
