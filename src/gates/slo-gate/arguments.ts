import type { Comparison } from '../../core/index.ts';

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

/** Why a streak is not long enough. */
export type StreakArgs = {
  readonly length: number;
  readonly needed: number;
  /** The latest day that does not count, and why. */
  readonly day: string;
  readonly state: string;
  readonly missingKinds: readonly string[];
  /** Entries left out. */
  readonly replayed: number;
  readonly otherCommits: number;
  readonly beforeRestart: number;
  readonly shallow: boolean;
  /** Entries of the branch for which nobody vouches; absent in evidence of older versions. */
  readonly unconfirmed?: number;
};

/** A value and the runs that it was compared with. */
export type BaselineArgs = {
  readonly objective: string;
  readonly statistic: string;
  readonly baseline: string;
  readonly runs: number;
  /** Factor that is still accepted. */
  readonly allowed: number;
};

/** Arguments of every code. */
export interface Arguments {
  'slo-gate/objective-missed': LimitArgs;
  'slo-gate/objective-close': LimitArgs;
  'slo-gate/interval-holds-limit': LimitArgs & {
    readonly low: number | null;
    readonly high: number | null;
    readonly samples: number;
    readonly needed: number | null;
  };
  'slo-gate/repeated-file': { readonly file: string; readonly of: string };
  'slo-gate/budget-burning': {
    readonly objective: string;
    readonly source: string;
    readonly window: string;
    readonly burnRate: number;
    readonly threshold: number;
  };
  'slo-gate/burn-window-uncovered': {
    readonly objective: string;
    readonly source: string;
    readonly window: string;
    readonly needed: string;
    readonly coveredSeconds: number;
  };
  'slo-gate/steady-state-lost': { readonly experiment: string; readonly source: string; readonly when: string };
  'slo-gate/steady-state-unknown': { readonly experiment: string; readonly source: string };
  'slo-gate/fault-not-injected': { readonly experiment: string; readonly source: string };
  'slo-gate/not-recovered': {
    readonly fault: string;
    readonly source: string;
    readonly seconds: number | null;
    readonly limit: number | null;
  };
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
  'slo-gate/no-ledger': { readonly days: number; readonly place: string; readonly reason: string };
  'slo-gate/ledger-broken': { readonly place: string; readonly problem: string; readonly line: number };
  'slo-gate/ledger-unsigned': {
    readonly place: string;
    readonly input: string;
    readonly unsigned: number;
    readonly entries: number;
    readonly asked: boolean;
  };
  'slo-gate/ledger-read': { readonly place: string; readonly head: string; readonly entries: number };
  'slo-gate/no-commit': { readonly days: number };
  'slo-gate/day': {
    readonly day: string;
    readonly verdict: string;
    readonly kinds: readonly string[];
    readonly objectives: string;
    readonly results: readonly string[];
  };
  'slo-gate/streak-broken': StreakArgs;
  'slo-gate/streak-short': StreakArgs;
  'slo-gate/no-baseline': { readonly baseline: string; readonly reason: string };
  'slo-gate/not-comparable': { readonly objective: string; readonly baseline: string };
  'slo-gate/too-few-runs': BaselineArgs;
  'slo-gate/regression': BaselineArgs & { readonly factor: number; readonly low: number | null; readonly high: number | null };
  'slo-gate/drift': {
    readonly objective: string;
    readonly factor: number;
    readonly runs: number;
    readonly since: number;
    readonly allowed: number;
  };
  'slo-gate/query-unanswered': { readonly query: string; readonly reason: string };
}
