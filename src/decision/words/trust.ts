import type { Words } from '../../core/index.ts';

/** Why a genuine bundle is not believed: who signed it, which run made it, what the tag and the status say. */
export interface TrustArguments {
  'decision-record/unsigned': Record<string, never>;
  'decision-record/signature-invalid': { readonly file: string; readonly reason: string };
  'decision-record/signature-other-document': { readonly file: string };
  'decision-record/signer-foreign': { readonly found: string; readonly expected: readonly string[] };
  'decision-record/signer-foreign-issuer': { readonly found: string; readonly expected: string };
  'decision-record/signer-foreign-repository': { readonly found: string; readonly expected: string };
  'decision-record/signer-foreign-key': { readonly found: string };
  'decision-record/signed-for-pull-request': { readonly event: string };
  'decision-record/decision-not-for-tag': { readonly outcomeForTag: string; readonly rules: readonly string[] };
  'decision-record/decision-other-tag': { readonly found: string; readonly expected: string };
  'decision-record/decision-foreign-commit': { readonly found: string; readonly expected: string };
  'decision-record/decision-foreign-repository': { readonly found: string; readonly expected: string };
  'decision-record/status-missing': { readonly context: string };
  'decision-record/status-not-success': { readonly context: string; readonly found: string };
  'decision-record/status-foreign-app': { readonly context: string; readonly found: string; readonly expected: string };
  'decision-record/run-foreign-head': { readonly run: string; readonly found: string; readonly expected: string };
  'decision-record/run-foreign-repository': { readonly run: string; readonly found: string; readonly expected: string };
  'decision-record/run-pull-request': { readonly run: string; readonly event: string };
  'decision-record/run-foreign-workflow': { readonly run: string; readonly found: readonly string[]; readonly expected: readonly string[] };
  'decision-record/run-changed-workflow': { readonly run: string; readonly file: string; readonly found: string };
  'decision-record/run-unfinished': { readonly run: string; readonly found: string };
  'decision-record/run-foreign-commit': { readonly run: string; readonly found: string; readonly expected: string };
}

export const trustWords: Words<TrustArguments> = {
  'decision-record/unsigned': {
    title: 'Unsigned',
    message: () => 'The bundle carries no signature, so anybody can have written it',
    fix: 'Have the decision signed by testops-sign.yml, or with a key; only `verify FILE` without `--require-signature` accepts it unsigned.',
  },
  'decision-record/signature-invalid': {
    title: 'Signature is not valid',
    message: ({ file, reason }) => `${file}: ${reason}`,
    fix: 'Fetch the bundle again; if it stays so, treat it as forged.',
  },
  'decision-record/signature-other-document': {
    title: 'Signature is for another document',
    message: ({ file }) => `What ${file} signs is not decision.vsa.intoto.json`,
    fix: 'Fetch the whole bundle again; signature and summary belong together.',
  },
  'decision-record/signer-foreign': {
    title: 'Signed by another workflow',
    message: ({ found, expected }) => `${found} signed it; trusted is ${expected.join(' or ')}`,
    fix: 'Sign with testops-sign.yml, or name the workflow that you trust with --signer-workflow.',
  },
  'decision-record/signer-foreign-issuer': {
    title: 'Signer vouched for by somebody else',
    message: ({ found, expected }) => `The identity of the signer comes from ${found}; trusted is ${expected}`,
    fix: 'Sign in GitHub Actions.',
  },
  'decision-record/signer-foreign-repository': {
    title: 'Signed in another repository',
    message: ({ found, expected }) => `It was signed in ${found}; the decision is about ${expected}`,
    fix: 'Sign in the repository that is judged.',
  },
  'decision-record/signer-foreign-key': {
    title: 'Signed with another key',
    message: ({ found }) => `The key ${found} is not among those that are trusted`,
    fix: 'Give the public key of the signer, or sign with a key that is trusted.',
  },
  'decision-record/signed-for-pull-request': {
    title: 'Signed in a pull request',
    message: ({ event }) => `It was signed in a run of ${event}, whose author chooses what runs`,
    fix: 'Sign the decision of the merged commit.',
  },
  'decision-record/decision-not-for-tag': {
    title: 'Decision cannot stand for a tag',
    message: ({ outcomeForTag, rules }) => `For a tag it is ${outcomeForTag}${rules.length === 0 ? '' : `: ${rules.join(', ')}`}`,
    fix: 'Mend what stands in the way and decide again, with the version.',
  },
  'decision-record/decision-other-tag': {
    title: 'Decision is for another tag',
    message: ({ found, expected }) => `It was made for ${found}, not for ${expected}`,
    fix: 'Decide again for this version.',
  },
  'decision-record/decision-foreign-commit': {
    title: 'Decision is about another commit',
    message: ({ found, expected }) => `It is about ${found}, not about ${expected}`,
    fix: 'Decide on the commit in question.',
  },
  'decision-record/decision-foreign-repository': {
    title: 'Decision is about another repository',
    message: ({ found, expected }) => `It is about ${found}, not about ${expected}`,
    fix: 'Decide in the repository in question.',
  },
  'decision-record/status-missing': {
    title: 'No status',
    message: ({ context }) => `The commit has no status ${context}`,
    fix: 'Run the workflow on the commit.',
  },
  'decision-record/status-not-success': {
    title: 'Status is not success',
    message: ({ context, found }) => `${context} is ${found}; only success counts`,
    fix: 'Look at the decision that it links to.',
  },
  'decision-record/status-foreign-app': {
    title: 'Status of another app',
    message: ({ context, found, expected }) => `${context} was set by ${found}; only ${expected} counts`,
    fix: 'Find out who set it; let the protected job write the status as the App.',
  },
  'decision-record/run-foreign-head': {
    title: 'Run of a fork',
    message: ({ run, found, expected }) => `Run ${run} ran code of ${found}, not of ${expected}`,
    fix: 'Run the workflow in this repository.',
  },
  'decision-record/run-foreign-repository': {
    title: 'Run of another repository',
    message: ({ run, found, expected }) => `Run ${run} belongs to ${found}, not to ${expected}`,
    fix: 'Give the id of a run of this repository.',
  },
  'decision-record/run-pull-request': {
    title: 'Run of a pull request',
    message: ({ run, event }) => `Run ${run} was started by ${event}; a pull request never stands for a decision`,
    fix: 'Run the workflow on the merged commit.',
  },
  'decision-record/run-foreign-workflow': {
    title: 'Run of another workflow',
    message: ({ run, found, expected }) =>
      `Run ${run} used ${found.join(', ') || 'no workflow of ours'}; trusted is ${expected.join(' or ')}`,
    fix: 'Run testops-ci.yml.',
  },
  'decision-record/run-changed-workflow': {
    title: 'Run of a workflow that nobody reviewed',
    message: ({ run, file, found }) => `Run ${run} used ${file}, which is not that of the default branch: ${found}`,
    fix: 'Start the gates with workflow_dispatch on the default branch and the commit as input, and sign that run; a changed workflow belongs there first.',
  },
  'decision-record/run-unfinished': {
    title: 'Run is not over',
    message: ({ run, found }) => `Run ${run} is ${found}`,
    fix: 'Wait until it is completed; a cancelled or skipped run decides nothing.',
  },
  'decision-record/run-foreign-commit': {
    title: 'Run of another commit',
    message: ({ run, found, expected }) => `Run ${run} ran on ${found}, not on ${expected}`,
    fix: 'Give the id of a run on the commit that is judged.',
  },
};
