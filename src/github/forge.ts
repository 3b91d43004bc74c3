import { type Forge, type ForgeState, type Http, UserError } from '../core/index.ts';
import { countRequiredReviewers, findPeople, listEnvironmentApprovals } from './approvals.ts';
import { listAttestations } from './attestations.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';
import { compareCommits, listRepositoryFiles, readDefaultBranch, readRepositoryFile } from './contents.ts';
import { openDecisionFiles } from './decision-files.ts';
import { findCommitState, listFirstParents, listTreeFiles, readGitBlob } from './history.ts';
import { listReleaseSummaries } from './release-decisions.ts';
import { removeRepositoryTag } from './remove-tag.ts';
import {
  fetchRunArtifact,
  findRepositoryRun,
  listRunArtifacts,
  listRunJobs,
  listRunsOnCommit,
  listStatusesOfRuns,
  listTagPushRuns,
} from './runs.ts';
import { createRepositoryTag, listRepositoryTags, resolveTag } from './tags.ts';

export interface ForgeOptions {
  readonly client: GithubClient;
  readonly http: Http;
  readonly repository: RepositoryName;
  /** Name of the default branch, where the event told it. */
  readonly defaultBranch?: string | undefined;
}

/** GitHub's REST API as the port that the suite asks. */
export function createForge({ client, http, repository, defaultBranch }: ForgeOptions): Forge {
  // What a commit holds never changes, and within one command the default branch shall be one and the same.
  const files = new Map<string, Promise<Uint8Array | undefined>>();
  const states = new Map<string, Promise<ForgeState | undefined>>();
  const trees = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const blobs = new Map<string, Promise<Uint8Array>>();
  const remember = <T>(known: Map<string, Promise<T>>, id: string, read: () => Promise<T>): Promise<T> => {
    const value = known.get(id) ?? read();
    known.set(id, value);
    return value;
  };
  const decisionFiles = openDecisionFiles(client, repository);
  let branch: ReturnType<Forge['defaultBranch']> | undefined;
  const readBranch = () => {
    branch ??= readDefaultBranch(client, repository, defaultBranch);
    return branch;
  };
  return {
    repository: `${repository.owner}/${repository.repo}`,
    findRun: (id) => findRepositoryRun(client, repository, id),
    listRuns: (commit) => listRunsOnCommit(client, repository, commit),
    listJobs: (runId, attempt) => listRunJobs(client, repository, runId, attempt),
    findState: (commit) => remember(states, commit, () => findCommitState(client, repository, commit)),
    listHistory: async function* () {
      yield* listFirstParents(client, repository, (await readBranch()).commit);
    },
    listTree: (id) => remember(trees, id, () => listTreeFiles(client, repository, id)),
    readBlob: (id) => remember(blobs, id, () => readGitBlob(client, repository, id)),
    listTagPushes: (tag) => listTagPushRuns(client, repository, tag),
    listStatuses: (commit, context) => listStatusesOfRuns(client, repository, commit, context),
    listAttestations: (sha256) => listAttestations(client, repository, sha256),
    listLedgerSummaries: (tag) => decisionFiles.list(tag),
    listLedgerTags: () => decisionFiles.listTags(),
    listReleaseSummaries: (tag) => listReleaseSummaries(client, repository, tag),
    listArtifacts: (runId) => listRunArtifacts(client, repository, runId),
    fetchArtifact: (artifact, maxBytes, limits) => fetchRunArtifact({ client, http }, repository, artifact, maxBytes, limits),
    defaultBranch: readBranch,
    readFile: (path, commit) => {
      const key = `${commit}:${path}`;
      const known = files.get(key) ?? readRepositoryFile(client, repository, path, commit);
      files.set(key, known);
      return known;
    },
    listFiles: (commit) => listRepositoryFiles(client, repository, commit),
    findTag: (name) => resolveTag(client, repository, name),
    listTags: () => listRepositoryTags(client, repository),
    compare: (from, to) => compareCommits(client, repository, from, to),
    findPeople: (commit, runId, since) => findPeople(client, repository, { commit, runId, since }),
    listApprovedEnvironments: async (runId) =>
      (await listEnvironmentApprovals(client, repository, runId)).flatMap(({ state, environment }) =>
        state === 'approved' && environment !== undefined ? [environment] : [],
      ),
    countReviewers: (environment) => countRequiredReviewers(client, repository, environment),
    findPerson: () => findPerson(client),
    removeTag: (name, commit) => removeRepositoryTag(client, repository, name, commit),
    createTag: (name, commit) => createRepositoryTag(client, repository, name, commit),
    dispatch: async (workflow, inputs) => {
      const { name } = await readBranch();
      return dispatchWorkflow(client, repository, { workflow, ref: name, inputs });
    },
  };
}

/** An app's token is nobody's: GitHub answers 403. */
async function findPerson(client: GithubClient): Promise<string | undefined> {
  try {
    const { login } = (await client.rest.users.getAuthenticated()).data;
    return login.endsWith('[bot]') ? undefined : login;
  } catch (error) {
    if (statusOf(error) === 403 || statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function dispatchWorkflow(
  client: GithubClient,
  repository: RepositoryName,
  { workflow, ref, inputs }: { readonly workflow: string; readonly ref: string; readonly inputs: Readonly<Record<string, string>> },
): Promise<string | undefined> {
  try {
    const { data } = (await client.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
      ...repository,
      workflow_id: workflow,
      ref,
      inputs: { ...inputs },
      return_run_details: true,
      // A second try could start a second run.
      request: { retries: 0 },
    } as never)) as { data?: { html_url?: string } };
    return data?.html_url;
  } catch (error) {
    const status = statusOf(error);
    if (status !== 403 && status !== 404 && status !== 422) throw error;
    throw new UserError(
      {
        where: `the workflow ${workflow} of ${repository.owner}/${repository.repo}`,
        found:
          status === 422
            ? 'another set of inputs, or no workflow_dispatch'
            : `status ${status}: it is not there, or the token may not start it`,
        expected: `.github/workflows/${workflow} on ${ref}, with workflow_dispatch and the inputs ${Object.keys(inputs).join(', ')}`,
        todo: 'add the workflow (actions/sign/README.md has it to copy), and use a token that may start workflows (actions: write)',
      },
      { cause: error },
    );
  }
}
