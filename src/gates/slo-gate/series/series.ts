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

/** How often something held; for `http_req_failed`, `matches` are the failed requests. */
export interface RateCounts {
  readonly kind: 'rate';
  readonly matches: number;
  readonly total: number;
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
}

/** A level; `value` is the last one seen. */
export interface Gauge {
  readonly kind: 'gauge';
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
}

export type SeriesData = TrendSummary | RateCounts | RateSummary | Counter | Gauge;

/** One metric of one source. Times are in `ms`; other units as the source has them (`By`, `1`). */
export interface Series {
  /** Name after k6 where the meaning is the same: `http_req_duration`, `http_req_failed`, `http_reqs`. */
  readonly metric: string;
  readonly tags: Tags;
  readonly unit: string;
  readonly data: SeriesData;
}
