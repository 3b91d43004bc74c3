import type { Words } from '../../core/index.ts';
import type { Arguments, StreakArgs } from './arguments.ts';

/** Titles of what the report draws. */
export const titles = {
  objectives: 'Objectives',
  sources: 'Results',
  days: 'Days in a row',
  runs: 'Runs',
  distribution: 'Distribution',
  course: 'Over time',
  faults: 'Faults that were injected',
  budgets: 'Error budget spent',
  budgetLeft: 'Error budget left',
} as const;

/** Words inside of what the report draws. */
export const pictureWords = {
  phase: { all: '', inside: ', inside faults', outside: ', outside faults' },
  good: (comparison: string, value: string) => `good: ${comparison} ${value}`,
  fault: 'Fault',
  target: 'Target',
  injectedAfter: 'Injected at (s)',
  recoveredAfter: 'Recovered after (s)',
  never: 'not recovered',
  results: 'Results',
  spent: 'spent',
  allowed: (share: string) => `${share} of events may be bad`,
  dayState: {
    met: 'met',
    failed: 'missed',
    missing: 'no evaluation',
    unmeasured: 'not conclusive',
  } as Readonly<Record<string, string>>,
  lacks: (kinds: readonly string[]) => `no ${kinds.join(', ')}`,
} as const;

const list = (names: readonly string[]) => (names.length === 0 ? 'nothing' : names.map((name) => `\`${name}\``).join(', '));

/** A number with at most five significant digits and its unit; shares (`ratio`) as percentages. */
export function quantity(value: number, unit: string): string {
  if (unit === 'ratio') return `${Number((value * 100).toPrecision(5))} %`;
  const text =
    Math.abs(value) >= 1e5 || Number.isInteger(value) ? String(Math.round(value * 1000) / 1000) : String(Number(value.toPrecision(5)));
  return unit === '1' ? text : `${text} ${unit}`;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  unreadable: 'damaged: the line is no entry',
  edited: 'edited: the entry does not give its hash',
  removed: 'shortened in the middle: entries before it are gone',
  reordered: 'reordered: the entry stands in the wrong place',
  cut: 'cut off: entries that were there are gone',
  rewritten: 'rewritten: the entries before it are not those that it followed',
};

const STATES: Readonly<Record<string, string>> = {
  failed: 'missed the objectives',
  missing: 'has no evaluation',
  unmeasured: 'has no conclusive evaluation',
  'kind-missing': 'lacks a kind of results',
};

function streakText(a: StreakArgs): string {
  const kinds = a.missingKinds.length === 0 ? '' : ` (${a.missingKinds.join(', ')})`;
  const left = [
    a.replayed > 0 ? `${a.replayed} repeat earlier results` : '',
    a.otherCommits > 0 ? `${a.otherCommits} are of commits that are not ancestors${a.shallow ? ' (the clone is shallow)' : ''}` : '',
    a.beforeRestart > 0 ? `${a.beforeRestart} are from before the objectives changed` : '',
    (a.unconfirmed ?? 0) > 0 ? `${a.unconfirmed} are confirmed neither by a trusted signature nor by a run of this repository` : '',
  ].filter((part) => part !== '');
  return `${a.length} of ${a.needed} consecutive days were met: ${a.day} ${STATES[a.state] ?? a.state}${kinds}.${left.length === 0 ? '' : ` Entries left out: ${left.join('; ')}.`}`;
}

const percent = (factor: number) => `${factor >= 1 ? '+' : ''}${Number(((factor - 1) * 100).toPrecision(3))} %`;

/** The one table of sentences of slo-gate. */
export const words: Words<Arguments> = {
  'slo-gate/objective-missed': {
    title: 'An objective was missed',
    message: (a) =>
      `${a.objective}: ${a.statistic} is ${quantity(a.value, a.unit)} in ${a.source}; the objective is ${a.comparison} ${quantity(a.limit, a.unit)}.`,
    fix: 'See what changed in the system under load since the objective was last met; raise the limit only when the promise to its users changes.',
  },
  'slo-gate/objective-close': {
    title: 'An objective is within its limit, but outside its warning limit',
    message: (a) =>
      `${a.objective}: ${a.statistic} is ${quantity(a.value, a.unit)} in ${a.source}; the warning limit is ${a.comparison} ${quantity(a.limit, a.unit)}.`,
    fix: 'Look at it before it fails; nothing is blocked yet.',
  },
  'slo-gate/interval-holds-limit': {
    title: 'The interval holds the limit',
    message: (a) => {
      const ends = `${a.low === null ? 'no lower end' : quantity(a.low, a.unit)} to ${a.high === null ? 'no upper end' : quantity(a.high, a.unit)}`;
      const more = a.needed === null ? '' : ` About ${a.needed} samples would settle it.`;
      return `${a.objective}: ${a.statistic} is ${quantity(a.value, a.unit)} in ${a.source} (95 % interval ${ends}, ${a.samples} samples); the objective ${a.comparison} ${quantity(a.limit, a.unit)} lies inside of it.${more}`;
    },
    fix: 'Take more samples, over a longer time; or change the limit if the difference does not matter to anybody.',
  },
  'slo-gate/repeated-file': {
    title: 'A file of results repeats another one',
    message: (a) => `${a.file} is the same, byte for byte, as ${a.of}, and is counted once.`,
    fix: 'Take one of them out of `results`.',
  },
  'slo-gate/budget-burning': {
    title: 'The error budget burns too fast',
    message: (a) =>
      `${a.objective} burns its error budget ${a.burnRate} times as fast as it may over ${a.window} in ${a.source}; the limit is ${a.threshold}.`,
    fix: 'Find out what fails; at this rate the budget of the whole window does not last.',
  },
  'slo-gate/burn-window-uncovered': {
    title: 'The results are too short for a burn rate',
    message: (a) => `${a.objective}: ${a.source} covers ${a.coveredSeconds} s, and the burn rate over ${a.window} needs ${a.needed}.`,
    fix: 'Give results that reach back that far, or a Prometheus server.',
  },
  'slo-gate/steady-state-lost': {
    title: 'The steady state was not met',
    message: (a) => `The experiment ${a.experiment} in ${a.source} did not find the steady state ${a.when} its fault.`,
    fix: 'The system did not withstand the fault, or was not well to begin with: see the probes of the experiment.',
  },
  'slo-gate/steady-state-unknown': {
    title: 'An experiment says nothing of the steady state',
    message: (a) =>
      `The experiment ${a.experiment} in ${a.source} carries no steady state after its fault; that it came to its end proves nothing.`,
    fix: 'Give the experiment a steady-state hypothesis, and run it whole.',
  },
  'slo-gate/fault-not-injected': {
    title: 'Nothing shows that a fault was injected',
    message: (a) => `Nothing in ${a.source} shows that the experiment ${a.experiment} really injected its fault.`,
    fix: 'See why its actions did not run; a system that nothing happened to is always steady.',
  },
  'slo-gate/not-recovered': {
    title: 'A fault lasted too long',
    message: (a) =>
      `${a.fault} in ${a.source} ${a.seconds === null ? 'was not over at the end' : `was over after ${a.seconds} s`}${a.limit === null ? '' : `; the limit is ${a.limit} s`}.`,
    fix: 'See what keeps the system from recovering.',
  },
  'slo-gate/metric-absent': {
    title: 'An objective names a metric that no result has',
    message: (a) => `${a.objective} reads \`${a.metric}\`, which no result has; the nearest are ${list(a.nearest)}.`,
    fix: 'Correct the name of the metric or its tags, or add the results that have it.',
  },
  'slo-gate/no-samples': {
    title: 'Nothing was measured',
    message: (a) => `${a.objective} has no samples${a.source === '' ? '' : ` in ${a.source}`}: nothing was measured, so nothing was met.`,
    fix: 'See why the load reached nothing: the service may have been unreachable, or the scenario may never have run.',
  },
  'slo-gate/too-few-samples': {
    title: 'Too few samples',
    message: (a) => `${a.objective} rests on ${a.samples} samples in ${a.source}; ${a.needed} are asked for.`,
    fix: 'Run the load for longer or harder, or lower `min-samples`.',
  },
  'slo-gate/count-unknown': {
    title: 'The number of samples is unknown',
    message: (a) => `${a.source} does not say how many samples ${a.objective} rests on; ${a.needed} are asked for.`,
    fix: 'Have the tool report the count (k6: add `count` to `summaryTrendStats`), or give its raw samples instead of a summary.',
  },
  'slo-gate/statistic-absent': {
    title: 'A summary lacks the statistic',
    message: (a) => `${a.objective} needs ${a.wanted}, which ${a.source} does not have; it has ${list(a.has)}. Nothing is interpolated.`,
    fix: 'Have the tool report this statistic, ask for one that it has, or give raw samples.',
  },
  'slo-gate/statistic-impossible': {
    title: 'A metric of this type has no such statistic',
    message: (a) => `${a.objective} asks for ${a.wanted} of a ${a.type} in ${a.source}; it can have ${list(a.has)}.`,
    fix: 'Ask for a statistic that fits the type of the metric.',
  },
  'slo-gate/no-times': {
    title: 'The results carry no times',
    message: (a) => `${a.objective} cuts time into slices, and ${a.source} is a summary of the whole run.`,
    fix: 'Give results with a time for each sample, or a Prometheus server.',
  },
  'slo-gate/no-interval': {
    title: 'Judged from a summary, without an interval',
    message: (a) =>
      `${a.source} is a summary: ${a.objectives === 1 ? 'one objective was' : `${a.objectives} objectives were`} judged by the tool's own numbers, which say nothing of their uncertainty.`,
    fix: 'Give raw samples or a histogram to get 95 % intervals.',
  },
  'slo-gate/tool-threshold-breached': {
    title: 'The tool itself says that a threshold was breached',
    message: (a) => `${a.source} says that its own threshold \`${a.threshold}\` was ${a.met ? 'met' : 'breached'}.`,
    fix: 'See the objective of the load script; it is the tool that evaluated it, on all samples.',
  },
  'slo-gate/judged-apart': {
    title: 'Several results, each judged apart',
    message: (a) =>
      `${a.objective} is judged in each of ${a.sources} results: statistics of summaries cannot be merged, and are never averaged.`,
    fix: 'Nothing to do, unless one figure over all of them is wanted: then give raw samples or histograms.',
  },
  'slo-gate/no-results': {
    title: 'A pattern of results matches no file',
    message: (a) => `No file matches \`${a.pattern}\`.`,
    fix: 'See whether the load ran and where it wrote its results.',
  },
  'slo-gate/no-objectives': {
    title: 'A pattern of objectives matches no file',
    message: (a) => `No file matches \`${a.pattern}\`.`,
    fix: 'Correct the pattern, or write the objectives.',
  },
  'slo-gate/nothing-to-judge': {
    title: 'There are no objectives',
    message: (a) => `${a.sources} results were read, and nothing says what they should be held against.`,
    fix: 'Give `objectives` or `thresholds`.',
  },
  'slo-gate/report-unavailable': {
    title: 'The service gave no report',
    message: (a) => `Report ${a.report} could not be read (${a.reason}): ${a.detail}`,
    fix: 'See whether the service is reachable and knows the report; without it nothing was measured.',
  },
  'slo-gate/report-unfinished': {
    title: 'The run was not over',
    message: (a) => `${a.source} was still running when it was read; its numbers are not final.`,
    fix: 'Wait for the end of the run, or raise `report-wait-seconds`.',
  },
  'slo-gate/run-failed': {
    title: 'The load run itself failed',
    message: (a) => `${a.source} says that its run failed; its numbers prove nothing.`,
    fix: 'Repair the load run and repeat it.',
  },
  'slo-gate/no-ledger': {
    title: 'There is no record of earlier days',
    message: (a) => `${a.days} consecutive days are asked for, and the ledger (${a.place}) cannot be read: ${a.reason}.`,
    fix: 'Record a day at a time on the default branch, or drop `consecutive-days`.',
  },
  'slo-gate/ledger-broken': {
    title: 'The ledger was tampered with',
    message: (a) => `Line ${a.line} of the ledger (${a.place}) shows that it was ${PROBLEMS[a.problem] ?? a.problem}.`,
    fix: 'Restore the ledger from its history; entries are appended and never changed.',
  },
  'slo-gate/ledger-unsigned': {
    title: 'The ledger is not signed',
    message: (a) =>
      `${a.unsigned} of ${a.entries} entries of the ledger (${a.place}) that \`${a.input}\` uses are confirmed neither by a trusted signature nor by a run on GitHub${
        a.asked ? '' : ', because GitHub could not be asked'
      }. A decision about a version does not accept them.`,
    fix: 'Set `GITHUB_TOKEN` (for the action: the input `github-token`) so that the runs behind the entries can be confirmed, and keep the ledger on the branch `testops-ledger`.',
  },
  'slo-gate/ledger-read': {
    title: 'The ledger as it was read',
    message: (a) => `${a.place} holds ${a.entries} evaluations; its length and head are ${a.head}.`,
    fix: 'Nothing to do: later evaluations can be held against it with `ledger-head`.',
  },
  'slo-gate/no-commit': {
    title: 'There is no commit to count days for',
    message: (a) => `${a.days} consecutive days are asked for, and the workspace is not a git repository with a commit.`,
    fix: 'Run the gate in a clone.',
  },
  'slo-gate/day': {
    title: 'What this evaluation says of its day',
    message: (a) => `${a.day}: ${a.verdict}${a.kinds.length === 0 ? '' : ` (${a.kinds.join(', ')})`}, from ${a.results.length} results.`,
    fix: 'Nothing to do: the recording workflow appends it to the ledger.',
  },
  'slo-gate/streak-broken': {
    title: 'A day on which the objectives were missed',
    message: streakText,
    fix: 'The count starts again on the day after; there is no way to hurry it.',
  },
  'slo-gate/streak-short': {
    title: 'Not enough days in a row were measured',
    message: streakText,
    fix: 'Let the nightly run record a day at a time, and see why days are missing.',
  },
  'slo-gate/no-baseline': {
    title: 'There is nothing to compare with',
    message: (a) => `The baseline ${a.baseline} gives no run: ${a.reason}.`,
    fix: 'Record a run that passes, or drop `baseline`.',
  },
  'slo-gate/not-comparable': {
    title: 'A value has no ratio to its baseline',
    message: (a) => `${a.objective} cannot be compared with ${a.baseline}: it was not measured there, or is zero in one of them.`,
    fix: 'Nothing to do: its own limit is judged.',
  },
  'slo-gate/too-few-runs': {
    title: 'Too few runs for a test',
    message: (a) =>
      `${a.objective} was compared with ${a.runs} runs (${a.baseline}): too few for a test, so the difference alone was judged.`,
    fix: 'Record more runs; from five on their spread is taken into account.',
  },
  'slo-gate/regression': {
    title: 'Worse than the baseline',
    message: (a) => {
      const ends = a.low === null || a.high === null ? 'no interval' : `95 % interval ${percent(a.low)} to ${percent(a.high)}`;
      return `${a.objective} is ${percent(a.factor)} against ${a.runs} runs (${a.baseline}; ${ends}); at most ${percent(a.allowed)} is accepted.`;
    },
    fix: 'See what changed since the baseline. A new level is accepted by raising `max-regression`, or by pinning a later run that passed.',
  },
  'slo-gate/drift': {
    title: 'A drift over many runs',
    message: (a) =>
      `${a.objective} is ${percent(a.factor)} over the last ${a.since} of ${a.runs} runs against those before, though no single step was that large; at most ${percent(a.allowed)} is accepted.`,
    fix: 'Look at the runs around the change; many small steps add up.',
  },
  'slo-gate/query-unanswered': {
    title: 'A query was not answered',
    message: (a) => `The query \`${a.query}\` gave nothing to judge: ${a.reason}.`,
    fix: 'Try the query on the server; it must give one series with points in the window of the objective.',
  },
};
