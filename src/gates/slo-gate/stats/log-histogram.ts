/**
 * Counts over buckets whose width grows with the value: the exponent of the number and the first bits of its mantissa are the index, so a bucket is
 * at most 2^-bits of its value wide, whatever the unit. Values of 2^-20 and below share the lowest bucket, those of 2^44 and above the highest.
 */
export interface LogHistogram {
  readonly bits: number;
  readonly counts: Uint32Array;
}

const LOWEST_EXPONENT = -20;
const EXPONENTS = 64;

const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);
// The half of a double that holds sign, exponent and the first 20 bits of the mantissa depends on the byte order.
float[0] = 1;
const HIGH = halves[1] === 0x3ff00000 ? 1 : 0;

/** An empty histogram with 2^bits buckets for each doubling; `bits` up to 20. */
export function createLogHistogram(bits: number): LogHistogram {
  return { bits, counts: new Uint32Array(EXPONENTS << bits) };
}

/** Bucket of a value; negative numbers and zero are in the lowest. */
export function bucketIndex(value: number, bits: number): number {
  if (!(value > 0)) return 0;
  float[0] = value;
  const index = ((halves[HIGH] as number) >>> (20 - bits)) - ((1023 + LOWEST_EXPONENT) << bits);
  const last = (EXPONENTS << bits) - 1;
  return Math.max(0, Math.min(index, last));
}

/** Adds to the bucket of a value. */
export function countValue(histogram: LogHistogram, value: number): void {
  const index = bucketIndex(value, histogram.bits);
  histogram.counts[index] = (histogram.counts[index] as number) + 1;
}

/** Lower edge of a bucket; the upper one is that of the next. */
export function bucketLow(index: number, bits: number): number {
  if (index <= 0) return 0;
  const size = 1 << bits;
  return 2 ** (LOWEST_EXPONENT + Math.floor(index / size)) * (1 + (index % size) / size);
}

/** Index of the bucket that holds the sample of this rank (from 0), or -1 when there are not that many. */
export function bucketOfRank(histogram: LogHistogram, rank: number): number {
  let seen = 0;
  for (let index = 0; index < histogram.counts.length; index += 1) {
    seen += histogram.counts[index] as number;
    if (seen > rank) return index;
  }
  return -1;
}

/** Samples at or below a value; of the bucket that holds it, the part below by linear interpolation. */
export function countUpTo(histogram: LogHistogram, value: number): number {
  const at = bucketIndex(value, histogram.bits);
  let seen = 0;
  for (let index = 0; index < at; index += 1) seen += histogram.counts[index] as number;
  const [low, high] = [bucketLow(at, histogram.bits), bucketLow(at + 1, histogram.bits)];
  const part = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 1;
  return seen + part * (histogram.counts[at] as number);
}
