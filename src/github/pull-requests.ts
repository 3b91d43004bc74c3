import { type GithubClient, type RepositoryName, statusOf } from './client.ts';

/** A pull request, as GitHub tells it now. */
export interface PullRequest {
  readonly number: number;
  readonly open: boolean;
  readonly headSha: string;
  /** Name of the branch. */
  readonly headBranch: string;
  /** `owner/name`; undefined when the fork is gone. */
  readonly headRepository: string | undefined;
}

/** Asks for a pull request; undefined when there is none of that number. */
export async function findPullRequest(client: GithubClient, repository: RepositoryName, number: number): Promise<PullRequest | undefined> {
  try {
    const { data } = await client.rest.pulls.get({ ...repository, pull_number: number });
    return {
      number,
      open: data.state === 'open',
      headSha: data.head.sha,
      headBranch: data.head.ref,
      // Described as always there, but a fork can be deleted.
      headRepository: (data.head.repo as { full_name?: string } | null)?.full_name,
    };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Whether a person may push to the repository, as GitHub says now: roles change, and what an event says about its author is not enough. */
export async function mayPush(client: GithubClient, repository: RepositoryName, login: string): Promise<boolean> {
  try {
    const { data } = await client.rest.repos.getCollaboratorPermissionLevel({ ...repository, username: login });
    return data.permission === 'admin' || data.permission === 'write';
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}
