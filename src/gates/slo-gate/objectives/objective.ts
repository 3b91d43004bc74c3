import type { Comparison, Place } from '../../../core/index.ts';
import type { MetricSelector } from './selector.ts';
import type { TimeWindow } from './time-window.ts';

export interface Limit {
  readonly comparison: Comparison;
  readonly value: number;
}

/** One number out of a series; names after k6. */
export type Statistic =
  | { readonly name: 'avg' | 'min' | 'max' | 'med' | 'count' | 'rate' | 'value' }
  /** `rank` from 0 to 100. */
  | { readonly name: 'p'; readonly rank: number };

/** What an objective wants to know. */
export type Ask =
  /** A statistic of a metric. */
  | { readonly kind: 'statistic'; readonly metric: MetricSelector; readonly statistic: Statistic }
  /** The share of samples on the good side of a limit, from 0 to 1. */
  | { readonly kind: 'share'; readonly metric: MetricSelector; readonly good: Limit }
  /** Good (or bad) events over all events, as the share of good ones. */
  | {
      readonly kind: 'ratio';
      readonly counted: 'good' | 'bad';
      readonly events: MetricSelector;
      readonly total: MetricSelector;
    }
  /**
   * Time is cut into slices, each good when `of` is within `good` (`slices`: the share of good slices; `ratio-slices`: the mean of the slices'
   * own ratios; `breach`: the longest stretch of slices that were not good, in ms).
   */
  | {
      readonly kind: 'slices';
      readonly method: 'slices' | 'ratio-slices' | 'breach';
      readonly of: Exclude<Ask, { kind: 'slices' }>;
      readonly sliceMs: number;
      readonly good: Limit;
    };

/** One objective, whichever dialect it was written in. */
export interface Objective {
  /** Unique among the objectives of an evaluation; becomes the id of its check. */
  readonly id: string;
  readonly dialect: 'openslo' | 'k6' | 'short';
  readonly place: Place;
  readonly ask: Ask;
  /** Outside of it: `fail`. */
  readonly fail: Limit;
  /** Within `fail` but outside of this: `warn`. */
  readonly warn?: Limit;
  /** Of a share: the window over which its error budget is spent, and slices in which its use is followed. */
  readonly budget?: Budget;
  /** Holds instead of `fail` while a fault is injected. */
  readonly duringFaults?: Limit;
  /** In a score; default 1. */
  readonly weight?: number;
  /** Missing it fails the whole, whatever the score. */
  readonly key?: boolean;
  /** The composite or the scored file that it is a part of. */
  readonly group?: string;
}

/** The window of an error budget. */
export interface Budget {
  /** Share of bad events that is allowed. */
  readonly allowed: number;
  readonly window: TimeWindow;
  readonly sliceMs: number;
  /** Conditions on the burn rate, from alert policies. */
  readonly burn: readonly BurnCondition[];
}

/** Burning faster than `threshold` times the sustainable rate over `lookbackMs` (and, when given, over `shortMs` too) is a breach. */
export interface BurnCondition {
  readonly name: string;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly lookbackMs: number;
  readonly shortMs?: number;
  readonly severity: 'page' | 'ticket';
}

/** The text of a limit, `<300`. */
export function limitText(limit: Limit): string {
  return `${limit.comparison}${limit.value}`;
}

/** The text of a statistic as k6 writes it: `p(95)`, `avg`. */
export function statisticText(statistic: Statistic): string {
  return statistic.name === 'p' ? `p(${statistic.rank})` : statistic.name;
}

/** Every selector that an ask reads. */
export function selectorsOf(ask: Ask): readonly MetricSelector[] {
  if (ask.kind === 'slices') return selectorsOf(ask.of);
  return ask.kind === 'ratio' ? [ask.events, ask.total] : [ask.metric];
}

/** Whether a value is within a limit. */
export function within(value: number, limit: Limit): boolean {
  switch (limit.comparison) {
    case '<':
      return value < limit.value;
    case '<=':
      return value <= limit.value;
    case '>':
      return value > limit.value;
    case '>=':
      return value >= limit.value;
    case '==':
      return value === limit.value;
    case '!=':
      return value !== limit.value;
  }
}
