import type { Samples } from '../stats/samples.ts';

/** Labels of a series, e.g. `{ name: 'cart' }`. */
export type Tags = Readonly<Record<string, string>>;

/** What a tool computed of a distribution; raw samples are gone. Absent numbers are not there, never zero. */
export interface TrendSummary {
  readonly kind: 'trend-summary';
  /** `null`: the tool does not say how many samples stand behind it. */
  readonly count: number | null;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly median?: number;
  /** By percentage, `95`, `99.9`. */
  readonly percentiles: Readonly<Record<string, number>>;
}

/** What happened in one slice of time. */
export interface Slice {
  count: number;
  sum: number;
  /** Of a rate: samples for which it held. */
  matches: number;
  /** Samples within each of the limits that were asked for, by the text of the limit. */
  readonly good: Map<string, number>;
  min: number;
  max: number;
  /** Counts by bucket of a log histogram with `SLICE_BITS` bits, when a percentile of each slice is asked for. */
  readonly buckets: Map<number, number> | undefined;
}

/** Slices of one length, by their number since the epoch. */
export interface Slices {
  readonly sliceMs: number;
  readonly cells: Map<number, Slice>;
}

/** Every sample of a distribution. */
export interface TrendSamples {
  readonly kind: 'samples';
  readonly samples: Samples;
  /** Samples within a limit, by the text of the limit; only for limits that objectives name. */
  readonly good: ReadonlyMap<string, number>;
  readonly slices: readonly Slices[];
}

/** Counts between bounds; bounds may be infinite. */
export interface Histogram {
  readonly kind: 'histogram';
  readonly count: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  /** Ascending, without overlap; only those that hold something. */
  readonly buckets: readonly { readonly low: number; readonly high: number; readonly count: number }[];
  /** Percentiles that the source states beside its buckets, by percentage. */
  readonly percentiles?: Readonly<Record<string, number>>;
  /** Histograms with the same grid can be added. An empty one is that of no other. */
  readonly grid: string;
}

/** How often something held; for `http_req_failed`, `matches` are the failed requests. */
export interface RateCounts {
  readonly kind: 'rate';
  readonly matches: number;
  readonly total: number;
  readonly slices?: readonly Slices[];
}

/** A share whose counts the source does not give. */
export interface RateSummary {
  readonly kind: 'rate-summary';
  readonly rate: number;
}

/** A sum of events. */
export interface Counter {
  readonly kind: 'counter';
  readonly sum: number;
  readonly perSecond?: number;
  readonly slices?: readonly Slices[];
}

/** A level; `value` is the last one seen. */
export interface Gauge {
  readonly kind: 'gauge';
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
}

export type SeriesData = TrendSummary | TrendSamples | Histogram | RateCounts | RateSummary | Counter | Gauge;

/** One metric of one source. Times are in `ms`; other units as the source has them (`By`, `1`). */
export interface Series {
  /** Name after k6 where the meaning is the same: `http_req_duration`, `http_req_failed`, `http_reqs`. */
  readonly metric: string;
  readonly tags: Tags;
  readonly unit: string;
  readonly data: SeriesData;
  /** Labels of the sources that were merged into it, when not that of its group alone. */
  readonly from?: readonly string[];
  /** One of several series of a metric that are parts of it, told apart by their tags, and add up. */
  readonly dimensional?: true;
}

/** Buckets of 0.2 % of the value. */
export const SLICE_BITS = 9;
