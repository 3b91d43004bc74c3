import type { Words } from '../../core/index.ts';
import { causeFix, causeTitle } from './cause-words.ts';
import type { Aspect, NotAppliedReason, RunKind } from './facts.ts';

/** What every finding about a difference carries. */
interface DifferenceArguments {
  /** The output's path, `stdout` or `stderr`. */
  readonly output: string;
  readonly aspects: readonly Aspect[];
  /** Two short pieces, when the difference is a mode or a kind. */
  readonly left: string;
  readonly right: string;
  /** Most likely first. */
  readonly causes: readonly string[];
  readonly accepted: boolean;
}

export interface Arguments {
  'determinism-check/differs-by-itself': DifferenceArguments & { readonly diverged: number; readonly comparisons: number };
  'determinism-check/differs-when-varied': DifferenceArguments & {
    readonly culprits: readonly (readonly string[])[];
    readonly furtherRuns: number;
    readonly furtherRunsBound: number;
  };
  'determinism-check/differs-for-no-known-reason': DifferenceArguments & { readonly rates: readonly string[] };
  'determinism-check/exit-differs': { readonly left: string; readonly right: string; readonly culprits: readonly (readonly string[])[] };
  'determinism-check/command-fails': { readonly ending: string; readonly code: number; readonly failed: number; readonly runs: number };
  'determinism-check/timed-out': { readonly seconds: number };
  'determinism-check/not-started': { readonly detail: string };
  'determinism-check/no-outputs': { readonly pattern: string };
  'determinism-check/nothing-compared': Record<string, never>;
  'determinism-check/unreadable-output': { readonly path: string; readonly reason: string };
  'determinism-check/run-not-made': { readonly run: string; readonly detail: string };
  'determinism-check/variation-not-applied': { readonly variation: string; readonly reason: NotAppliedReason };
  'determinism-check/variation-missing': {
    readonly variation: string;
    readonly reason: NotAppliedReason | { readonly kind: 'not-chosen' };
  };
  'determinism-check/rate-not-shown': {
    readonly maxRate: number;
    readonly comparisons: number;
    readonly needed: number;
    readonly confidence: number;
  };
  'determinism-check/accepted-expired': { readonly match: string };
  'determinism-check/accepted-not-yet': { readonly match: string };
  'determinism-check/accepted-unused': { readonly match: string };
  'determinism-check/no-manifest': { readonly pattern: string };
  'determinism-check/one-manifest': { readonly manifests: number };
  'determinism-check/part-missing': { readonly part: string };
  'determinism-check/part-verdict': {
    readonly name: string;
    readonly platform: string;
    readonly verdict: string;
    readonly headline: string | null;
  };
  'determinism-check/other-command': { readonly name: string };
  'determinism-check/machines-differ': {
    readonly output: string;
    readonly aspect: Aspect;
    readonly left: string;
    readonly right: string;
    readonly accepted: boolean;
  };
  'determinism-check/left-running': { readonly names: readonly string[] };
  'determinism-check/workspace-changed': { readonly paths: readonly string[] };
}

const differenceFix = ({ causes }: DifferenceArguments): string => {
  const [first] = causes;
  return first === undefined ? '' : ` ${causeFix(first)}`;
};

/** Every sentence of this gate. */
export const words: Words<Arguments> = {
  'determinism-check/differs-by-itself': {
    title: 'An output differs between equal runs',
    message: (args) =>
      `${args.output} ${differs(args)} although nothing was varied: in ${args.diverged} of ${args.comparisons} comparisons of equal runs.${likely(args)}${differenceFix(args)}${accepted(args)}`,
    fix: 'Find what the command takes from the clock, from chance or from the order of its threads, and hand it in as an input instead.',
  },
  'determinism-check/differs-when-varied': {
    title: 'An output depends on its surroundings',
    message: (args) =>
      `${args.output} ${differs(args)} when ${culpritText(args.culprits)} is varied${counted(args)}.${likely(args)}${differenceFix(args)}${accepted(args)}`,
    fix: 'Make the command independent of what is named, or set it to one value inside the command.',
  },
  'determinism-check/differs-for-no-known-reason': {
    title: 'An output differs, and no variation could be named',
    message: (args) =>
      `${args.output} ${differs(args)}; not attributed: no set of variations makes it differ alone while all others together do not (${args.rates.join('; ')}).${likely(args)}${differenceFix(args)}${accepted(args)}`,
    fix: 'It probably differs by chance, but rarely: raise `runs`, and look at the difference shown.',
  },
  'determinism-check/exit-differs': {
    title: 'The command does not always end the same way',
    message: ({ left, right, culprits }) =>
      `The first run: ${left}; another: ${right}.${culprits.length === 0 ? '' : ` It differs when ${culpritText(culprits)} is varied.`}`,
    fix: 'Run the command under the named variation and read what it prints; a command that fails sometimes cannot be trusted when it succeeds.',
  },
  'determinism-check/command-fails': {
    title: 'The command fails',
    message: ({ ending, code, failed, runs }) =>
      `${ending} in ${failed} of ${runs} runs.${code === 127 ? ' 127: the shell found no such command.' : code === 126 ? ' 126: found, but not executable.' : ''}`,
    fix: 'Run the command in a fresh copy of the workspace, without earlier outputs. If this code is meant, name it in `allow-exit-codes`.',
  },
  'determinism-check/timed-out': {
    title: 'The command does not end',
    message: ({ seconds }) => `The first run was ended after ${seconds} s, with all its processes; nothing was measured.`,
    fix: 'Raise `timeout-seconds`, or find what the command waits for.',
  },
  'determinism-check/not-started': {
    title: 'The command did not start',
    message: ({ detail }) => `${detail}; nothing was measured.`,
    fix: 'Install a shell (bash or sh) on this machine.',
  },
  'determinism-check/no-outputs': {
    title: 'A pattern of outputs matches nothing',
    message: ({ pattern }) => `No file matches ${JSON.stringify(pattern)} after the first run.`,
    fix: 'Correct the pattern; it is relative to the workspace, where the command runs.',
  },
  'determinism-check/nothing-compared': {
    title: 'There was nothing to compare',
    message: () => 'No output was named, and the command printed nothing: only its exit code is known.',
    fix: 'Name the files that the command makes in `outputs`.',
  },
  'determinism-check/unreadable-output': {
    title: 'An output cannot be read',
    message: ({ path, reason }) => `${path}: ${reason}.`,
    fix: 'Let the command make its outputs readable, or take this one out of `outputs` with `!pattern`.',
  },
  'determinism-check/run-not-made': {
    title: 'A run could not be made',
    message: ({ run, detail }) => `The ${run} run could not be made: ${detail}.`,
    fix: 'Free space, or correct what is named, and run again.',
  },
  'determinism-check/variation-not-applied': {
    title: 'A variation was not applied',
    message: ({ variation, reason }) => `${variation}: not applied, because ${becauseText(reason)}.`,
    fix: 'Install the tool, or list the variation in `require-variations` if the gate must not pass without it.',
  },
  'determinism-check/variation-missing': {
    title: 'A required variation was not applied',
    message: ({ variation, reason }) => `${variation} is required, but was not applied, because ${becauseText(reason)}.`,
    fix: 'Install the tool, or run on a machine that permits it.',
  },
  'determinism-check/rate-not-shown': {
    title: 'Too few runs for the rate',
    message: ({ maxRate, comparisons, needed, confidence }) =>
      `${comparisons} comparisons cannot exclude a rate of ${maxRate} with confidence ${confidence}: ${needed} unvaried runs are needed.`,
    fix: 'Leave `runs` out (it is then worked out), or raise it.',
  },
  'determinism-check/accepted-expired': {
    title: 'An accepted difference has expired',
    message: ({ match }) => `${JSON.stringify(match)} is no longer accepted.`,
    fix: 'Mend the difference, or have its owner renew it.',
  },
  'determinism-check/accepted-not-yet': {
    title: 'An accepted difference is not in force yet',
    message: ({ match }) => `${JSON.stringify(match)} is accepted later, not now.`,
    fix: 'Correct `effectiveOn`, or wait.',
  },
  'determinism-check/accepted-unused': {
    title: 'An accepted difference was not found',
    message: ({ match }) => `${JSON.stringify(match)} is accepted, but nothing differs so.`,
    fix: 'Remove it: it could hide something new.',
  },
  'determinism-check/no-manifest': {
    title: 'A pattern of manifests matches nothing',
    message: ({ pattern }) => `No file matches ${JSON.stringify(pattern)}.`,
    fix: 'Check that the jobs that write the manifests ran, and that their artifacts were downloaded.',
  },
  'determinism-check/one-manifest': {
    title: 'There are not two manifests to compare',
    message: ({ manifests }) => `${manifests} was found; at least 2 are needed.`,
    fix: 'Name the manifests of all machines in `manifests`.',
  },
  'determinism-check/part-missing': {
    title: 'A part of the matrix is missing',
    message: ({ part }) => `There is no manifest of part ${part}.`,
    fix: 'Look at the job of that part: it did not run, or failed before it wrote its manifest.',
  },
  'determinism-check/part-verdict': {
    title: 'A machine did not pass by itself',
    message: ({ name, platform, verdict, headline }) => `${name} (${platform}): ${verdict}${headline === null ? '' : `, ${headline}`}.`,
    fix: 'Look at the job of that machine: its summary and annotations name outputs and causes.',
  },
  'determinism-check/other-command': {
    title: 'A manifest is of another command',
    message: ({ name }) => `${name} was made with another \`run\`, \`outputs\` or \`compare\`.`,
    fix: 'Make all manifests with the same configuration.',
  },
  'determinism-check/machines-differ': {
    title: 'An output differs between machines',
    message: ({ output, aspect, left, right, accepted }) =>
      `${output} ${ASPECT_TEXT[aspect]}: ${left}, ${right}.${accepted ? ' (accepted)' : ''}`,
    fix: 'Run the gate with all variations on one of the machines; what differs between machines mostly shows there, with its cause.',
  },
  'determinism-check/left-running': {
    title: 'The command left processes running',
    message: ({ names }) => `Still running after the command had ended, and ended by us: ${names.join(', ')}.`,
    fix: 'Let the command wait for what it starts.',
  },
  'determinism-check/workspace-changed': {
    title: 'Files of the workspace itself changed',
    message: ({ paths }) => `While the command ran in copies, these changed in the workspace: ${paths.join(', ')}.`,
    fix: 'If the command wrote them, let it write below the folder that it runs in; runs that share files prove nothing.',
  },
};

/** Titles of exhibits and their columns. */
export const titles = {
  variations: 'Variations',
  variation: 'variation',
  applied: 'applied',
  setting: 'what was different, or why not',
  outputs: 'What differs, and with what',
  byItself: 'by itself',
  ofComparisons: (diverged: number, comparisons: number) => `${diverged} of ${comparisons} comparisons`,
  line: (line: number) => `line ${line}`,
  runs: (variations: number) => `Runs, each against the first (${variations} variations applied)`,
  run: (from: number, to: number) => (from === to ? `run ${from}` : `runs ${from} to ${to}`),
  varied: 'varied',
  reference: 'reference',
  againstFirst: 'against the first',
  first: 'first run',
  other: 'run that differs',
} as const;

/** What was varied in a run of each kind. */
export const RUN_KINDS: Readonly<Record<RunKind, string>> = {
  unvaried: 'nothing',
  varied: 'everything at once',
  terminal: 'on a terminal',
  search: 'some (search)',
  repeat: 'nothing (again)',
};

const ASPECT_TEXT: Readonly<Record<Aspect, string>> = {
  content: 'differs in content',
  mode: 'differs in its permission bits',
  kind: 'is of another kind',
  missing: 'is missing in some runs',
  extra: 'is there in some runs only',
  ending: 'ends differently',
};

function counted({ furtherRuns, furtherRunsBound }: { readonly furtherRuns: number; readonly furtherRunsBound: number }): string {
  return furtherRunsBound === 0 ? '' : ` (named after ${furtherRuns} further runs, at most ${furtherRunsBound})`;
}

function differs({ aspects, left, right }: DifferenceArguments): string {
  const values = left === '' && right === '' ? '' : ` (${left}, ${right})`;
  return `${aspects.map((aspect) => ASPECT_TEXT[aspect]).join(' and ')}${values}`;
}

function likely({ causes }: DifferenceArguments): string {
  return causes.length === 0 ? '' : ` Likely: ${causes.slice(0, 3).map(causeTitle).join(', or ')}.`;
}

function accepted(args: DifferenceArguments): string {
  return args.accepted ? ' (accepted)' : '';
}

/** "A, or B and C together". */
export function culpritText(culprits: readonly (readonly string[])[]): string {
  return culprits.map((set) => (set.length > 1 ? `${set.join(' and ')} together` : (set[0] ?? ''))).join(', or ');
}

export function becauseText(reason: NotAppliedReason | { readonly kind: 'not-chosen' }): string {
  switch (reason.kind) {
    case 'no-tool':
      return `${reason.tool} is not installed`;
    case 'not-permitted':
      return `this machine does not permit ${reason.what}`;
    case 'no-choice':
      return `there is no ${reason.what} here`;
    case 'no-outputs':
      return 'it compares output files, and none are named';
    case 'not-chosen':
      return '`vary` leaves it out';
  }
}
