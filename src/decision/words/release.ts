import type { Words } from '../../core/index.ts';

/** What stands between a decision and its tag. */
export interface ReleaseArguments {
  'decision-record/artifact-changed': { readonly artifact: string; readonly found: string; readonly expected: string };
  'decision-record/decision-absent': { readonly commit: string };
  'decision-record/decision-bundle-absent': { readonly where: readonly string[] };
  'decision-record/decision-gone': { readonly run: string };
  'decision-record/decision-not-stored': Record<string, never>;
  'decision-record/decision-other-run': { readonly found: string; readonly expected: string };
  'decision-record/environment-absent': { readonly environment: string };
  'decision-record/environment-open': { readonly environment: string };
  'decision-record/environment-not-approved': { readonly environment: string; readonly run: string };
  'decision-record/tag-removed': { readonly tag: string; readonly commit: string };
  'decision-record/tag-kept': { readonly tag: string; readonly found: string };
  'decision-record/tag-run-failed': { readonly tag: string; readonly run: string };
  'decision-record/tag-without-decision': { readonly tag: string; readonly commit: string };
  'decision-record/tag-taken': { readonly tag: string };
  'decision-record/tag-refused': { readonly tag: string; readonly found: string };
}

export const releaseWords: Words<ReleaseArguments> = {
  'decision-record/artifact-changed': {
    title: 'Artifact was changed',
    message: ({ artifact, found, expected }) => `The bytes of ${artifact} have the digest ${found}; at upload it was ${expected}`,
    fix: 'Run the workflow again; if it happens again, find out who changes artifacts.',
  },
  'decision-record/decision-absent': {
    title: 'No decision',
    message: ({ commit }) =>
      `No decision about this version on ${commit} was found: not in GitHub's attestations, on the ledger branch, in the release, or in the runs of trusted workflows`,
    fix: 'Run testops-ci.yml on the commit with the version, and have the decision signed and recorded: unsigned decisions last only as long as their artifacts.',
  },
  'decision-record/decision-bundle-absent': {
    title: 'Only the summary of the decision is left',
    message: ({ where }) =>
      `The signed summary is in ${where.join(', ')}, but no run has the bundle any more, so the decision cannot be derived again`,
    fix: 'Run testops-ci.yml on the commit with the version, have the decision signed, and cut the beta before the artifacts expire.',
  },
  'decision-record/decision-gone': {
    title: 'Decision is gone',
    message: ({ run }) => `A status on the commit says that run ${run} decided against it, and that decision cannot be read any more`,
    fix: 'Find out who deleted it. Run the gates again on the commit and have the decision signed; a no-go by a person is lifted only by a later signed go of a person.',
  },
  'decision-record/decision-not-stored': {
    title: 'Signed decision was not stored',
    message: () => 'The decision is signed, but neither GitHub’s attestations nor the artifacts of this run took it, so no one can find it',
    fix: 'Run the job again. Grant `attestations: write`, or check why the upload of the artifact failed.',
  },
  'decision-record/decision-other-run': {
    title: 'Decision of another run',
    message: ({ found, expected }) => `The decision says that it was made in run ${found}; it was found in run ${expected}`,
    fix: 'Find out who put it there, then run the workflow again.',
  },
  'decision-record/environment-absent': {
    title: 'Environment does not exist',
    message: ({ environment }) => `The repository has no environment ${environment}`,
    fix: 'Create it with required reviewers (Settings, Environments), and name it in the job that cuts the beta.',
  },
  'decision-record/environment-open': {
    title: 'Environment without reviewers',
    message: ({ environment }) => `The environment ${environment} requires no reviewer, so nobody has to agree to the beta`,
    fix: 'Add required reviewers to the environment (Settings, Environments).',
  },
  'decision-record/environment-not-approved': {
    title: 'Nobody approved this run',
    message: ({ environment, run }) => `Run ${run} has no approval for the environment ${environment}`,
    fix: 'Put `environment:` on the job that cuts the beta, and let administrators not bypass its reviewers.',
  },
  'decision-record/tag-removed': {
    title: 'Tag was removed',
    message: ({ tag, commit }) => `${tag} led to ${commit} and must not stand; it was removed, as was asked`,
    fix: 'Whoever fetched it meanwhile still has it: tell them. Mend what the incident names, and cut the next number.',
  },
  'decision-record/tag-kept': {
    title: 'Tag was not removed',
    message: ({ tag, found }) => `${tag} must not stand, and was not removed: ${found}`,
    fix: 'Decide by hand: an administrator can lift a ruleset for the moment; the tag of an immutable release stays for ever, so publish a better beta.',
  },
  'decision-record/tag-run-failed': {
    title: 'Run of the tag failed',
    message: ({ tag, run }) => `Run ${run} of ${tag} failed and left no decision, though one lets the tag stand`,
    fix: 'Look at the run: the push may have moved the tag, or a job broke; then start it again.',
  },
  'decision-record/tag-without-decision': {
    title: 'Tag without a decision',
    message: ({ tag, commit }) => `${tag} leads to ${commit}, and no decision that is believed is about it`,
    fix: 'Run testops-ci.yml on the commit with the version, or remove the tag; a push to a commit without the workflow starts no run.',
  },
  'decision-record/tag-taken': {
    title: 'Somebody else made the tag',
    message: ({ tag }) => `${tag} was made meanwhile, and leads to another commit`,
    fix: 'Let betas be cut one at a time (`concurrency: testops-cut-beta`), and start again.',
  },
  'decision-record/tag-refused': {
    title: 'GitHub refused the tag',
    message: ({ tag, found }) => `GitHub did not make ${tag}: ${found}`,
    fix: 'Look whether the App may bypass the ruleset for creating tags (`testops protect` says so), and may write contents.',
  },
};
