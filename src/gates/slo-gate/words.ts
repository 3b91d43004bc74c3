import type { Comparison, Words } from '../../core/index.ts';

/** A value beside its limit, as sentences show it. */
export type LimitArgs = {
  readonly objective: string;
  readonly source: string;
  /** What was read: `p(95)`, `rate`, `share`. */
  readonly statistic: string;
  readonly value: number;
  readonly unit: string;
  readonly comparison: Comparison;
  readonly limit: number;
};

/** Arguments of every code. */
export interface Arguments {
  'slo-gate/objective-missed': LimitArgs;
  'slo-gate/objective-close': LimitArgs;
  'slo-gate/metric-absent': { readonly objective: string; readonly metric: string; readonly nearest: readonly string[] };
  'slo-gate/no-samples': { readonly objective: string; readonly source: string };
  'slo-gate/too-few-samples': { readonly objective: string; readonly source: string; readonly samples: number; readonly needed: number };
  'slo-gate/count-unknown': { readonly objective: string; readonly source: string; readonly needed: number };
  'slo-gate/statistic-absent': {
    readonly objective: string;
    readonly source: string;
    readonly wanted: string;
    readonly has: readonly string[];
  };
  'slo-gate/statistic-impossible': {
    readonly objective: string;
    readonly source: string;
    readonly wanted: string;
    readonly type: string;
    readonly has: readonly string[];
  };
  'slo-gate/no-times': { readonly objective: string; readonly source: string };
  'slo-gate/no-interval': { readonly source: string; readonly objectives: number };
  'slo-gate/tool-threshold-breached': { readonly threshold: string; readonly source: string; readonly met: boolean };
  'slo-gate/judged-apart': { readonly objective: string; readonly sources: number };
  'slo-gate/no-results': { readonly pattern: string };
  'slo-gate/no-objectives': { readonly pattern: string };
  'slo-gate/nothing-to-judge': { readonly sources: number };
  'slo-gate/report-unavailable': { readonly report: string; readonly reason: string; readonly detail: string };
  'slo-gate/report-unfinished': { readonly source: string };
  'slo-gate/run-failed': { readonly source: string };
  'slo-gate/no-ledger': { readonly days: number };
  'slo-gate/queries-unanswered': { readonly objectives: number };
}

/** Titles of what the report draws. */
export const titles = { objectives: 'Objectives', sources: 'Results' } as const;

const list = (names: readonly string[]) => (names.length === 0 ? 'nothing' : names.map((name) => `\`${name}\``).join(', '));

/** A number with at most five significant digits and its unit; shares (`ratio`) as percentages. */
export function quantity(value: number, unit: string): string {
  if (unit === 'ratio') return `${Number((value * 100).toPrecision(5))} %`;
  const text =
    Math.abs(value) >= 1e5 || Number.isInteger(value) ? String(Math.round(value * 1000) / 1000) : String(Number(value.toPrecision(5)));
  return unit === '1' ? text : `${text} ${unit}`;
}

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
  'slo-gate/metric-absent': {
    title: 'An objective names a metric that no result has',
    message: (a) => `${a.objective} reads \`${a.metric}\`, which no result has; the nearest are ${list(a.nearest)}.`,
    fix: 'Correct the name of the metric or its tags, or add the results that have it.',
  },
  'slo-gate/no-samples': {
    title: 'Nothing was measured',
    message: (a) => `${a.objective} has no samples in ${a.source}: nothing was measured, so nothing was met.`,
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
    message: (a) => `${a.days} consecutive days are asked for, and no ledger of earlier days can be read.`,
    fix: 'Record a day at a time on the default branch, or drop `consecutive-days`.',
  },
  'slo-gate/queries-unanswered': {
    title: 'Queries were not answered',
    message: (a) => `${a.objectives} objectives read a Prometheus server, which this version does not query.`,
    fix: 'Export the metrics to a file and give that as `results`.',
  },
};
