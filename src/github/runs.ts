import { type ForgeArtifact, type ForgeJob, type ForgeRun, type ForgeStatus, type Http, sha256 } from '../core/index.ts';
import type { ArchiveLimits, FetchedArtifact } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';
import { readArchive } from './read-archive.ts';
import { receiveRunArtifact } from './run-artifacts.ts';

type RunAnswer = Awaited<ReturnType<GithubClient['rest']['actions']['getWorkflowRun']>>['data'];

/** A run, or undefined when this repository has none with that number. */
export async function findRepositoryRun(client: GithubClient, repository: RepositoryName, id: string): Promise<ForgeRun | undefined> {
  try {
    return toRun((await client.rest.actions.getWorkflowRun({ ...repository, run_id: Number(id) })).data);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Every run whose head is a commit, newest first. A run that goes on, or was started again, can hold what it decided before. */
export async function listRunsOnCommit(client: GithubClient, repository: RepositoryName, commit: string): Promise<readonly ForgeRun[]> {
  const runs = await client.paginate(client.rest.actions.listWorkflowRunsForRepo, { ...repository, head_sha: commit, per_page: 100 });
  return newestFirst(runs.map(toRun));
}

/** Runs that pushes of beta tags started. GitHub lists at most 1,000 runs for one question; with the name of a tag there are only that tag's. */
export async function listTagPushRuns(
  client: GithubClient,
  repository: RepositoryName,
  tag: string | undefined,
): Promise<readonly ForgeRun[]> {
  const runs = await client.paginate(client.rest.actions.listWorkflowRunsForRepo, {
    ...repository,
    event: 'push',
    ...(tag === undefined ? {} : { branch: tag }),
    per_page: 100,
  });
  return newestFirst(runs.map(toRun).filter(({ headBranch }) => (tag === undefined ? isBetaTag(headBranch) : headBranch === tag)));
}

function isBetaTag(name: string | null): boolean {
  return name !== null && /^v\d+\.\d+\.\d+-beta\.\d+$/.test(name);
}

function newestFirst(runs: readonly ForgeRun[]): readonly ForgeRun[] {
  return [...runs].sort((a, b) => Number(b.id) - Number(a.id));
}

/** A commit that the repository does not have, as anyone can name in a ledger, has none; a token that may not read them is refused. */
async function listAllStatuses(client: GithubClient, repository: RepositoryName, commit: string) {
  try {
    return await client.paginate(client.rest.repos.listCommitStatusesForRef, { ...repository, ref: commit, per_page: 100 });
  } catch (error) {
    const isAbsent = statusOf(error) === 404 || statusOf(error) === 422;
    if (isAbsent && !(await hasCommit(client, repository, commit))) return [];
    throw error;
  }
}

async function hasCommit(client: GithubClient, repository: RepositoryName, commit: string): Promise<boolean> {
  try {
    await client.rest.git.getCommit({ ...repository, commit_sha: commit });
    return true;
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 422) throw error;
    // A private repository that the token must not read is a 404 as well.
    await client.rest.repos.get({ ...repository });
    return false;
  }
}

/** Statuses of a context that link to a run of this repository. Anybody with write access can set such a link: the run is judged, not the link. */
export async function listStatusesOfRuns(
  client: GithubClient,
  repository: RepositoryName,
  commit: string,
  context: string,
): Promise<readonly ForgeStatus[]> {
  const statuses = await listAllStatuses(client, repository, commit);
  return statuses.flatMap((status) => {
    if (status.context !== context) return [];
    const [, runId, mark] = /\/actions\/runs\/(\d{1,18})(?=[/?#]|$)[^#]*(?:#(.*))?$/.exec(status.target_url ?? '') ?? [];
    return runId === undefined ? [] : [{ runId, state: status.state, mark, at: status.created_at }];
  });
}

/** Every job in one attempt of a run. A job that was not run again is listed with what it was in the attempt before. */
export async function listRunJobs(
  client: GithubClient,
  repository: RepositoryName,
  runId: string,
  attempt: number,
): Promise<readonly ForgeJob[]> {
  const jobs = await client.paginate(client.rest.actions.listJobsForWorkflowRunAttempt, {
    ...repository,
    run_id: Number(runId),
    attempt_number: attempt,
    per_page: 100,
  });
  return jobs.map((job) => ({
    id: String(job.id),
    name: job.name,
    status: job.status,
    conclusion: job.conclusion,
    runnerName: job.runner_name ?? undefined,
    runnerGroup: job.runner_group_name ?? undefined,
    labels: job.labels,
    steps: (job.steps ?? []).map(({ name, number, status, conclusion }) => ({ name, number, status, conclusion })),
  }));
}

/** Artifacts of a run whose time is not over. */
export async function listRunArtifacts(client: GithubClient, repository: RepositoryName, runId: string): Promise<readonly ForgeArtifact[]> {
  const { data } = await client.rest.actions.listWorkflowRunArtifacts({ ...repository, run_id: Number(runId), per_page: 100 });
  const artifacts =
    data.total_count <= data.artifacts.length
      ? data.artifacts
      : await client.paginate(client.rest.actions.listWorkflowRunArtifacts, { ...repository, run_id: Number(runId), per_page: 100 });
  return artifacts
    .filter((artifact) => !artifact.expired)
    .map(({ id, name, size_in_bytes: sizeBytes, digest }) => ({
      id,
      name,
      sizeBytes,
      sha256: /^sha256:([0-9a-f]{64})$/.exec(digest ?? '')?.[1],
    }));
}

/** Downloads an artifact, holds it against the digest that the service recorded, and unpacks it in memory. Without a recorded digest nothing vouches for the bytes. */
export async function fetchRunArtifact(
  connection: { readonly client: GithubClient; readonly http: Http },
  repository: RepositoryName,
  artifact: ForgeArtifact,
  maxBytes: number,
  limits: ArchiveLimits,
): Promise<FetchedArtifact> {
  if (artifact.sha256 === undefined) return { kind: 'other-bytes', found: 'not compared', expected: 'a digest, and none is recorded' };
  const bytes = await receiveRunArtifact(connection, repository, artifact, maxBytes);
  const found = sha256(bytes);
  if (found !== artifact.sha256) return { kind: 'other-bytes', found, expected: artifact.sha256 };
  return { kind: 'unpacked', files: await readArchive(`artifact ${artifact.name}`, bytes, limits) };
}

function toRun(run: RunAnswer): ForgeRun {
  return {
    id: String(run.id),
    attempt: run.run_attempt ?? 1,
    repository: run.repository.full_name,
    // Described as always there, but a fork can be deleted.
    headRepository: (run.head_repository as { full_name?: string } | null)?.full_name ?? null,
    headSha: run.head_sha,
    headBranch: run.head_branch,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    path: run.path,
    referencedWorkflows: (run.referenced_workflows ?? []).map(({ path, sha, ref }) => ({ path, sha, ref })),
    updatedAt: run.updated_at,
    url: run.html_url,
  };
}
