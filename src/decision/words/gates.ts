import type { Words } from '../../core/index.ts';

/** What gates and their checks say, and what the commit and its tag have to do with it. */
export interface GateArguments {
  'decision-record/gate-failed': { readonly gate: string; readonly headline: string };
  'decision-record/gate-inconclusive': { readonly gate: string; readonly headline: string };
  'decision-record/gate-without-checks': { readonly gate: string };
  'decision-record/gate-other-mode': { readonly gate: string; readonly mode: string };
  'decision-record/gate-warned': { readonly gate: string; readonly headline: string };
  'decision-record/days-unconfirmed': { readonly gate: string };
  'decision-record/gate-reported-only': { readonly gate: string; readonly verdict: string };
  'decision-record/check-missing': { readonly gate: string; readonly check: string; readonly requirement: string };
  'decision-record/check-failed': { readonly gate: string; readonly check: string; readonly requirement: string };
  'decision-record/check-inconclusive': { readonly gate: string; readonly check: string; readonly requirement: string };
  'decision-record/coverage-short': {
    readonly gate: string;
    readonly measurement: string;
    readonly found: number;
    readonly unit: string;
    readonly needed: number;
  };
  'decision-record/coverage-unknown': { readonly gate: string; readonly measurement: string; readonly needed: number };
  'decision-record/documents-not-refreshed': { readonly requirement: string; readonly pattern: string };
  'decision-record/flag-not-used': { readonly requirement: string; readonly flag: string };
  'decision-record/workspace-subject': { readonly digest: string };
  'decision-record/dirty-tree-for-tag': { readonly where: readonly string[] };
  'decision-record/pull-request-evidence-for-tag': { readonly where: readonly string[] };
  'decision-record/policy-from-judged-commit': { readonly file: string };
  'decision-record/waivers-from-judged-commit': { readonly file: string };
  'decision-record/tag-moved': { readonly tag: string; readonly found: string; readonly expected: string };
  'decision-record/tag-before-decision': { readonly tag: string };
  'decision-record/limit-loosened': {
    readonly file: string;
    readonly pointer: string;
    readonly before: string;
    readonly after: string;
    /** Tag or commit that it is compared with; absent in decisions of rules version 1. */
    readonly since?: string;
    readonly standing?: string;
  };
  'decision-record/configuration-unreadable': { readonly file: string };
  'decision-record/configuration-not-compared': { readonly tag: string };
}

export const gateWords: Words<GateArguments> = {
  'decision-record/gate-failed': {
    title: 'Gate failed',
    message: ({ gate, headline }) => `${gate} failed: ${headline}`,
    fix: 'Mend what the gate found; its findings say how.',
  },
  'decision-record/gate-inconclusive': {
    title: 'Gate could not measure',
    message: ({ gate, headline }) => `${gate} is inconclusive: ${headline}`,
    fix: 'Give the gate what it lacked and run it again.',
  },
  'decision-record/days-unconfirmed': {
    title: 'Earlier days are not confirmed',
    message: ({ gate }) => `${gate} counted earlier days that neither a trusted signature nor a run on GitHub confirms`,
    fix: 'Run the gate with `GITHUB_TOKEN` (for the action: the input `github-token`), and keep the ledger on the branch `testops-ledger`.',
  },
  'decision-record/gate-without-checks': {
    title: 'Gate checked nothing',
    message: ({ gate }) => `${gate} ran without a single check`,
    fix: 'Configure what the gate is to look at.',
  },
  'decision-record/gate-other-mode': {
    title: 'Gate ran in another mode',
    message: ({ gate, mode }) => `${gate} ran in mode ${mode}, which measures nothing of the commit`,
    fix: 'Run the gate in its ordinary mode; maintenance of its store belongs in a run of its own.',
  },
  'decision-record/gate-warned': {
    title: 'Gate warned',
    message: ({ gate, headline }) => `${gate} passed with warnings: ${headline}`,
    fix: 'Look at its warnings before they become failures.',
  },
  'decision-record/gate-reported-only': {
    title: 'Gate is reported only',
    message: ({ gate, verdict }) => `${gate} says ${verdict}; it is not required, so it does not count`,
    fix: 'Require the gate when it is to count.',
  },
  'decision-record/check-missing': {
    title: 'Required check is missing',
    message: ({ gate, check, requirement }) => `${gate} has no check ${check}, which ${requirement} requires`,
    fix: 'Configure the gate so that it runs the check, or correct its id.',
  },
  'decision-record/check-failed': {
    title: 'Required check failed',
    message: ({ gate, check, requirement }) => `The check ${check} of ${gate}, which ${requirement} requires, failed`,
    fix: 'Mend what the gate found; its findings say how.',
  },
  'decision-record/check-inconclusive': {
    title: 'Required check could not measure',
    message: ({ gate, check, requirement }) => `The check ${check} of ${gate}, which ${requirement} requires, is inconclusive`,
    fix: 'Give the gate what it lacked and run it again.',
  },
  'decision-record/coverage-short': {
    title: 'Too little was measured',
    message: ({ gate, measurement, found, unit, needed }) =>
      `${gate} measured ${measurement} = ${found} ${unit}; at least ${needed} is required`,
    fix: 'Run the gate for longer, or more often, as the policy asks.',
  },
  'decision-record/coverage-unknown': {
    title: 'Coverage was not measured',
    message: ({ gate, measurement, needed }) => `${gate} has no value for ${measurement}; at least ${needed} is required`,
    fix: 'Configure the gate so that it measures this, or correct the id in the policy.',
  },
  'decision-record/documents-not-refreshed': {
    title: 'Documents were not refreshed',
    message: ({ requirement, pattern }) => `Nothing matching ${pattern} changed since the last beta, as ${requirement} requires`,
    fix: 'Bring the documents up to date with the change.',
  },
  'decision-record/flag-not-used': {
    title: 'Preview without its feature flag',
    message: ({ requirement, flag }) => `The preview was not deployed with the flag ${flag} on, as ${requirement} requires`,
    fix: 'Name the flag under `deploy-preview.flags` and deploy the preview again.',
  },
  'decision-record/workspace-subject': {
    title: 'No commit',
    message: ({ digest }) => `The tested tree is no commit (its digest is ${digest}); no decision can stand on it`,
    fix: 'Commit the work in a git repository and run the gates there.',
  },
  'decision-record/dirty-tree-for-tag': {
    title: 'Tree differs from the commit',
    message: ({ where }) => `What was tested is not exactly the commit: ${where.join(', ')}`,
    fix: 'Commit or remove the changes and run the gates again.',
  },
  'decision-record/pull-request-evidence-for-tag': {
    title: "Pull request's evidence",
    message: ({ where }) => `A pull request never stands for a tag: ${where.join(', ')}`,
    fix: 'Run the workflow on the merged commit, by a push or by hand.',
  },
  'decision-record/policy-from-judged-commit': {
    title: 'Policy of the judged commit',
    message: ({ file }) => `${file} was not read from the default branch; a commit does not choose the rules it is judged by`,
    fix: 'Merge the policy into the default branch first.',
  },
  'decision-record/waivers-from-judged-commit': {
    title: 'Waivers of the judged commit',
    message: ({ file }) => `${file} was not read from the default branch; a commit does not excuse itself`,
    fix: 'Merge the waivers into the default branch first.',
  },
  'decision-record/tag-moved': {
    title: 'Tag leads elsewhere',
    message: ({ tag, found, expected }) => `${tag} leads to ${found}; it was pushed to, or accepted on, ${expected}`,
    fix: 'Find out who moved the tag; cut the next beta instead of moving one.',
  },
  'decision-record/tag-before-decision': {
    title: 'Tag came first',
    message: ({ tag }) => `${tag} stood before any gate had run`,
    fix: 'Cut betas with `mode: cut`, and protect the tags with `testops protect`.',
  },
  'decision-record/limit-loosened': {
    title: 'Limit was loosened',
    message: ({ file, pointer, before, after, since, standing }) => {
      const change = `${file} ${pointer} went from ${before} to ${after} since ${since ?? 'the last beta'}`;
      return standing === 'unknown' ? `${change}; nothing is known about a decision on that tag, so its limits count` : change;
    },
    fix: 'Restore the limit, or have the change waived on the default branch. If another beta was accepted, name its commit there: `decision-record: { base: <full commit id> }`.',
  },
  'decision-record/configuration-unreadable': {
    title: 'Limits cannot be compared',
    message: ({ file }) => `${file} cannot be read as YAML, so nobody knows whether a limit was loosened`,
    fix: 'Mend the file.',
  },
  'decision-record/configuration-not-compared': {
    title: 'Limits were not compared',
    message: ({ tag }) => `There is a beta ${tag} before, but the limits of then were not given`,
    fix: 'Fetch the history of the repository (`fetch-depth: 0`), so that the earlier configuration can be read.',
  },
};
