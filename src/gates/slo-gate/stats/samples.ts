import { bucketLow, bucketOfRank, countValue, createLogHistogram, type LogHistogram } from './log-histogram.ts';

/** Up to so many samples are kept as they are; beyond that a histogram with buckets of 0.05 % of the value stands for them. */
export const EXACT_SAMPLES = 1 << 20;
const FINE_BITS = 11;
/** Blocks only tell how a share varies from one to the next; 3 % of the value, with interpolation, is fine enough for that. */
const COARSE_BITS = 5;
const MAX_BLOCKS = 128;
const FIRST_BLOCK_MS = 100;

/** What happened in one stretch of time. */
export interface Block {
  count: number;
  sum: number;
  readonly histogram: LogHistogram;
}

/** Samples of one distribution, in memory that does not grow with their number. */
export interface Samples {
  readonly kind: 'samples';
  count: number;
  sum: number;
  min: number;
  max: number;
  /** Values as they came, until there are more than `EXACT_SAMPLES`; `undefined` from then on. */
  exact: Float64Array | undefined;
  sorted: boolean;
  fine: LogHistogram | undefined;
  /** No value had a fraction: then buckets at most 1 wide are exact. */
  integers: boolean;
  firstMs: number;
  lastMs: number;
  /** Blocks of equal length, by their number since the epoch; they double in length when there are too many. */
  blockMs: number;
  blocks: Map<number, Block>;
  /** The block of the last sample, and the times that belong to it: mostly those of the next one too. */
  current: Block | undefined;
  currentFrom: number;
  currentTo: number;
}

/** No samples yet. */
export function createSamples(): Samples {
  return {
    kind: 'samples',
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    exact: new Float64Array(1024),
    sorted: false,
    fine: undefined,
    integers: true,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    blockMs: FIRST_BLOCK_MS,
    blocks: new Map(),
    current: undefined,
    currentFrom: 0,
    currentTo: 0,
  };
}

/** Takes one sample; `timeMs` since the epoch, `NaN` when the source has none (all such samples share one block). */
export function addSample(samples: Samples, value: number, timeMs: number): void {
  const { count } = samples;
  if (samples.exact !== undefined) {
    if (count === samples.exact.length) grow(samples);
    if (samples.exact !== undefined) samples.exact[count] = value;
  }
  if (samples.fine !== undefined) countValue(samples.fine, value);
  samples.count = count + 1;
  samples.sum += value;
  if (value < samples.min) samples.min = value;
  if (value > samples.max) samples.max = value;
  if (samples.integers && value !== Math.floor(value)) samples.integers = false;
  if (timeMs < samples.firstMs) samples.firstMs = timeMs;
  if (timeMs > samples.lastMs) samples.lastMs = timeMs;
  let block = samples.current;
  if (block === undefined || !(timeMs >= samples.currentFrom && timeMs < samples.currentTo)) {
    block = blockAt(samples, timeMs);
    samples.current = block;
    samples.currentFrom = Math.floor(timeMs / samples.blockMs) * samples.blockMs;
    samples.currentTo = samples.currentFrom + samples.blockMs;
  }
  block.count += 1;
  block.sum += value;
  countValue(block.histogram, value);
}

function grow(samples: Samples): void {
  const old = samples.exact as Float64Array;
  if (old.length < EXACT_SAMPLES) {
    const next = new Float64Array(Math.min(EXACT_SAMPLES, old.length * 4));
    next.set(old);
    samples.exact = next;
    return;
  }
  samples.fine = createLogHistogram(FINE_BITS);
  for (const value of old) countValue(samples.fine, value);
  samples.exact = undefined;
}

function blockAt(samples: Samples, timeMs: number): Block {
  const key = Number.isNaN(timeMs) ? 0 : Math.floor(timeMs / samples.blockMs);
  const known = samples.blocks.get(key);
  if (known !== undefined) return known;
  if (samples.blocks.size === MAX_BLOCKS) {
    samples.blockMs *= 2;
    const merged = new Map<number, Block>();
    for (const [oldKey, block] of samples.blocks) {
      const into = merged.get(Math.floor(oldKey / 2));
      if (into === undefined) merged.set(Math.floor(oldKey / 2), block);
      else mergeBlock(into, block);
    }
    samples.blocks = merged;
    return blockAt(samples, timeMs);
  }
  const created: Block = { count: 0, sum: 0, histogram: createLogHistogram(COARSE_BITS) };
  samples.blocks.set(key, created);
  return created;
}

function mergeBlock(into: Block, from: Block): void {
  into.count += from.count;
  into.sum += from.sum;
  const [target, source] = [into.histogram.counts, from.histogram.counts];
  for (let index = 0; index < source.length; index += 1) target[index] = (target[index] as number) + (source[index] as number);
}

/** At most `most` blocks of equal length, in the order of time; only those that hold samples. */
export function blocksInTime(samples: Samples, most: number): readonly Block[] {
  return stretchesInTime(samples, most).map(({ block }) => block);
}

/** The same with the time at which each begins, in milliseconds since the epoch. */
export function stretchesInTime(samples: Samples, most: number): readonly { readonly startMs: number; readonly block: Block }[] {
  const keys = [...samples.blocks.keys()].sort((a, b) => a - b);
  const [first, last] = [keys[0] ?? 0, keys.at(-1) ?? 0];
  const each = Math.max(1, Math.ceil((last - first + 1) / most));
  if (each === 1) return keys.map((key) => ({ startMs: key * samples.blockMs, block: samples.blocks.get(key) as Block }));
  const merged = new Map<number, Block>();
  for (const key of keys) {
    const group = Math.floor((key - first) / each);
    const into = merged.get(group) ?? { count: 0, sum: 0, histogram: createLogHistogram(COARSE_BITS) };
    mergeBlock(into, samples.blocks.get(key) as Block);
    merged.set(group, into);
  }
  return [...merged].sort(([a], [b]) => a - b).map(([group, block]) => ({ startMs: (first + group * each) * samples.blockMs, block }));
}

/** The sample of a rank, from 0 for the smallest: exact, or the bucket that holds it. */
export function sampleOfRank(samples: Samples, rank: number): { readonly low: number; readonly high: number } {
  const at = Math.min(samples.count - 1, Math.max(0, rank));
  if (samples.exact !== undefined) {
    const values = samples.exact.subarray(0, samples.count);
    if (!samples.sorted) {
      values.sort();
      samples.sorted = true;
    }
    const value = values[at] as number;
    return { low: value, high: value };
  }
  if (at === 0) return { low: samples.min, high: samples.min };
  if (at === samples.count - 1) return { low: samples.max, high: samples.max };
  const index = bucketOfRank(samples.fine as LogHistogram, at);
  const [low, high] = [bucketLow(index, FINE_BITS), bucketLow(index + 1, FINE_BITS)];
  if (samples.integers && high - low <= 1) return { low: Math.ceil(low), high: Math.ceil(low) };
  return { low: Math.max(low, samples.min), high: Math.min(high, samples.max) };
}

/**
 * The percentile as k6 computes it: linear interpolation between the samples around rank (count - 1) · rank / 100 (Hyndman and Fan's type 7); the
 * bounds are equal when the samples were kept as they are.
 */
export function percentileOf(samples: Samples, rank: number): { readonly low: number; readonly high: number } {
  const position = ((samples.count - 1) * rank) / 100;
  const below = Math.floor(position);
  const part = position - below;
  const lower = sampleOfRank(samples, below);
  if (part === 0) return lower;
  const upper = sampleOfRank(samples, below + 1);
  return { low: lower.low + (upper.low - lower.low) * part, high: lower.high + (upper.high - lower.high) * part };
}
