import type { Histogram } from '../series/series.ts';

/** Where a percentile of a histogram lies: inside one bucket, nearer than which nothing is known; `value` by linear interpolation in it. */
export interface BucketEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The bucket that holds the percentile. The value inside it is interpolated as Prometheus' `histogram_quantile` does (rank · count above the lower bound),
 * and kept within the known extremes. An open bucket gives its finite bound.
 */
export function percentileOfHistogram(histogram: Histogram, rank: number): BucketEstimate {
  const stated = histogram.percentiles?.[String(rank)];
  if (stated !== undefined) return { value: stated, low: stated, high: stated };
  const wanted = (rank / 100) * histogram.count;
  let seen = 0;
  const last = histogram.buckets.length - 1;
  for (const [index, bucket] of histogram.buckets.entries()) {
    if (seen + bucket.count < wanted && index < last) {
      seen += bucket.count;
      continue;
    }
    const low = Math.max(bucket.low, histogram.min ?? Number.NEGATIVE_INFINITY);
    const high = Math.min(bucket.high, histogram.max ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(low)) return { value: high, low, high };
    if (!Number.isFinite(high)) return { value: low, low, high };
    const part = bucket.count > 0 ? Math.min(1, Math.max(0, (wanted - seen) / bucket.count)) : 0;
    return { value: low + (high - low) * part, low, high };
  }
  return { value: Number.NaN, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
}

/** Least and greatest share of samples that may lie at or below a value. */
export function shareBelow(histogram: Histogram, value: number): { readonly least: number; readonly most: number } {
  let [surely, perhaps] = [0, 0];
  for (const { low, high, count } of histogram.buckets) {
    if (high <= value) surely += count;
    else if (low < value) perhaps += count;
  }
  return { least: surely / histogram.count, most: (surely + perhaps) / histogram.count };
}

/** The sum of histograms with the same grid; `undefined` when their grids differ. */
export function mergeHistograms(parts: readonly Histogram[]): Histogram | undefined {
  const [first] = parts;
  if (!first || first.grid === '' || parts.some((part) => part.grid !== first.grid)) return undefined;
  const counts = new Map<string, { low: number; high: number; count: number }>();
  for (const { low, high, count } of parts.flatMap((part) => part.buckets)) {
    const key = `${low} ${high}`;
    const into = counts.get(key) ?? { low, high, count: 0 };
    into.count += count;
    counts.set(key, into);
  }
  const buckets = [...counts.values()].sort((a, b) => a.low - b.low || a.high - b.high);
  const all = <K extends 'sum' | 'min' | 'max'>(field: K) => {
    const values = parts.map((part) => part[field]);
    return values.every((value) => value !== undefined) ? (values as number[]) : undefined;
  };
  const [sums, mins, maxes] = [all('sum'), all('min'), all('max')];
  return {
    kind: 'histogram',
    count: parts.reduce((sum, part) => sum + part.count, 0),
    ...(sums ? { sum: sums.reduce((a, b) => a + b, 0) } : {}),
    ...(mins ? { min: Math.min(...mins) } : {}),
    ...(maxes ? { max: Math.max(...maxes) } : {}),
    buckets,
    grid: first.grid,
  };
}
