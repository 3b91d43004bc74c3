import { counted, type Words } from '../../core/index.ts';

/** What files, inputs and the exercise say about whether a gate measured this commit. */
export interface MeasuredArguments {
  'decision-record/measured-not-for-commit': {
    readonly gate: string;
    readonly files: number;
    readonly path: string;
    /** Reason of the first file. */
    readonly why: string;
    /** Age of the first file in whole days; `null` when it is not known. */
    readonly days: number | null;
  };
  'decision-record/measured-found': { readonly gate: string; readonly files: number; readonly path: string };
  'decision-record/measured-unknown': { readonly gate: string };
  'decision-record/inputs-differ': { readonly gate: string; readonly keys: readonly string[] };
  'decision-record/exercise-failed': { readonly found: string; readonly gates: readonly string[] };
}

/** Why a file is no evidence about a commit, as the end of a sentence whose subject is the file. */
export const ORIGIN_WORDS: Readonly<Record<string, string>> = {
  tracked: 'is committed, and this run did not write it',
  'older-than-commit': 'is older than the commit',
  submodule: 'belongs to another repository inside this one',
  'outside-workspace': 'is outside the workspace',
  'times-before-commit': 'has time stamps from before the commit',
  'times-in-future': 'has time stamps in the future',
  'equal-to-blob': 'was handed over by an earlier job, but the commit already contains the same bytes',
  'left-by-load': 'existed before `load`, which did not write it',
  'written-by-setup': 'was written by `setup`',
  'found-in-workflow': 'was not produced by this workflow run',
};

const PRODUCE =
  'Write the file with `load` or `prepare` in testops.yml, or hand it over from an earlier job of the run with `input-artifacts`. On your machine, run the load test again after the commit.';

export const measuredWords: Words<MeasuredArguments> = {
  'decision-record/measured-not-for-commit': {
    title: 'Measured files were not produced for this commit',
    message: ({ gate, files, path, why, days }) => {
      const age = days === null || days === 0 ? '' : `; it is ${counted(days, 'day')} old`;
      const more = files === 1 ? '' : ` (the first of ${counted(files, 'file')})`;
      return `${gate} measured ${path}${more}, which ${ORIGIN_WORDS[why] ?? `is ${why}`}${age}`;
    },
    fix: PRODUCE,
  },
  'decision-record/measured-found': {
    title: 'Measured files were produced outside this run',
    message: ({ gate, files, path }) =>
      `${gate} measured ${counted(files, 'file')} that changed after the commit but that this run did not write, such as ${path}`,
    fix: 'No action needed. To have every run produce its own files, write them with `load` or `prepare` in testops.yml.',
  },
  'decision-record/measured-unknown': {
    title: 'Origin of measured files is unknown',
    message: ({ gate }) => `The evidence of ${gate} does not record where its measured files come from`,
    fix: 'Run the gate again with this version of testops, not on parts of a scan that were copied by hand.',
  },
  'decision-record/inputs-differ': {
    title: 'Gate ran with inputs other than configured',
    message: ({ gate, keys }) => `${gate} ran with other inputs than testops.yml at the commit: ${keys.join(', ')}`,
    fix: 'Run the gate without these flags or inputs, or write their values into testops.yml.',
  },
  'decision-record/exercise-failed': {
    title: 'Exercise failed',
    message: ({ found, gates }) =>
      `The exercise (setup, serve, deploy-preview, load, prepare) ended with "${found}", so nothing shows what was measured${gates.length === 0 ? '' : ` by ${gates.join(', ')}`}`,
    fix: 'Open the log of the job `exercise`, fix the command that failed, and run the workflow again.',
  },
};
