import { compareText } from '../core/index.ts';
import type { ForgeApproval, ForgePeople } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';
import { findRepositoryRun } from './runs.ts';

const REVIEW_STATES: Readonly<Record<string, ForgeApproval['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  DISMISSED: 'dismissed',
  COMMENTED: 'commented',
};

/**
 * Reviews of every pull request that a commit belongs to, approvals of environments in a run, and who wrote commit and pull requests. A review of the
 * last head of a merged pull request stands for the merge commit. Drafts of reviews (PENDING) are no word yet.
 */
export async function findPeople(
  client: GithubClient,
  repository: RepositoryName,
  commit: string,
  runId: string | undefined,
): Promise<ForgePeople> {
  const authors = new Set<string>();
  const note = (login: string | undefined) => {
    if (login !== undefined) authors.add(login);
  };
  const { data } = await client.rest.repos.getCommit({ ...repository, ref: commit });
  note(data.author?.login);
  const pulls = await client.paginate(client.rest.repos.listPullRequestsAssociatedWithCommit, {
    ...repository,
    commit_sha: commit,
    per_page: 100,
  });
  const approvals: ForgeApproval[] = [];
  for (const { number, user, head, merge_commit_sha: merged, merged_at: mergedAt } of pulls) {
    note(user?.login);
    for (const review of await client.paginate(client.rest.pulls.listReviews, { ...repository, pull_number: number, per_page: 100 })) {
      const state = REVIEW_STATES[review.state];
      if (state === undefined || !review.user || !review.submitted_at) continue;
      const standsFor = mergedAt && merged === commit && review.commit_id === head.sha ? commit : review.commit_id;
      approvals.push({
        by: review.user.login,
        kind: 'review',
        state,
        at: toInstant(review.submitted_at),
        ...(standsFor ? { commit: standsFor } : {}),
        link: review.html_url,
      });
    }
  }
  if (runId !== undefined) approvals.push(...(await listEnvironmentApprovals(client, repository, runId)));
  return { approvals, authors: [...authors].sort(compareText) };
}

/**
 * Approvals of environments in a run, one for each environment. GitHub does not say when each was given, only that the run had them when it last
 * changed; that time, which is not earlier, stands for it.
 */
export async function listEnvironmentApprovals(
  client: GithubClient,
  repository: RepositoryName,
  runId: string,
): Promise<readonly ForgeApproval[]> {
  const run = await findRepositoryRun(client, repository, runId);
  if (run === undefined) return [];
  const { data } = await client.rest.actions.getReviewsForRun({ ...repository, run_id: Number(runId) });
  return data.flatMap(({ state, user, environments }) =>
    state === 'pending' || !user
      ? []
      : environments.map(({ name }) => ({
          by: user.login,
          kind: 'environment' as const,
          state,
          at: toInstant(run.updatedAt),
          ...(name === undefined ? {} : { environment: name }),
          link: run.url,
        })),
  );
}

/** Number of reviewers that an environment requires; undefined when there is no such environment. */
export async function countRequiredReviewers(
  client: GithubClient,
  repository: RepositoryName,
  environment: string,
): Promise<number | undefined> {
  try {
    const { data } = await client.rest.repos.getEnvironment({ ...repository, environment_name: environment });
    const rules = data.protection_rules ?? [];
    return rules.reduce((sum, rule) => sum + ('reviewers' in rule ? (rule.reviewers?.length ?? 0) : 0), 0);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function toInstant(time: string): string {
  return new Date(time).toISOString();
}
