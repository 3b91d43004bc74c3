import { compareText } from '../core/index.ts';
import type { ForgeApproval, ForgePeople } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';
import { listContributors } from './contributors.ts';
import { findRepositoryRun } from './runs.ts';

const REVIEW_STATES: Readonly<Record<string, ForgeApproval['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  DISMISSED: 'dismissed',
  COMMENTED: 'commented',
};

/** Unattributed commits that are told; that there are any is what counts. */
const MAX_UNATTRIBUTED = 100;

export interface PeopleQuestion {
  readonly commit: string;
  /** Run whose environments count, and whose starter does not. */
  readonly runId: string | undefined;
  /** Bases of the comparison. */
  readonly since: readonly string[];
}

/**
 * Reviews of every pull request that a commit belongs to, approvals of environments in a run, and whose approval does not count. A review of the last head of a
 * merged pull request applies to the merge commit. Drafts of reviews (PENDING) are not published yet.
 */
export async function findPeople(client: GithubClient, repository: RepositoryName, question: PeopleQuestion): Promise<ForgePeople> {
  const { commit, runId } = question;
  const pulls = await client.paginate(client.rest.repos.listPullRequestsAssociatedWithCommit, {
    ...repository,
    commit_sha: commit,
    per_page: 100,
  });
  const approvals: ForgeApproval[] = [];
  for (const { number, head, merge_commit_sha: merged, merged_at: mergedAt } of pulls) {
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
  const { excluded, unattributed } = await listContributors(client, repository, question);
  return {
    approvals: unattributed.length === 0 ? approvals : await withRoles(client, repository, approvals),
    authors: excluded.map(({ by }) => by).sort(compareText),
    excluded,
    unattributed: unattributed.slice(0, MAX_UNATTRIBUTED),
  };
}

/** The role of each approver, which decides where nobody answers for a commit. */
async function withRoles(
  client: GithubClient,
  repository: RepositoryName,
  approvals: readonly ForgeApproval[],
): Promise<readonly ForgeApproval[]> {
  const roles = new Map<string, string | undefined>();
  for (const by of new Set(approvals.map((approval) => approval.by))) roles.set(by, await findRole(client, repository, by));
  return approvals.map((approval) => {
    const role = roles.get(approval.by);
    return role === undefined ? approval : { ...approval, role };
  });
}

/** A custom role counts as the built-in one whose permissions it has. */
async function findRole(client: GithubClient, repository: RepositoryName, username: string): Promise<string | undefined> {
  try {
    const { data } = await client.rest.repos.getCollaboratorPermissionLevel({ ...repository, username });
    const { admin, maintain } = data.user?.permissions ?? {};
    if (admin) return 'admin';
    return maintain ? 'maintain' : data.role_name;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
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
