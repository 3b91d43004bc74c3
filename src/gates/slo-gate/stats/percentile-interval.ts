import { binomialQuantile, studentQuantile, Z_95 } from './distributions.ts';
import { countUpTo } from './log-histogram.ts';
import { type Block, blocksInTime, percentileOf, type Samples, sampleOfRank } from './samples.ts';

/** A percentile and the 95 % interval that its samples allow; an open end is `null`. */
export interface PercentileEstimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Independent samples that would have been as good as these. */
  readonly effectiveSamples: number;
}

const MAX_INTERVAL_BLOCKS = 24;
/** Fewer stretches of time than this say nothing about correlation; the samples are then taken as independent. */
const MIN_INTERVAL_BLOCKS = 6;

/**
 * Order statistics around the percentile: without correlation the number of samples below the true percentile is binomial, so the samples at its
 * 2.5 % and 97.5 % ranks enclose it (David and Nagaraja, Order Statistics, 7.1). With correlation there are effectively fewer samples; how many is
 * told by how much the share below the percentile varies from block to block of time (Woodruff 1952 with the variance between clusters), with
 * Student's t for the number of blocks.
 */
export function estimatePercentile(samples: Samples, rank: number): PercentileEstimate {
  const { low, high } = percentileOf(samples, rank);
  const value = low === high || samples.integers ? low : (low + high) / 2;
  const p = rank / 100;
  const effective = effectiveSamples(samples, value, p);
  const n = Math.max(1, Math.floor(effective));
  if (p <= 0 || p >= 1) return { value, low: p <= 0 ? null : value, high: p >= 1 ? null : value, effectiveSamples: n };
  const lowest = binomialQuantile(0.025, n, p);
  const highest = binomialQuantile(0.975, n, p) + 1;
  // Rank k of n effective samples stands for rank k · count / n of all.
  const scale = samples.count / n;
  const bottom = lowest === 0 ? null : sampleOfRank(samples, Math.floor(lowest * scale) - 1).low;
  const top = highest > n ? null : sampleOfRank(samples, Math.min(samples.count - 1, Math.ceil(highest * scale) - 1)).high;
  return {
    value,
    low: bottom === null ? null : Math.min(bottom, low),
    high: top === null ? null : Math.max(top, high),
    effectiveSamples: n,
  };
}

function effectiveSamples(samples: Samples, value: number, p: number): number {
  const blocks = blocksInTime(samples, MAX_INTERVAL_BLOCKS);
  return samples.count / designEffect(blocks, samples.count, p, (block) => countUpTo(block.histogram, value));
}

/**
 * How many times more samples are needed than if they were independent: the variance of the share between blocks over that of independent samples,
 * never below 1, times the square of t over z for the small number of blocks.
 */
export function designEffect(blocks: readonly Block[], count: number, p: number, below: (block: Block) => number): number {
  if (blocks.length < MIN_INTERVAL_BLOCKS || p <= 0 || p >= 1) return 1;
  const counted = blocks.map((block) => ({ n: block.count, k: below(block) }));
  const share = counted.reduce((sum, { k }) => sum + k, 0) / count;
  const between = counted.reduce((sum, { n, k }) => sum + (k - share * n) ** 2, 0);
  const variance = (between * blocks.length) / (blocks.length - 1) / count ** 2;
  const independent = (share * (1 - share)) / count;
  const ratio = independent > 0 ? Math.max(1, variance / independent) : 1;
  const t = studentQuantile(0.975, blocks.length - 1) / Z_95;
  return ratio === 1 ? 1 : Math.max(1, ratio * t * t);
}

/**
 * About how many samples would move the interval off the limit if nothing else changed: the share of samples within the limit would have to differ from
 * p by more than 1.96 standard errors. `null` when that share is p itself.
 */
export function samplesToSettle(samples: Samples, rank: number, limit: number, effective: number): number | null {
  const p = rank / 100;
  const share = shareUpTo(samples, limit);
  const distance = Math.abs(share - p);
  if (p <= 0 || p >= 1 || distance === 0) return null;
  const design = samples.count / effective;
  const byDistance = (Z_95 ** 2 * p * (1 - p) * design) / distance ** 2;
  // Even when all samples are on the good side, so many are needed before the interval is closed at all.
  const tail = Math.max(p, 1 - p);
  const toClose = (Math.log(0.025) / Math.log(tail)) * design;
  return Math.ceil(Math.max(byDistance, toClose, samples.count + 1));
}

/** Share of samples at or below a value; exact while the samples are kept. */
export function shareUpTo(samples: Samples, value: number): number {
  if (samples.exact !== undefined) {
    let [low, high] = [-1, samples.count];
    sampleOfRank(samples, 0);
    const sorted = samples.exact;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) <= value) low = middle;
      else high = middle;
    }
    return high / samples.count;
  }
  return samples.fine === undefined ? 0 : countUpTo(samples.fine, value) / samples.count;
}
