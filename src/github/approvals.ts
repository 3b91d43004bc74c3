import type { ForgeApproval } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';
import { findRepositoryRun } from './runs.ts';

const REVIEW_STATES: Readonly<Record<string, ForgeApproval['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  DISMISSED: 'dismissed',
  COMMENTED: 'commented',
};

/** Reviews of every pull request that a commit belongs to, each with the commit that was reviewed; drafts of reviews (PENDING) are no word yet. */
export async function listReviews(client: GithubClient, repository: RepositoryName, commit: string): Promise<readonly ForgeApproval[]> {
  const pulls = await client.paginate(client.rest.repos.listPullRequestsAssociatedWithCommit, {
    ...repository,
    commit_sha: commit,
    per_page: 100,
  });
  const reviews: ForgeApproval[] = [];
  for (const { number } of pulls) {
    for (const review of await client.paginate(client.rest.pulls.listReviews, { ...repository, pull_number: number, per_page: 100 })) {
      const state = REVIEW_STATES[review.state];
      if (state === undefined || !review.user || !review.submitted_at) continue;
      reviews.push({
        by: review.user.login,
        kind: 'review',
        state,
        at: toInstant(review.submitted_at),
        ...(review.commit_id ? { commit: review.commit_id } : {}),
        link: review.html_url,
      });
    }
  }
  return reviews;
}

/**
 * Approvals of environments in a run. GitHub does not say when each was given, only that the run had them when it last changed; that time, which is
 * not earlier, stands for it. They approve what the run does, so the commit is the run's head.
 */
export async function listEnvironmentApprovals(
  client: GithubClient,
  repository: RepositoryName,
  runId: string,
): Promise<readonly (ForgeApproval & { readonly environments: readonly string[] })[]> {
  const run = await findRepositoryRun(client, repository, runId);
  if (run === undefined) return [];
  const { data } = await client.rest.actions.getReviewsForRun({ ...repository, run_id: Number(runId) });
  return data.flatMap(({ state, user, environments }) =>
    state === 'pending' || !user
      ? []
      : [
          {
            by: user.login,
            kind: 'environment' as const,
            state,
            at: toInstant(run.updatedAt),
            commit: run.headSha,
            link: run.url,
            environments: environments.flatMap(({ name }) => (name === undefined ? [] : [name])),
          },
        ],
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
