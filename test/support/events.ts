import { createHash } from 'node:crypto';

/** What starts a workflow: the event's name and payload, and the refs that the runner derives from it. */
export interface WorkflowEvent {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** `GITHUB_SHA`: for pull requests the merge commit. */
  readonly sha: string;
  /** `GITHUB_REF`. */
  readonly ref: string;
  readonly headRef?: string;
  readonly baseRef?: string;
  readonly actor?: string;
}

export interface EventRepository {
  readonly owner: string;
  readonly repo: string;
  readonly repositoryId?: number;
  readonly private?: boolean;
}

/** A push of a branch or, with a `refs/tags/` ref, of a tag. */
export function createPushEvent(repository: EventRepository, sha: string, ref = 'refs/heads/main'): WorkflowEvent {
  const payload = { ref, before: '0'.repeat(40), after: sha, created: true, deleted: false, forced: false, ...common(repository) };
  return { name: 'push', payload, sha, ref };
}

export interface PullRequestOptions {
  readonly number: number;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseSha: string;
  readonly baseRef?: string;
  /** Owner of the fork that the pull request comes from; absent: the same repository. */
  readonly forkOwner?: string;
  readonly title?: string;
  readonly action?: string;
  readonly draft?: boolean;
}

/** A pull request; its `GITHUB_SHA` is a merge commit that is neither head nor base. */
export function createPullRequestEvent(repository: EventRepository, options: PullRequestOptions): WorkflowEvent {
  const baseRef = options.baseRef ?? 'main';
  const isFork = options.forkOwner !== undefined && options.forkOwner !== repository.owner;
  const headOwner = options.forkOwner ?? repository.owner;
  const { repository: base } = common(repository);
  const headRepository = isFork
    ? { ...base, id: base.id + 1, full_name: `${headOwner}/${repository.repo}`, owner: { login: headOwner }, fork: true }
    : base;
  const pullRequest = {
    number: options.number,
    state: 'open',
    draft: options.draft ?? false,
    title: options.title ?? 'A change',
    html_url: `https://github.com/${repository.owner}/${repository.repo}/pull/${options.number}`,
    head: { ref: options.headRef, sha: options.headSha, label: `${headOwner}:${options.headRef}`, repo: headRepository },
    base: { ref: baseRef, sha: options.baseSha, label: `${repository.owner}:${baseRef}`, repo: base },
    user: { login: headOwner, id: 1, type: 'User' },
    labels: [],
  };
  const sha = createHash('sha1').update(`merge ${options.headSha} into ${options.baseSha}`).digest('hex');
  return {
    name: 'pull_request',
    payload: { action: options.action ?? 'opened', number: options.number, pull_request: pullRequest, ...common(repository) },
    sha,
    ref: `refs/pull/${options.number}/merge`,
    headRef: options.headRef,
    baseRef,
    actor: headOwner,
  };
}

/** A run by hand (or by `gh workflow run`). */
export function createDispatchEvent(
  repository: EventRepository,
  sha: string,
  inputs: Readonly<Record<string, string>> = {},
  ref = 'refs/heads/main',
): WorkflowEvent {
  return {
    name: 'workflow_dispatch',
    payload: { ref, inputs, workflow: '.github/workflows/testops-ci.yml', ...common(repository) },
    sha,
    ref,
  };
}

export interface WorkflowRunOptions {
  readonly runId: number;
  readonly attempt?: number;
  readonly headSha: string;
  readonly headBranch: string;
  /** Event of the run that completed. */
  readonly event?: string;
  readonly conclusion?: string;
  readonly forkOwner?: string;
}

/** `workflow_run: completed` on the default branch; for forks `pull_requests` is empty, as on GitHub. */
export function createWorkflowRunEvent(repository: EventRepository, sha: string, options: WorkflowRunOptions): WorkflowEvent {
  const { repository: base } = common(repository);
  const headOwner = options.forkOwner ?? repository.owner;
  const run = {
    id: options.runId,
    name: 'testops-ci',
    path: '.github/workflows/testops-ci.yml',
    run_attempt: options.attempt ?? 1,
    event: options.event ?? 'pull_request',
    status: 'completed',
    conclusion: options.conclusion ?? 'success',
    head_sha: options.headSha,
    head_branch: options.headBranch,
    head_repository: {
      ...base,
      full_name: `${headOwner}/${repository.repo}`,
      owner: { login: headOwner },
      fork: headOwner !== repository.owner,
    },
    repository: base,
    pull_requests: [],
  };
  return { name: 'workflow_run', payload: { action: 'completed', workflow_run: run, ...common(repository) }, sha, ref: 'refs/heads/main' };
}

function common({ owner, repo, repositoryId = 1, private: isPrivate = false }: EventRepository) {
  return {
    repository: {
      id: repositoryId,
      name: repo,
      full_name: `${owner}/${repo}`,
      owner: { login: owner, id: 1, type: 'User' },
      private: isPrivate,
      visibility: isPrivate ? 'private' : 'public',
      fork: false,
      default_branch: 'main',
      html_url: `https://github.com/${owner}/${repo}`,
      url: `https://api.github.com/repos/${owner}/${repo}`,
    },
    sender: { login: owner, id: 1, type: 'User' },
  };
}
