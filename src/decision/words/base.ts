import type { Words } from '../../core/index.ts';

/** What a commit is compared with, and where what was agreed on comes from. */
export interface BaseArguments {
  'decision-record/limits-not-compared': { readonly reason: string };
  'decision-record/base-absent': { readonly tags: readonly string[]; readonly asked: boolean };
  'decision-record/base-elsewhere': { readonly tag: string; readonly commit: string };
  'decision-record/base-unaccepted': { readonly tag: string; readonly commit: string };
  'decision-record/previous-differs': { readonly found: string; readonly expected: string };
  'decision-record/tag-moved-since': { readonly tag: string; readonly found: string; readonly expected: string };
  'decision-record/steering-changed': { readonly paths: readonly string[] };
  'decision-record/default-branch-not-asked': { readonly source: string };
  'decision-record/checklist-from-judged-commit': { readonly file: string };
}

const MOST_SHOWN = 10;

const NAME_A_BASE = 'name it in testops.yml on the default branch: `decision-record: { base: <full commit id> }`';

export const baseWords: Words<BaseArguments> = {
  'decision-record/limits-not-compared': {
    title: 'Limits were not compared',
    message: ({ reason }) => `The limits could not be compared with those of earlier betas: ${reason}`,
    fix: 'Run the gates in a clone with the whole history (`fetch-depth: 0`), then decide again.',
  },
  'decision-record/base-absent': {
    title: 'No accepted beta to compare with',
    message: ({ tags, asked }) => {
      if (!asked && tags.length > 0) return `No decision could be looked up here; the limits were compared with ${tags.join(', ')}`;
      if (tags.length > 0) return `No earlier beta has an accepted decision; the limits were compared with ${tags.join(', ')}`;
      return 'This is the first beta: there is no earlier one to compare with, and every path counts as changed';
    },
    fix: `No action needed for a first beta. If an earlier beta was accepted without a decision, ${NAME_A_BASE}.`,
  },
  'decision-record/base-elsewhere': {
    title: 'Accepted beta is no ancestor',
    message: ({ tag, commit }) =>
      `${tag} was accepted on ${commit}, and the judged commit does not descend from it. If an earlier commit was accepted too, ${NAME_A_BASE}`,
    fix: `Release from a commit that descends from an accepted beta, or ${NAME_A_BASE}.`,
  },
  'decision-record/base-unaccepted': {
    title: 'Previous beta was not accepted',
    message: ({ tag, commit }) =>
      `The baseline \`tag:previous\` is ${tag} on ${commit}, and no decision accepted that beta. If it was accepted, ${NAME_A_BASE}`,
    fix: `If that beta was accepted, ${NAME_A_BASE}. Otherwise use a folder as the baseline.`,
  },
  'decision-record/previous-differs': {
    title: 'Compared with another beta',
    message: ({ found, expected }) => `snapshot-compare took ${found} for \`tag:previous\`; expected: ${expected}`,
    fix: 'Run the gates again: a beta was accepted, retracted or tagged in the meantime.',
  },
  'decision-record/tag-moved-since': {
    title: 'Earlier tag was moved',
    message: ({ tag, found, expected }) => `${tag} was accepted on ${expected} and now leads to ${found}`,
    fix: 'Find out who moved the tag. The limits of both commits count.',
  },
  'decision-record/steering-changed': {
    title: 'Files that steer measurements changed',
    message: ({ paths }) => {
      const shown = paths.slice(0, MOST_SHOWN).join(', ');
      return `Since the last accepted beta these files changed, which decide what is measured: ${shown}${paths.length > MOST_SHOWN ? ` and ${paths.length - MOST_SHOWN} more` : ''}`;
    },
    fix: 'Review these changes. A policy can require a review by what changed (`requirements`, `when: { paths: [...] }`).',
  },
  'decision-record/default-branch-not-asked': {
    title: 'Default branch is not known',
    message: ({ source }) =>
      source === 'none'
        ? 'It is not known where the default branch is'
        : 'In a run on GitHub the default branch was taken from the clone, not from GitHub',
    fix: 'Give the action a token (`github-token`) that may read the repository, then decide again.',
  },
  'decision-record/checklist-from-judged-commit': {
    title: 'Checklist of the judged commit',
    message: ({ file }) => `${file} was not read from the default branch, so the commit could choose what it has to prove`,
    fix: 'Merge the checklist into the default branch first.',
  },
};
