import type { StoredArtifact } from '../results-service.ts';
import { type Json, toMinimalRepository, toSimpleUser } from './objects.ts';
import { type GithubWorld, invalid, NOT_FOUND, paginate, type Routes, repositoryPath } from './route.ts';

/** A workflow run as a test plants it, or as a dispatch made it. */
export interface RunSeed {
  readonly id: number;
  readonly headSha: string;
  readonly headBranch?: string;
  readonly event?: string;
  readonly attempt?: number;
  readonly status?: 'queued' | 'in_progress' | 'completed';
  readonly conclusion?: 'success' | 'failure' | 'cancelled' | 'timed_out' | 'skipped' | 'neutral' | null;
  /** Path of the workflow file. */
  readonly workflow?: string;
  /** Head repository of a fork's run: owner and name differ from the base repository's. */
  readonly headRepository?: { readonly id: number; readonly owner: string; readonly name: string };
  /** Reusable workflows that it called, `owner/name/.github/workflows/file.yml@ref`; the commit is the ref where that is an id. */
  readonly referencedWorkflows?: readonly (string | { readonly path: string; readonly sha: string })[];
  /** Reviews of environments by people. */
  /** Who started it, and who started it again; default the owner. */
  readonly actor?: string;
  readonly startedAgainBy?: string;
  readonly approvals?: readonly { readonly by: string; readonly environment: string; readonly state?: 'approved' | 'rejected' }[];
  /** ISO 8601; default when it was planted. */
  readonly updatedAt?: string;
  readonly jobs?: readonly JobSeed[];
}

/** A job of a run. */
export interface JobSeed {
  readonly name: string;
  readonly conclusion: string | null;
  /** Names of its steps, evaluated. */
  readonly steps?: readonly string[];
  /** Attempt that it is listed in; absent, every one. */
  readonly attempt?: number;
  readonly runnerName?: string;
}

/** What was dispatched, for assertions. */
export interface Dispatch {
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly runId: number;
}

export interface Runs {
  readonly routes: Routes;
  add(run: RunSeed): void;
}

const WORKFLOW = '.github/workflows/testops-ci.yml';

/** Workflow runs, jobs, dispatches (noted in `dispatches`), and the artifacts that the results service holds for these runs. */
export function createRuns(world: GithubWorld, dispatches: Dispatch[]): Runs {
  const runs: RunSeed[] = [];
  const base = `${world.baseUrl}${repositoryPath(world)}`;
  const findRun = (id: string | undefined): RunSeed | undefined => runs.find((run) => String(run.id) === id);
  const toRun = (run: RunSeed): Json => runJson(world, run);
  const artifacts = (runId?: number): readonly Json[] =>
    (world.results?.artifacts(runId) ?? []).map((artifact) => toArtifact(artifact)).reverse();
  const toArtifact = (artifact: StoredArtifact): Json => {
    const run = findRun(String(artifact.runId));
    return {
      id: artifact.id,
      node_id: `A_${artifact.id}`,
      name: artifact.name,
      size_in_bytes: artifact.sizeBytes,
      url: `${base}/actions/artifacts/${artifact.id}`,
      archive_download_url: `${base}/actions/artifacts/${artifact.id}/zip`,
      expired: artifact.expired,
      digest: artifact.digest,
      created_at: artifact.createdAt,
      updated_at: artifact.createdAt,
      expires_at: artifact.expiresAt,
      workflow_run:
        run === undefined
          ? { id: artifact.runId }
          : {
              id: run.id,
              repository_id: world.repositoryId,
              head_repository_id: run.headRepository?.id ?? world.repositoryId,
              head_branch: run.headBranch ?? world.defaultBranch,
              head_sha: run.headSha,
            },
    };
  };
  const listArtifacts = (
    all: readonly Json[],
    path: string,
    call: Parameters<Routes[string]>[0],
  ): { status: number; body: Json; headers: Record<string, string> } => {
    const name = call.query.get('name');
    const named = all.filter((artifact) => name === null || artifact.name === name);
    const { items, headers } = paginate(world, path, call.query, named);
    return { status: 200, body: { total_count: named.length, artifacts: items }, headers };
  };
  const findArtifact = (id: string | undefined): StoredArtifact | undefined =>
    world.results?.artifacts().find((artifact) => String(artifact.id) === id);
  const listRuns = (
    call: Parameters<Routes[string]>[0],
    path: string,
    workflow?: string,
  ): { status: number; body: Json; headers: Record<string, string> } => {
    const matching = runs
      .filter((run) => workflow === undefined || (run.workflow ?? WORKFLOW).endsWith(`/${workflow}`))
      .map(toRun)
      .filter(
        (run) =>
          ['event', 'head_sha'].every((key) => (call.query.get(key) ?? run[key]) === run[key]) &&
          (call.query.get('branch') ?? run.head_branch) === run.head_branch &&
          [run.status, run.conclusion].includes(call.query.get('status') ?? run.status),
      )
      .sort((a, b) => Number(b.id) - Number(a.id));
    const { items, headers } = paginate(world, path, call.query, matching);
    return { status: 200, body: { total_count: matching.length, workflow_runs: items }, headers };
  };

  const routes: Routes = {
    'GET /repos/{owner}/{repo}/actions/runs': (call) => listRuns(call, `${repositoryPath(world)}/actions/runs`),
    'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': (call) =>
      listRuns(call, `${repositoryPath(world)}/actions/workflows/${call.params.workflow_id}/runs`, call.params.workflow_id),
    'GET /repos/{owner}/{repo}/actions/runs/{run_id}': ({ params }) => {
      const run = findRun(params.run_id);
      return run === undefined ? NOT_FOUND : { status: 200, body: toRun(run) };
    },
    'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}': ({ params }) => {
      const run = findRun(params.run_id);
      return run === undefined || String(run.attempt ?? 1) !== params.attempt_number ? NOT_FOUND : { status: 200, body: toRun(run) };
    },
    'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals': ({ params }) => {
      const run = findRun(params.run_id);
      if (run === undefined) return NOT_FOUND;
      const body = (run.approvals ?? []).map(({ by, environment, state = 'approved' }, index) => ({
        state,
        comment: '',
        user: toSimpleUser(world.baseUrl, { login: by, id: 9000 + index }),
        environments: [{ id: 1, node_id: 'EN_1', name: environment, created_at: world.now(), updated_at: world.now() }],
      }));
      return { status: 200, body };
    },
    'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs': (call) => {
      const run = findRun(call.params.run_id);
      if (run === undefined) return NOT_FOUND;
      const jobs = (run.jobs ?? []).map((job, index) => jobJson(world, run, job, index));
      const { items, headers } = paginate(world, `${repositoryPath(world)}/actions/runs/${run.id}/jobs`, call.query, jobs);
      return { status: 200, body: { total_count: jobs.length, jobs: items }, headers };
    },
    'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs': (call) => {
      const run = findRun(call.params.run_id);
      const attempt = Number(call.params.attempt_number);
      if (run === undefined || attempt > (run.attempt ?? 1)) return NOT_FOUND;
      const jobs = (run.jobs ?? [])
        .filter((job) => (job.attempt ?? attempt) === attempt)
        .map((job, index) => jobJson(world, run, job, index));
      const path = `${repositoryPath(world)}/actions/runs/${run.id}/attempts/${attempt}/jobs`;
      const { items, headers } = paginate(world, path, call.query, jobs);
      return { status: 200, body: { total_count: jobs.length, jobs: items }, headers };
    },
    'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts': (call) =>
      listArtifacts(artifacts(Number(call.params.run_id)), `${repositoryPath(world)}/actions/runs/${call.params.run_id}/artifacts`, call),
    'GET /repos/{owner}/{repo}/actions/artifacts': (call) => listArtifacts(artifacts(), `${repositoryPath(world)}/actions/artifacts`, call),
    'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}': ({ params }) => {
      const artifact = findArtifact(params.artifact_id);
      return artifact === undefined ? NOT_FOUND : { status: 200, body: toArtifact(artifact) };
    },
    'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}': async ({ params }) => {
      const artifact = findArtifact(params.artifact_id);
      if (artifact === undefined || params.archive_format !== 'zip' || world.results === undefined) return NOT_FOUND;
      if (artifact.expired)
        return { status: 410, body: { message: 'Artifact has expired', documentation_url: 'https://docs.github.com/rest' } };
      return { status: 302, headers: { location: await world.results.signArtifact(artifact.id) } };
    },
    'DELETE /repos/{owner}/{repo}/actions/artifacts/{artifact_id}': async ({ params }) => {
      const artifact = findArtifact(params.artifact_id);
      if (artifact === undefined || world.results === undefined) return NOT_FOUND;
      await world.results.deleteArtifact(artifact.id);
      return { status: 204 };
    },
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches': async ({ params, body }) => {
      const ref = String(body.ref);
      const headSha = await world.resolveCommit(ref);
      if (headSha === undefined) return invalid(`No ref found for: ${ref}`);
      const workflow = params.workflow_id ?? '';
      const runId = world.nextId();
      runs.push({
        id: runId,
        headSha,
        headBranch: ref,
        event: 'workflow_dispatch',
        status: 'queued',
        conclusion: null,
        workflow: `.github/workflows/${workflow}`,
      });
      dispatches.push({ workflow, ref, inputs: (body.inputs ?? {}) as Json, runId });
      if (body.return_run_details !== true) return { status: 204 };
      return {
        status: 200,
        body: {
          workflow_run_id: runId,
          run_url: `${base}/actions/runs/${runId}`,
          html_url: `https://github.com/${world.owner.login}/${world.repo}/actions/runs/${runId}`,
        },
      };
    },
  };
  return {
    routes,
    // A run that is known goes on: it ended, or has another attempt.
    add: (seed) => {
      const run = { updatedAt: world.now(), ...seed };
      const at = runs.findIndex(({ id }) => id === run.id);
      if (at < 0) runs.push(run);
      else runs[at] = run;
    },
  };
}

function runJson(world: GithubWorld, run: RunSeed): Json {
  const base = `${world.baseUrl}${repositoryPath(world)}`;
  const url = `${base}/actions/runs/${run.id}`;
  const repository = toMinimalRepository(world.baseUrl, {
    id: world.repositoryId,
    owner: world.owner,
    name: world.repo,
    private: world.private,
  });
  const head = run.headRepository;
  const status = run.status ?? 'completed';
  const workflow = run.workflow ?? WORKFLOW;
  return {
    id: run.id,
    name: 'testops-ci',
    node_id: `WFR_${run.id}`,
    head_branch: run.headBranch ?? world.defaultBranch,
    head_sha: run.headSha,
    path: workflow,
    referenced_workflows: (run.referencedWorkflows ?? []).map((one) => {
      const path = typeof one === 'string' ? one : one.path;
      const sha = typeof one === 'string' ? (/@([0-9a-f]{40})$/.exec(one)?.[1] ?? 'f'.repeat(40)) : one.sha;
      return { path, sha, ref: 'refs/heads/main' };
    }),
    display_title: 'testops-ci',
    run_number: run.id,
    run_attempt: run.attempt ?? 1,
    event: run.event ?? 'push',
    status,
    conclusion: status === 'completed' ? (run.conclusion === undefined ? 'success' : run.conclusion) : null,
    workflow_id: workflowId(workflow),
    url,
    html_url: `https://github.com/${world.owner.login}/${world.repo}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: world.now(),
    updated_at: run.updatedAt ?? world.now(),
    run_started_at: world.now(),
    actor: toSimpleUser(world.baseUrl, run.actor ? { login: run.actor, id: 4000 } : world.owner),
    triggering_actor: toSimpleUser(world.baseUrl, run.startedAgainBy ? { login: run.startedAgainBy, id: 4001 } : world.owner),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${base}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${base}/actions/workflows/${workflowId(workflow)}`,
    head_commit: {
      id: run.headSha,
      tree_id: run.headSha,
      message: 'head commit',
      timestamp: world.now(),
      author: { name: 'Test Author', email: 'author@example.test' },
      committer: { name: 'Test Author', email: 'author@example.test' },
    },
    repository,
    head_repository:
      head === undefined
        ? repository
        : toMinimalRepository(world.baseUrl, {
            id: head.id,
            owner: { login: head.owner, id: head.id + 1 },
            name: head.name,
            private: false,
          }),
  };
}

function jobJson(world: GithubWorld, run: RunSeed, job: JobSeed, index: number): Json {
  const base = `${world.baseUrl}${repositoryPath(world)}`;
  const id = run.id * 1000 + index;
  return {
    id,
    node_id: `CR_${id}`,
    run_id: run.id,
    run_url: `${base}/actions/runs/${run.id}`,
    run_attempt: job.attempt ?? run.attempt ?? 1,
    head_sha: run.headSha,
    head_branch: run.headBranch ?? world.defaultBranch,
    workflow_name: 'testops-ci',
    name: job.name,
    url: `${base}/actions/jobs/${id}`,
    html_url: `https://github.com/${world.owner.login}/${world.repo}/actions/runs/${run.id}/job/${id}`,
    status: job.conclusion === null ? 'in_progress' : 'completed',
    conclusion: job.conclusion,
    created_at: world.now(),
    started_at: world.now(),
    completed_at: job.conclusion === null ? null : world.now(),
    check_run_url: `${base}/check-runs/${id}`,
    labels: ['ubuntu-latest'],
    runner_id: 1,
    runner_name: job.runnerName ?? 'GitHub Actions 1',
    runner_group_id: 1,
    runner_group_name: 'Default',
    steps: (job.steps ?? []).map((name, at) => ({
      name,
      number: at + 1,
      status: 'completed',
      conclusion: 'success',
      started_at: world.now(),
      completed_at: world.now(),
    })),
  };
}

/** Any number that is the same for the same file. */
function workflowId(path: string): number {
  return [...path].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003, 7);
}
