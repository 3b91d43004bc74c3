import type { Words } from '../../core/index.ts';

/** What can be wrong with evidence before its verdict is even looked at. */
export interface EvidenceArguments {
  'decision-record/evidence-missing': { readonly gate: string };
  'decision-record/gate-not-configured': { readonly gate: string };
  'decision-record/unknown-gate': { readonly gate: string; readonly file: string };
  'decision-record/evidence-unreadable': { readonly file: string; readonly found: string };
  'decision-record/evidence-oversize': { readonly file: string; readonly bytes: number; readonly limitBytes: number };
  'decision-record/evidence-edited': { readonly file: string; readonly found: string };
  'decision-record/evidence-renamed': { readonly file: string; readonly gate: string };
  'decision-record/evidence-foreign-commit': { readonly file: string; readonly found: string; readonly expected: string };
  'decision-record/evidence-foreign-repository': { readonly file: string; readonly found: string; readonly expected: string };
  'decision-record/evidence-other-run': { readonly file: string; readonly found: string; readonly expected: string };
  'decision-record/evidence-future-attempt': { readonly file: string; readonly found: number; readonly expected: number };
  'decision-record/evidence-from-future': { readonly file: string; readonly found: string; readonly now: string };
  'decision-record/evidence-duplicate': { readonly gate: string; readonly files: readonly string[] };
  'decision-record/evidence-digest-mismatch': {
    readonly file: string;
    readonly gate: string;
    readonly found: string;
    readonly expected: string;
  };
  'decision-record/evidence-unvouched': { readonly file: string; readonly gate: string };
  'decision-record/evidence-skipped': { readonly gate: string };
  'decision-record/evidence-cancelled': { readonly gate: string };
  'decision-record/evidence-unsettled': { readonly gate: string; readonly found: string };
  'decision-record/evidence-stale': { readonly file: string; readonly finishedAt: string; readonly maxAge: string };
}

export const evidenceWords: Words<EvidenceArguments> = {
  'decision-record/evidence-missing': {
    title: 'No evidence',
    message: ({ gate }) => `There is no evidence of ${gate}`,
    fix: 'Run the gate, and look why its evidence file did not arrive.',
  },
  'decision-record/gate-not-configured': {
    title: 'Required gate is not configured',
    message: ({ gate }) => `The policy requires ${gate}, which testops.yml does not configure`,
    fix: 'Configure the gate in testops.yml, or change the policy on the default branch.',
  },
  'decision-record/unknown-gate': {
    title: 'Evidence of a gate that is not configured',
    message: ({ gate, file }) => `${file} is evidence of ${gate}, which testops.yml does not configure`,
    fix: 'Configure the gate, or remove the file that an earlier run left.',
  },
  'decision-record/evidence-unreadable': {
    title: 'Unreadable evidence',
    message: ({ file, found }) => `${file} is not evidence: ${found}`,
    fix: 'Run the gate again; a truncated file is often an upload that was cut short.',
  },
  'decision-record/evidence-oversize': {
    title: 'Evidence is too large',
    message: ({ file, bytes, limitBytes }) => `${file} has ${bytes} bytes; at most ${limitBytes} are read`,
    fix: 'Run the gate again; what the gates write is far smaller.',
  },
  'decision-record/evidence-edited': {
    title: 'Evidence was edited',
    message: ({ file, found }) => `${file} is not as a gate wrote it: ${found}`,
    fix: 'Run the gate again with this version of testops; evidence is never edited by hand.',
  },
  'decision-record/evidence-renamed': {
    title: 'Evidence under another name',
    message: ({ file, gate }) => `${file} holds evidence of ${gate}`,
    fix: 'Deliver each evidence file under the name that the gate gave it.',
  },
  'decision-record/evidence-foreign-commit': {
    title: 'Evidence of another commit',
    message: ({ file, found, expected }) => `${file} is about ${found}, the decision about ${expected}`,
    fix: 'Run the gates on the commit that is judged.',
  },
  'decision-record/evidence-foreign-repository': {
    title: 'Evidence of another repository',
    message: ({ file, found, expected }) => `${file} comes from ${found}, the decision is about ${expected}`,
    fix: 'Run the gates in the repository that is judged.',
  },
  'decision-record/evidence-other-run': {
    title: 'Evidence of another run',
    message: ({ file, found, expected }) => `${file} comes from run ${found}, the decision is made for run ${expected}`,
    fix: 'Run the gate in this run, or allow earlier runs in the policy (`freshness.runs: earlier`).',
  },
  'decision-record/evidence-future-attempt': {
    title: 'Evidence of an attempt that did not happen',
    message: ({ file, found, expected }) => `${file} says attempt ${found}, the run is at attempt ${expected}`,
    fix: 'Find out who wrote the file, then run the gates again.',
  },
  'decision-record/evidence-from-future': {
    title: 'Evidence from the future',
    message: ({ file, found, now }) => `${file} says it was made at ${found}; now is ${now}, or it ended before it began`,
    fix: 'Set the clock of the machine that runs the gate, then run the gate again.',
  },
  'decision-record/evidence-duplicate': {
    title: 'Evidence twice',
    message: ({ gate, files }) => `${gate} has more than one evidence file for the same attempt: ${files.join(', ')}`,
    fix: 'Let one job per attempt write the evidence of a gate; merge the parts of a matrix first.',
  },
  'decision-record/evidence-digest-mismatch': {
    title: 'Evidence differs from what the gate job reported',
    message: ({ file, gate, found, expected }) => `${file} has the digest ${found}, the job of ${gate} reported ${expected}`,
    fix: 'Find out who replaced the artifact, then run the gates again.',
  },
  'decision-record/evidence-unvouched': {
    title: 'No job answers for the evidence',
    message: ({ file, gate }) => `The job of ${gate} reported no digest, yet ${file} is there`,
    fix: 'Look why the job ended early, then run it again.',
  },
  'decision-record/evidence-skipped': {
    title: 'Gate was skipped',
    message: ({ gate }) => `The job of ${gate} was skipped; skipped is not passed`,
    fix: 'Remove the condition that skipped the job, or look which earlier job failed.',
  },
  'decision-record/evidence-cancelled': {
    title: 'Gate was cancelled',
    message: ({ gate }) => `The job of ${gate} was cancelled; cancelled is not passed`,
    fix: 'Run the job again.',
  },
  'decision-record/evidence-unsettled': {
    title: 'Gate neither passed nor failed',
    message: ({ gate, found }) => `The job of ${gate} ended as ${found}; only success and failure are results`,
    fix: 'Run the job again, and remove what makes it end so.',
  },
  'decision-record/evidence-stale': {
    title: 'Evidence is too old',
    message: ({ file, finishedAt, maxAge }) => `${file} was made at ${finishedAt}; evidence may be at most ${maxAge} old`,
    fix: 'Run the gate again.',
  },
};
