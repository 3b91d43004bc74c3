import type { Histogram } from '../series/series.ts';
import { bucketIndex, bucketLow } from './log-histogram.ts';
import type { Samples } from './samples.ts';

/** Counts between bounds, `low` inclusive. */
export interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const MOST_BUCKETS = 60;
const FINE_BITS = 11;
/** From this ratio of largest to smallest on, buckets grow with the value. */
const WIDE_RATIO = 60;

/** The histogram of samples in at most 60 buckets with round bounds, or bounds in equal ratios where values spread over orders of magnitude. */
export function outlineSamples(samples: Samples): readonly Bucket[] {
  const { exact, fine, count, min, max } = samples;
  if (count === 0) return [];
  const parts: { at: number; count: number }[] = [];
  if (exact !== undefined) for (const value of exact.subarray(0, count)) parts.push({ at: value, count: 1 });
  else if (fine !== undefined)
    for (const [index, number] of fine.counts.entries())
      if (number > 0) parts.push({ at: Math.min(max, Math.max(min, bucketLow(index, FINE_BITS))), count: number });
  return gather(parts, min, max);
}

/** The buckets of a histogram as they are while they are few; else gathered into fewer. Open ends are closed with the known extremes, or left out. */
export function outlineHistogram({ buckets, min, max }: Histogram): readonly Bucket[] {
  const closed = buckets.flatMap(({ low, high, count }) => {
    const [from, to] = [Number.isFinite(low) ? low : min, Number.isFinite(high) ? high : max];
    return from === undefined || to === undefined || count === 0 ? [] : [{ low: from, high: Math.max(to, from), count }];
  });
  const [first, last] = [closed[0], closed.at(-1)];
  if (!first || !last) return [];
  if (closed.length <= MOST_BUCKETS && closed.every(({ low, high }) => high > low)) return closed;
  const parts = closed.map(({ low, high, count }) => ({ at: (low + high) / 2, count }));
  return gather(parts, first.low, last.high);
}

function gather(parts: readonly { readonly at: number; readonly count: number }[], low: number, high: number): readonly Bucket[] {
  const edges = edgesOf(low, high);
  const counts = new Map<number, number>();
  for (const { at, count } of parts) {
    const index = edges.indexOf(at);
    counts.set(index, (counts.get(index) ?? 0) + count);
  }
  return [...counts].sort(([a], [b]) => a - b).map(([index, count]) => ({ low: edges.low(index), high: edges.low(index + 1), count }));
}

interface Edges {
  readonly indexOf: (value: number) => number;
  /** Lower edge of a bucket; the upper one is that of the next. */
  readonly low: (index: number) => number;
}

function edgesOf(low: number, high: number): Edges {
  if (low > 0 && high / low > WIDE_RATIO) {
    let bits = 4;
    while (bits > 0 && bucketIndex(high, bits) - bucketIndex(low, bits) >= MOST_BUCKETS) bits -= 1;
    return { indexOf: (value) => bucketIndex(value, bits), low: (index) => bucketLow(index, bits) };
  }
  const [digits, power] = roundStep((high - low) / (MOST_BUCKETS - 2));
  // A step below 1 is divided by, since a tenth has no exact number.
  const at = (index: number): number => (power >= 0 ? index * digits * 10 ** power : (index * digits) / 10 ** -power);
  return {
    indexOf: (value) => {
      let index = Math.floor(value / at(1));
      if (at(index) > value) index -= 1;
      else if (at(index + 1) <= value) index += 1;
      return index;
    },
    low: at,
  };
}

/** The next of 1, 2 and 5 times a power of ten that is not smaller. */
function roundStep(least: number): readonly [number, number] {
  if (!(least > 0)) return [1, 0];
  const power = Math.floor(Math.log10(least));
  for (const digits of [1, 2, 5]) if (digits * 10 ** power >= least) return [digits, power];
  return [1, power + 1];
}
