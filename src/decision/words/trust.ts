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
  'decision-record/decision-no-version': { readonly tag: string };
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
  'decision-record/workflow-not-pinned': { readonly run: string; readonly workflow: string; readonly commit: string };
  'decision-record/workflow-distrusted': { readonly workflow: string; readonly commit: string };
  'decision-record/deciding-job-unclear': {
    readonly run: string;
    readonly attempt: number;
    readonly found: readonly string[];
    readonly expected: readonly string[];
  };
  'decision-record/deciding-job-failed': { readonly run: string; readonly attempt: number; readonly job: string; readonly found: string };
  'decision-record/decision-unconfirmed': {
    readonly run: string;
    readonly attempt: number;
    readonly found: string;
    readonly expected: string;
  };
  'decision-record/decision-superseded': { readonly run: string; readonly attempt: number; readonly later: number; readonly found: string };
  'decision-record/artifact-duplicate': { readonly run: string; readonly artifact: string; readonly count: number };
  'decision-record/upload-refused': { readonly artifact: string; readonly reason: string };
  'decision-record/decision-differs': { readonly what: string; readonly found: string; readonly expected: string };
  'decision-record/default-branch-unknown': { readonly found: string };
  'decision-record/signer-self-hosted': { readonly found: string };
  'decision-record/signer-unreviewed': { readonly found: string; readonly what: string };
  'decision-record/signer-not-pinned': { readonly workflow: string; readonly commit: string };
  'decision-record/signer-pin-old': { readonly workflow: string; readonly commit: string };
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
  'decision-record/decision-no-version': {
    title: 'Decision is about no version',
    message: ({ tag }) => `The decision on the commit names no version, so it accepts no tag, ${tag} included`,
    fix: 'Run testops-ci.yml on the commit with the version of the beta.',
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
  'decision-record/workflow-not-pinned': {
    title: 'Called workflow was never pinned',
    message: ({ run, workflow, commit }) =>
      `Run ${run} called ${workflow} at ${commit}. No workflow on the default branch calls it, or ever called it, at this commit`,
    fix: 'Call the workflow with a full commit id (`uses: …@<commit>`) on the default branch, and run the gates again.',
  },
  'decision-record/workflow-distrusted': {
    title: 'Workflow is distrusted',
    message: ({ workflow, commit }) => `${workflow} at ${commit} is in \`decision-record.distrust\` on the default branch`,
    fix: 'Pin a commit that is not distrusted on the default branch, and run the gates again.',
  },
  'decision-record/deciding-job-unclear': {
    title: 'Deciding job is not clear',
    message: ({ run, attempt, found, expected }) =>
      `In attempt ${attempt} of run ${run}, ${found.length === 0 ? 'no job is' : `${found.join(', ')} ${found.length === 1 ? 'is' : 'are'}`} named decide. Expected exactly one: ${expected.join(' or ') || 'the reviewed workflow files name none'}`,
    fix: 'Give the job that calls testops-ci.yml a literal name, keep other jobs from being named `decide`, and run the gates again.',
  },
  'decision-record/deciding-job-failed': {
    title: 'Deciding job did not succeed',
    message: ({ run, attempt, job, found }) =>
      `Job ${job} in attempt ${attempt} of run ${run} is ${found}. A GO counts only when its job succeeded`,
    fix: 'Open the job and read its log, then run the gates again.',
  },
  'decision-record/decision-unconfirmed': {
    title: 'Run does not confirm the decision',
    message: ({ run, attempt, found, expected }) =>
      `The deciding job in attempt ${attempt} of run ${run} states ${JSON.stringify(found)}. The bundle needs ${JSON.stringify(expected)}`,
    fix: 'Find out which job uploaded the bundle. Then run the gates again.',
  },
  'decision-record/decision-superseded': {
    title: 'A later attempt decided',
    message: ({ run, attempt, later, found }) =>
      `The decision is that of attempt ${attempt} of run ${run}. The deciding job ran again in attempt ${later}, and states ${JSON.stringify(found)}`,
    fix: 'If the decision of the later attempt was deleted, find out who did it. Run the gates again on the commit.',
  },
  'decision-record/artifact-duplicate': {
    title: 'Several artifacts of one name',
    message: ({ run, artifact, count }) => `Run ${run} has ${count} artifacts named ${artifact}. Only one can be that of the deciding job`,
    fix: 'Find out which other job uploads an artifact of this name, and run the gates again without it.',
  },
  'decision-record/upload-refused': {
    title: 'Bundle was not uploaded',
    message: ({ artifact, reason }) =>
      `The artifact ${artifact} could not be uploaded: ${reason}. A decision without its bundle is a NO-GO`,
    fix: 'Find out whether another job uploads an artifact of this name. Then run the gates again.',
  },
  'decision-record/decision-differs': {
    title: 'Bundle differs from the repository',
    message: ({ what, found, expected }) => `The bundle was decided with ${what} ${found}. The repository has ${expected}`,
    fix: 'Run the gates again, so that the decision uses what the repository has.',
  },
  'decision-record/default-branch-unknown': {
    title: 'Decided by another branch',
    message: ({ found }) => `The bundle takes its rules from ${found}, which the default branch neither has nor had`,
    fix: 'Run the gates again. They read policy and waivers from the default branch.',
  },
  'decision-record/signer-self-hosted': {
    title: 'Signed on a self-hosted runner',
    message: ({ found }) => `The certificate names the runner environment ${JSON.stringify(found)}. Only github-hosted is believed`,
    fix: 'Sign on a GitHub-hosted runner, or set `decision-record.self-hosted-signing: true` on the default branch.',
  },
  'decision-record/signer-unreviewed': {
    title: 'Signed by a workflow that was not reviewed',
    message: ({ found, what }) => `${what} ${found} is not, and never was, a workflow file of the default branch`,
    fix: 'Sign with the workflow of the default branch. Merge a changed workflow first.',
  },
  'decision-record/signer-not-pinned': {
    title: 'Signing workflow was never pinned',
    message: ({ workflow, commit }) =>
      `${workflow} at ${commit} signed it. No workflow on the default branch calls it, or ever called it, at this commit`,
    fix: 'Call testops-sign.yml with a full commit id on the default branch, and sign again.',
  },
  'decision-record/signer-pin-old': {
    title: 'Signing workflow is not the current one',
    message: ({ workflow, commit }) => `This run uses ${workflow} at ${commit}, which the default branch no longer calls`,
    fix: 'Start the signing workflow from the default branch.',
  },
};
