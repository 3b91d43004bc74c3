import type { Words } from '../../core/index.ts';

/** Why a bundle is rejected. */
export interface BundleArguments {
  'decision-record/bundle-unreadable': { readonly file: string; readonly found: string };
  'decision-record/bundle-oversize': { readonly file: string; readonly bytes: number; readonly limitBytes: number };
  'decision-record/bundle-file-missing': { readonly file: string };
  'decision-record/bundle-file-changed': { readonly file: string; readonly found: string; readonly expected: string };
  'decision-record/bundle-file-unlisted': { readonly file: string };
  'decision-record/decision-not-derivable': { readonly found: string };
  'decision-record/summary-differs': { readonly found: string };
  'decision-record/decision-no-go': { readonly outcome: string };
  'decision-record/decision-stale': { readonly timeVerified: string; readonly maxAge: string };
  'decision-record/decision-from-future': { readonly timeVerified: string; readonly now: string };
  'decision-record/waiver-expired-since': { readonly rule: string; readonly match: string; readonly until: string };
}

export const bundleWords: Words<BundleArguments> = {
  'decision-record/bundle-unreadable': {
    title: 'Unreadable bundle',
    message: ({ file, found }) => `${file}: ${found}`,
    fix: 'Name the decision.json of a bundle that testops wrote.',
  },
  'decision-record/bundle-oversize': {
    title: 'Bundle is too large',
    message: ({ file, bytes, limitBytes }) => `${file} has ${bytes} bytes; at most ${limitBytes} are read`,
    fix: 'Find out who wrote it.',
  },
  'decision-record/bundle-file-missing': {
    title: 'File is missing from the bundle',
    message: ({ file }) => `${file} is named by the decision and not there`,
    fix: 'Fetch the whole bundle again.',
  },
  'decision-record/bundle-file-changed': {
    title: 'File of the bundle was changed',
    message: ({ file, found, expected }) => `${file} has the digest ${found}, the decision names ${expected}`,
    fix: 'Fetch the bundle again; if it stays so, treat it as forged.',
  },
  'decision-record/bundle-file-unlisted': {
    title: 'Stranger in the bundle',
    message: ({ file }) => `${file} is in the bundle and the decision does not name it`,
    fix: 'Remove it, or fetch the bundle again.',
  },
  'decision-record/decision-not-derivable': {
    title: 'Decision does not follow from its inputs',
    message: ({ found }) => `Deciding again on the same inputs does not give this decision.json: ${found}`,
    fix: 'Treat the bundle as forged, unless another version of testops wrote it.',
  },
  'decision-record/summary-differs': {
    title: 'Verification summary does not fit',
    message: ({ found }) => `decision.vsa.intoto.json is not the summary of this decision: ${found}`,
    fix: 'Treat the bundle as forged, unless another version of testops wrote it.',
  },
  'decision-record/decision-no-go': {
    title: 'Decision is no go',
    message: ({ outcome }) => `The decision is genuine, and it is ${outcome}`,
    fix: 'Mend what the decision names and decide again.',
  },
  'decision-record/decision-stale': {
    title: 'Decision is too old',
    message: ({ timeVerified, maxAge }) => `It was decided at ${timeVerified}; a decision stands for ${maxAge}`,
    fix: 'Run the gates again, or ask how it stood then with --as-of-decision.',
  },
  'decision-record/decision-from-future': {
    title: 'Decision from the future',
    message: ({ timeVerified, now }) => `It says it was decided at ${timeVerified}; now is ${now}`,
    fix: 'Set the clock, and decide again.',
  },
  'decision-record/waiver-expired-since': {
    title: 'Waiver has ended since',
    message: ({ rule, match, until }) => `The waiver for ${rule}/${match}, on which the decision rests, ended on ${until}`,
    fix: 'Decide again.',
  },
};
