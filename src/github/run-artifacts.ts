import { type Http, sha256, UserError } from '../core/index.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';

/** A workflow run, as GitHub itself tells it. */
export interface WorkflowRun {
  readonly id: number;
  readonly attempt: number;
  readonly event: string;
  readonly completed: boolean;
  readonly headSha: string;
  /** `owner/name`; undefined when the fork is gone. */
  readonly headRepository: string | undefined;
  /** Page of the run. */
  readonly url: string;
}

/** An artifact of another run. */
export interface RunArtifact {
  readonly id: number;
  readonly name: string;
  /** Of the zip. */
  readonly sizeBytes: number;
  /** Hexadecimal SHA-256 of the zip, where the service recorded it. */
  readonly sha256: string | undefined;
}

const DOWNLOAD_TIMEOUT_MS = 120_000;

/** Asks GitHub about a run. @throws UserError when there is none. */
export async function findRun(client: GithubClient, repository: RepositoryName, runId: number): Promise<WorkflowRun> {
  try {
    const { data } = await client.rest.actions.getWorkflowRun({ ...repository, run_id: runId });
    return {
      id: data.id,
      attempt: data.run_attempt ?? 1,
      event: data.event,
      completed: data.status === 'completed',
      headSha: data.head_sha,
      // Described as always there, but a fork can be deleted.
      headRepository: (data.head_repository as { full_name?: string } | null)?.full_name,
      url: data.html_url,
    };
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw new UserError(
      {
        where: `run ${runId}`,
        found: `no such run in ${repository.owner}/${repository.repo}`,
        expected: 'a workflow run of this repository',
        todo: 'mend the run’s number',
      },
      { cause: error },
    );
  }
}

/** The artifact with this very name. @throws UserError when there is none, or its time is over. */
export async function findRunArtifact(
  client: GithubClient,
  repository: RepositoryName,
  run: WorkflowRun,
  name: string,
): Promise<RunArtifact> {
  const { data } = await client.rest.actions.listWorkflowRunArtifacts({ ...repository, run_id: run.id, name, per_page: 100 });
  const found = data.artifacts.filter((artifact) => artifact.name === name && !artifact.expired);
  const [artifact] = found;
  if (artifact === undefined || found.length > 1) {
    throw new UserError({
      where: `run ${run.id}`,
      found: `${artifact === undefined ? 'no' : 'more than one'} artifact ${name}`,
      expected: 'the decision that the run’s deciding job uploads',
      todo: 'look at the run: it may have been cancelled, or have failed before it decided',
    });
  }
  return {
    id: artifact.id,
    name: artifact.name,
    sizeBytes: artifact.size_in_bytes,
    sha256: /^sha256:([0-9a-f]{64})$/.exec(artifact.digest ?? '')?.[1],
  };
}

/**
 * Downloads the zip of an artifact. GitHub answers with an address elsewhere that is good for a minute; the token is not sent there.
 * @throws UserError when it is larger than `maxBytes`, has another digest than the one recorded, or cannot be had.
 */
export async function downloadRunArtifact(
  connection: { readonly client: GithubClient; readonly http: Http },
  repository: RepositoryName,
  artifact: RunArtifact,
  maxBytes: number,
): Promise<Uint8Array> {
  const bytes = await receiveRunArtifact(connection, repository, artifact, maxBytes);
  if (artifact.sha256 !== undefined && sha256(bytes) !== artifact.sha256)
    throw unusable(artifact, maxBytes, 'bytes with another digest than the one recorded at upload');
  return bytes;
}

/** The same, whatever digest the bytes have: the caller compares. */
export async function receiveRunArtifact(
  { client, http }: { readonly client: GithubClient; readonly http: Http },
  repository: RepositoryName,
  artifact: RunArtifact,
  maxBytes: number,
): Promise<Uint8Array> {
  const refuse = (found: string) => unusable(artifact, maxBytes, found);
  if (artifact.sizeBytes > maxBytes) throw refuse(`${artifact.sizeBytes} bytes`);
  const redirect = await client.request('GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}', {
    ...repository,
    artifact_id: artifact.id,
    archive_format: 'zip',
    request: { redirect: 'manual' },
  });
  const { location } = redirect.headers;
  if (location === undefined) throw refuse('no address to download it from');
  const answer = await http.request({ method: 'GET', url: location, timeoutMs: DOWNLOAD_TIMEOUT_MS, maxBytes });
  if (answer.kind === 'unreachable') throw refuse(answer.reason === 'too-large' ? `more than ${maxBytes} bytes` : answer.detail);
  if (answer.status !== 200) throw refuse(`status ${answer.status} from its store`);
  return answer.body;
}

function unusable(artifact: RunArtifact, maxBytes: number, found: string): UserError {
  return new UserError({
    where: `artifact ${artifact.name}`,
    found,
    expected: `a zip of at most ${maxBytes} bytes, as it was uploaded`,
    todo: 'look at the run that made it; nothing in it was used',
  });
}

/** Numbers of the open pull requests whose head is this very commit now. */
export async function findPullRequests(client: GithubClient, repository: RepositoryName, headSha: string): Promise<readonly number[]> {
  const pulls = await client.paginate(client.rest.repos.listPullRequestsAssociatedWithCommit, {
    ...repository,
    commit_sha: headSha,
    per_page: 100,
  });
  return pulls
    .filter((pull) => pull.state === 'open' && pull.head.sha === headSha)
    .map((pull) => pull.number)
    .sort((a, b) => a - b);
}
