import { type ForgeArtifact, type ForgeRun, type Http, sha256 } from '../core/index.ts';
import type { ArchiveLimits, FetchedArtifact } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';
import { readArchive } from './read-archive.ts';
import { receiveRunArtifact } from './run-artifacts.ts';

/** More runs on one commit are not looked at; the newest come first. */
const MAX_RUNS = 100;
const MAX_STATUSES = 100;

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

/** Completed runs whose head is a commit, newest first. */
export async function listRunsOnCommit(client: GithubClient, repository: RepositoryName, commit: string): Promise<readonly ForgeRun[]> {
  const { data } = await client.rest.actions.listWorkflowRunsForRepo({
    ...repository,
    head_sha: commit,
    status: 'completed',
    per_page: MAX_RUNS,
  });
  return data.workflow_runs.map(toRun).sort((a, b) => Number(b.id) - Number(a.id));
}

/** Ids of runs of this repository that the statuses of a context link to. Anybody with write access can set such a link: the run is judged, not the link. */
export async function listRunsOfStatuses(
  client: GithubClient,
  repository: RepositoryName,
  commit: string,
  context: string,
): Promise<readonly string[]> {
  const { data } = await client.rest.repos.listCommitStatusesForRef({ ...repository, ref: commit, per_page: MAX_STATUSES });
  const ids = data
    .filter((status) => status.context === context)
    .flatMap((status) => /\/actions\/runs\/(\d{1,18})(?:[/?#]|$)/.exec(status.target_url ?? '')?.[1] ?? []);
  return [...new Set(ids)];
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
    referencedWorkflows: (run.referenced_workflows ?? []).map(({ path }) => path),
    updatedAt: run.updated_at,
    url: run.html_url,
  };
}
