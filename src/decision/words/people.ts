import type { Words } from '../../core/index.ts';

/** Why the approval of a person does not count. */
const REASONS = {
  'started-run': 'started the run',
  'opened-pull-request': 'opened a pull request with these changes',
  'signed-commit': 'signed one of the commits',
  'wrote-commit': 'is the author or committer of one of the commits',
  'co-authored': 'is a co-author of one of the commits',
} as const;

/** What people said, or did not say. */
export interface PeopleArguments {
  'decision-record/person-said-no-go': { readonly by: string; readonly reason: string };
  'decision-record/go-against-recommendation': { readonly by: string; readonly rules: readonly string[] };
  'decision-record/person-missing': Record<string, never>;
  'decision-record/person-in-future': { readonly by: string; readonly at: string; readonly now: string };
  'decision-record/quorum-missing': { readonly found: number; readonly needed: number; readonly who: readonly string[] };
  'decision-record/approval-foreign-commit': { readonly by: string; readonly found: string };
  'decision-record/approval-own': { readonly by: string };
  'decision-record/approval-excluded': { readonly by: string; readonly reason: keyof typeof REASONS };
  'decision-record/approval-needs-maintainer': {
    readonly by: string;
    readonly role: string;
    readonly commits: number;
    readonly first: string;
  };
  'decision-record/approval-not-listed': { readonly by: string };
  'decision-record/approval-refused': { readonly by: string; readonly state: string };
  'decision-record/approval-in-future': { readonly by: string; readonly at: string };
}

export const peopleWords: Words<PeopleArguments> = {
  'decision-record/person-said-no-go': {
    title: 'A person said no-go',
    message: ({ by, reason }) => `${by} decided no-go: ${reason}`,
    fix: 'Talk to them; a later decision on a later commit can differ.',
  },
  'decision-record/go-against-recommendation': {
    title: 'Go without waivers',
    message: ({ by, rules }) => `${by} decided go, but these rules are neither met nor waived: ${rules.join(', ')}`,
    fix: 'Write a waiver for each on the default branch, or mend the cause.',
  },
  'decision-record/person-missing': {
    title: 'Nobody has decided',
    message: () => 'The policy wants a person to decide, and nobody has',
    fix: 'Record it: testops decision-record --run-id ID --decision go --reason …',
  },
  'decision-record/person-in-future': {
    title: 'Decided in the future',
    message: ({ by, at, now }) => `The decision of ${by} is dated ${at}; now is ${now}`,
    fix: 'Set the clock and record the decision again.',
  },
  'decision-record/quorum-missing': {
    title: 'Too few approvals',
    message: ({ found, needed, who }) => `${found} of ${needed} approvals${who.length === 0 ? '' : ` (${who.join(', ')})`}`,
    fix: 'Ask those whom the policy names to approve this commit.',
  },
  'decision-record/approval-foreign-commit': {
    title: 'Approval of another commit',
    message: ({ by, found }) => `The approval of ${by} is for ${found}`,
    fix: 'Ask for a review of the judged commit.',
  },
  'decision-record/approval-own': {
    title: 'Approval of own work',
    message: ({ by }) => `${by} wrote the commit, so their approval does not count`,
    fix: 'Ask somebody else.',
  },
  'decision-record/approval-excluded': {
    title: 'Approval by a person who took part',
    message: ({ by, reason }) => `The approval of ${by} does not count: ${by} ${REASONS[reason]}`,
    fix: 'Ask a person who took no part in these changes to approve the commit.',
  },
  'decision-record/approval-needs-maintainer': {
    title: 'Approval needs a maintainer',
    message: ({ by, role, commits, first }) =>
      `${commits} ${commits === 1 ? 'commit has' : 'commits have'} neither a pull request nor a verified signature (first: ${first.slice(0, 12)}), so the approval of ${by} (${role}) does not count`,
    fix: 'Ask a person with the role maintain or admin to approve, or bring changes in by pull requests or signed commits.',
  },
  'decision-record/approval-not-listed': {
    title: 'Approval by somebody else',
    message: ({ by }) => `${by} is not among those whose approval counts`,
    fix: 'Ask one of those whom the policy names.',
  },
  'decision-record/approval-refused': {
    title: 'Not approved',
    message: ({ by, state }) => `The last word of ${by} is ${state}`,
    fix: 'Settle what they asked for.',
  },
  'decision-record/approval-in-future': {
    title: 'Approved in the future',
    message: ({ by, at }) => `The approval of ${by} is dated ${at}, which is still to come`,
    fix: 'Set the clock and decide again.',
  },
};
