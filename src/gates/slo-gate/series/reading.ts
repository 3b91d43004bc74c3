import type { Limit } from '../objectives/objective.ts';

/**
 * How a number came about: the tool's own (`tool`), events counted in full (`counts`), raw samples, or a histogram. Only the last two come with an interval.
 */
export type Basis = 'tool' | 'counts' | 'samples' | 'histogram';

/** The 95 % interval of a value; an open end is `null`. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
  /** About how many samples would move it off the limit; `null`: no number would, or it cannot be told. */
  readonly settles: number | null;
}

/** What one source answers to an ask. */
export type Reading =
  | {
      readonly kind: 'value';
      readonly value: number;
      readonly unit: string;
      /** Held against this instead of the objective's own limit, which it is equivalent to. */
      readonly limit?: Limit;
      /** The statistic that was read, when it is not the one that was asked for. */
      readonly readAs?: string;
      /** `null`: the source does not say. */
      readonly samples: number | null;
      readonly basis: Basis;
      readonly interval?: Interval;
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'no-samples' }
  /** A summary without this statistic, and those that it has. */
  | { readonly kind: 'not-in-summary'; readonly wanted: string; readonly has: readonly string[] }
  /** A statistic that this type of metric cannot have. */
  | { readonly kind: 'wrong-type'; readonly wanted: string; readonly type: string; readonly has: readonly string[] }
  /** Something that needs the time of each sample. */
  | { readonly kind: 'no-times' };
