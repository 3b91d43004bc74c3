import type { Words } from '../../core/index.ts';

interface Line {
  readonly item: string;
}

/** What the readiness checklist lacks. */
export interface ReadinessArguments {
  'decision-record/readiness-gate': Line & { readonly gate: string; readonly found: string };
  'decision-record/readiness-open-finding': Line & { readonly gate: string; readonly code: string; readonly count: number };
  'decision-record/readiness-check': Line & { readonly gate: string; readonly check: string; readonly found: string };
  'decision-record/readiness-measurement': Line & {
    readonly gate: string;
    readonly measurement: string;
    readonly found: number | null;
    readonly needed: number;
  };
  'decision-record/readiness-artifact-missing': Line & { readonly name: string };
  'decision-record/readiness-artifact-changed': Line & { readonly name: string; readonly found: string; readonly expected: string };
  'decision-record/readiness-file-missing': Line & { readonly path: string };
  'decision-record/readiness-file-differs': Line & { readonly path: string; readonly expected: string };
  'decision-record/readiness-note-missing': Line & { readonly path: string; readonly expected: string };
  'decision-record/readiness-statement-date': Line & { readonly by: string; readonly on: string; readonly reason: string };
  'decision-record/readiness-needs-version': Line & { readonly text: string };
}

export const readinessWords: Words<ReadinessArguments> = {
  'decision-record/readiness-gate': {
    title: 'Checklist: gate did not pass',
    message: ({ item, gate, found }) => `${item}: ${gate} is ${found}`,
    fix: 'Mend what the gate found, or run it.',
  },
  'decision-record/readiness-open-finding': {
    title: 'Checklist: open finding',
    message: ({ item, gate, code, count }) => `${item}: ${gate} has ${count} open ${code}`,
    fix: 'Mend the findings.',
  },
  'decision-record/readiness-check': {
    title: 'Checklist: check did not pass',
    message: ({ item, gate, check, found }) => `${item}: the check ${check} of ${gate} is ${found}`,
    fix: 'Mend what the gate found, or configure the check.',
  },
  'decision-record/readiness-measurement': {
    title: 'Checklist: too little was measured',
    message: ({ item, gate, measurement, found, needed }) =>
      `${item}: ${measurement} of ${gate} is ${found ?? 'not measured'}; at least ${needed} is needed`,
    fix: 'Measure for longer.',
  },
  'decision-record/readiness-artifact-missing': {
    title: 'Checklist: artifact is missing',
    message: ({ item, name }) => `${item}: the artifact ${name} is not attached`,
    fix: 'Attach it.',
  },
  'decision-record/readiness-artifact-changed': {
    title: 'Checklist: another artifact',
    message: ({ item, name, found, expected }) => `${item}: ${name} has the digest ${found}, expected is ${expected}`,
    fix: 'Attach the artifact that the checklist names, or update the checklist.',
  },
  'decision-record/readiness-file-missing': {
    title: 'Checklist: file is missing',
    message: ({ item, path }) => `${item}: ${path} is not there, or is empty, at the judged commit`,
    fix: 'Add the file.',
  },
  'decision-record/readiness-file-differs': {
    title: 'Checklist: file does not match',
    message: ({ item, path, expected }) => `${item}: ${path} lacks ${expected}`,
    fix: 'Bring the file up to date.',
  },
  'decision-record/readiness-note-missing': {
    title: 'Checklist: release note is missing',
    message: ({ item, path, expected }) => `${item}: ${path} has no section for this version with ${expected}`,
    fix: 'Write the release note.',
  },
  'decision-record/readiness-statement-date': {
    title: 'Checklist: statement does not count',
    message: ({ item, by, on, reason }) => `${item}: the statement of ${by} of ${on} ${reason}`,
    fix: 'Ask for a statement of today.',
  },
  'decision-record/readiness-needs-version': {
    title: 'Checklist: no version',
    message: ({ item, text }) => `${item}: ${text} is about a version, and the decision is for none`,
    fix: 'Give the version that the decision is for.',
  },
};
