import type { Words } from '../../core/finding.ts';

/** What each finding carries. Texts of values are cut and redacted before they come here. */
export interface Arguments {
  'snapshot-compare/value-changed': { readonly base: string; readonly actual: string; readonly distance: string };
  'snapshot-compare/value-added': { readonly actual: string };
  'snapshot-compare/value-removed': { readonly base: string };
  'snapshot-compare/value-moved': { readonly from: string };
  'snapshot-compare/duplicate-key': { readonly key: string; readonly side: string };
  'snapshot-compare/malformed-snapshot': { readonly side: string; readonly format: string; readonly reason: string };
  'snapshot-compare/lines-changed': { readonly removed: number; readonly added: number; readonly baseLine: number };
  'snapshot-compare/lines-moved': { readonly count: number; readonly baseLine: number };
  'snapshot-compare/final-newline': { readonly side: string };
  'snapshot-compare/bytes-differ': { readonly baseSize: number; readonly actualSize: number; readonly blocks: number };
  'snapshot-compare/picture-size': { readonly base: string; readonly actual: string };
  'snapshot-compare/pixels-differ': { readonly pixels: number; readonly all: number; readonly allowed: number };
  'snapshot-compare/file-renamed': { readonly path: string; readonly from: string };
  'snapshot-compare/entry-kind': { readonly base: string; readonly actual: string };
  'snapshot-compare/file-added': { readonly path: string };
  'snapshot-compare/file-removed': { readonly path: string };
  'snapshot-compare/more-differences': { readonly path: string; readonly notListed: number };
  'snapshot-compare/baseline-absent': {
    readonly baseline: string;
    readonly acceptAs: string;
    readonly actual: string;
    readonly empty: boolean;
    readonly detail: string;
  };
  'snapshot-compare/baseline-unreachable': { readonly baseline: string; readonly detail: string };
  'snapshot-compare/pending': { readonly files: number; readonly baseline: string };
  'snapshot-compare/replica-trouble': { readonly replica: string; readonly problem: string };
  'snapshot-compare/replica-flaw': { readonly replica: string; readonly key: string; readonly flaw: string; readonly repaired: boolean };
  'snapshot-compare/unreferenced': { readonly replica: string; readonly key: string };
  'snapshot-compare/lost': { readonly key: string; readonly neededBy: string };
  'snapshot-compare/store-empty': { readonly [name: string]: never };
  'snapshot-compare/restored': { readonly tag: string; readonly folder: string; readonly files: number };
  'snapshot-compare/baseline-conflicted': { readonly path: string };
  'snapshot-compare/nothing-to-compare': { readonly actual: string; readonly why: 'absent' | 'empty' | 'ignored' | 'linked' };
  'snapshot-compare/unreadable': { readonly path: string; readonly problem: string };
  'snapshot-compare/accepted': { readonly files: number; readonly baseline: string };
  'snapshot-compare/unused-rule': { readonly rule: number };
}

const side = (name: string) => (name === 'baseline' ? 'the baseline' : 'the actual snapshot');
const REVIEW =
  'If the change is meant, update the baseline and commit it; if this value may vary, write a rule for it; else mend what produced it.';
const UPDATE = 'If this is meant, update the baseline and commit it; else mend what produced it.';
const acceptCommand = (baseline: string, actual: string) =>
  `testops snapshot-compare --baseline ${baseline} --actual ${actual} --mode accept${baseline.startsWith('tag:') ? ' --by NAME --reason WHY' : ''}`;

/** Every sentence of snapshot-compare. */
export const words: Words<Arguments> = {
  'snapshot-compare/value-changed': {
    title: 'A value changed',
    message: ({ base, actual, distance }) => `was ${base}, is ${actual}${distance ? ` (apart by ${distance})` : ''}`,
    fix: REVIEW,
  },
  'snapshot-compare/value-added': { title: 'A value was added', message: ({ actual }) => `new: ${actual}`, fix: REVIEW },
  'snapshot-compare/value-removed': { title: 'A value was removed', message: ({ base }) => `gone: ${base}`, fix: REVIEW },
  'snapshot-compare/value-moved': {
    title: 'An element changed its place',
    message: ({ from }) => `stood at ${from}`,
    fix: 'If order does not count here, write a rule with `unordered` or `key`; else mend what produced it.',
  },
  'snapshot-compare/duplicate-key': {
    title: 'A key stands twice in one object',
    message: ({ key, side: where }) => `${side(where)} has the key ${JSON.stringify(key)} twice; readers disagree on which one counts`,
    fix: 'Mend what writes the document; no patch is offered for an ambiguous one.',
  },
  'snapshot-compare/malformed-snapshot': {
    title: 'A snapshot is not what its format says',
    message: ({ side: where, format, reason }) => `${side(where)} is not ${format}: ${reason}`,
    fix: 'Mend what writes the file, or name its real format in a rule (`format: text`).',
  },
  'snapshot-compare/lines-changed': {
    title: 'Lines changed',
    message: ({ removed, added, baseLine }) => `${removed} removed, ${added} added (baseline line ${baseLine})`,
    fix: REVIEW,
  },
  'snapshot-compare/lines-moved': {
    title: 'Lines moved',
    message: ({ count, baseLine }) => `${count} moved from baseline line ${baseLine}`,
    fix: UPDATE,
  },
  'snapshot-compare/final-newline': {
    title: 'The last newline is missing on one side',
    message: ({ side: where }) => `${side(where)} does not end with a newline, the other side does`,
    fix: UPDATE,
  },
  'snapshot-compare/bytes-differ': {
    title: 'Bytes differ',
    message: ({ baseSize, actualSize, blocks }) =>
      `${blocks} blocks of 64 KiB differ; ${baseSize === actualSize ? `both have ${baseSize} bytes` : `${baseSize} bytes became ${actualSize}`}`,
    fix: UPDATE,
  },
  'snapshot-compare/picture-size': {
    title: 'A picture changed its size',
    message: ({ base, actual }) => `was ${base} pixels, is ${actual}`,
    fix: UPDATE,
  },
  'snapshot-compare/pixels-differ': {
    title: 'A picture changed',
    message: ({ pixels, all, allowed }) => `${pixels} of ${all} pixels differ, ${allowed} may`,
    fix: 'If the change is meant, update the baseline and commit it; if rendering varies, write a rule with `image`; else mend what drew it.',
  },
  'snapshot-compare/file-renamed': {
    title: 'A file has another name',
    message: ({ path, from }) => `${path} has the content of ${from}, which is gone`,
    fix: 'If the new name is meant, update the baseline and commit it, or accept it with a rule (`renamed: accept`).',
  },
  'snapshot-compare/entry-kind': {
    title: 'A path is another kind of thing',
    message: ({ base, actual }) => `was ${base}, is ${actual}`,
    fix: UPDATE,
  },
  'snapshot-compare/file-added': { title: 'A file has no baseline', message: ({ path }) => `${path} is new`, fix: UPDATE },
  'snapshot-compare/file-removed': {
    title: 'A file of the baseline was not produced',
    message: ({ path }) => `${path} is gone`,
    fix: UPDATE,
  },
  'snapshot-compare/more-differences': {
    title: 'More differences than are listed',
    message: ({ path, notListed }) => `${path}: ${notListed} more`,
    fix: 'Mend the ones that are listed first; the count of all is in the measurements.',
  },
  'snapshot-compare/baseline-absent': {
    title: 'There is no baseline',
    message: ({ baseline, acceptAs, actual, empty, detail }) =>
      `${baseline} ${empty ? 'is empty' : 'does not exist'}${detail ? ` (${detail})` : ''}; nothing was compared. To make the first one: ${acceptCommand(acceptAs, actual)}`,
    fix: 'Look at the actual snapshots; when they are right, run the accept command and commit the folder.',
  },
  'snapshot-compare/baseline-conflicted': {
    title: 'The baseline holds merge conflict markers',
    message: ({ path }) => `${path}: the merge was never finished, so nobody knows what is meant`,
    fix: 'Finish the merge of the baseline and commit it.',
  },
  'snapshot-compare/nothing-to-compare': {
    title: 'There is nothing to compare',
    message: ({ actual, why }) =>
      ({
        ignored: 'rules leave out every file, or redact all that it contains',
        linked: `${actual} is the baseline itself, reached through a link`,
        empty: `${actual} is empty; the snapshots were not produced`,
        absent: `${actual} does not exist; the snapshots were not produced`,
      })[why],
    fix: 'Make sure that the step that writes the snapshots ran, and that the path is right.',
  },
  'snapshot-compare/unreadable': {
    title: 'A snapshot cannot be read',
    message: ({ path, problem }) => `${path}: ${problem}`,
    fix: 'Give the file back its permissions, or leave it out with a rule.',
  },
  'snapshot-compare/accepted': {
    title: 'A baseline was accepted; nothing was compared',
    message: ({ files, baseline }) => `${files} files became ${baseline}; this is no verdict on them`,
    fix: 'Commit the baseline and run mode compare.',
  },
  'snapshot-compare/baseline-unreachable': {
    title: 'The baseline cannot be read',
    message: ({ baseline, detail }) => `${baseline}: ${detail}`,
    fix: 'Bring the replicas or the service back; for a store, run mode scrub.',
  },
  'snapshot-compare/pending': {
    title: 'A new baseline waits for acceptance',
    message: ({ files, baseline }) => `${files} changes of ${baseline} were written to the pending set; this is no verdict on them`,
    fix: 'Look at the pending set, then run mode accept; or remove it.',
  },
  'snapshot-compare/replica-trouble': {
    title: 'A replica of the store is damaged or out of reach',
    message: ({ replica, problem }) => `${replica}: ${problem}`,
    fix: 'Run mode scrub, which repairs from the other replicas.',
  },
  'snapshot-compare/replica-flaw': {
    title: 'A copy in the store is missing or damaged',
    message: ({ replica, key, flaw, repaired }) => `${replica}: ${key} was ${flaw}${repaired ? '; repaired' : '; not repaired'}`,
    fix: 'Look at the storage behind the replica when this repeats.',
  },
  'snapshot-compare/unreferenced': {
    title: 'Nothing refers to an object of the store',
    message: ({ replica, key }) => `${replica}: ${key}`,
    fix: 'Nothing has to be done: an interrupted save leaves such objects. Remove them by hand when nobody is saving.',
  },
  'snapshot-compare/lost': {
    title: 'A stored snapshot is lost',
    message: ({ key, neededBy }) => `${key}${neededBy ? `, needed by ${neededBy}` : ''}: no replica has a good copy`,
    fix: 'Bring back a replica or a backup that has it and scrub again; nothing was written over.',
  },
  'snapshot-compare/store-empty': {
    title: 'The store holds no snapshot',
    message: () => 'no snapshot was found, so nothing could be checked',
    fix: 'Check that the replicas are the right ones; accept a first snapshot.',
  },
  'snapshot-compare/restored': {
    title: 'A snapshot was restored',
    message: ({ tag, folder, files }) => `${files} files of ${tag} stand in ${folder}, each checked by its digest`,
    fix: 'Nothing has to be done.',
  },
  'snapshot-compare/unused-rule': {
    title: 'A rule applies to no file',
    message: ({ rule }) => `rule ${rule} matches no path on either side`,
    fix: 'Mend its `files`, or remove it.',
  },
};

/** Titles of what the report draws. */
export const exhibitTitles = {
  files: 'Files that differ',
  diff: 'What differs',
  pictures: 'How it looks',
  replicas: 'Replicas of the store',
  left: 'baseline',
  right: 'actual',
} as const;
