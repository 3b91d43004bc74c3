import { studentQuantile } from './distributions.ts';

/** How much larger one side is than the other, as a factor (1.1: ten per cent larger), with its 95 % interval when there are enough units. */
export interface Effect {
  readonly factor: number;
  readonly interval?: { readonly low: number; readonly high: number };
  readonly units: { readonly present: number; readonly baseline: number };
}

/** Fewer units in the baseline than this say nothing of how much units differ. */
export const MIN_UNITS = 5;

/**
 * The ratio of geometric means of units (runs, or blocks of time; never single requests) with Welch's t interval on their logarithms. One present unit is
 * compared with the spread of the baseline's (a prediction interval). Values must be positive.
 */
export function estimateEffect(present: readonly number[], baseline: readonly number[]): Effect | undefined {
  if (present.length === 0 || baseline.length === 0 || [...present, ...baseline].some((value) => !(value > 0))) return undefined;
  const [a, b] = [describe(present), describe(baseline)];
  const units = { present: a.n, baseline: b.n };
  const difference = a.mean - b.mean;
  const factor = Math.exp(difference);
  if (b.n < MIN_UNITS || (a.n > 1 && a.n < MIN_UNITS)) return { factor, units };
  const single = a.n === 1;
  const [va, vb] = [single ? b.variance : a.variance / a.n, b.variance / b.n];
  const error = Math.sqrt(va + vb);
  const df = single ? b.n - 1 : error === 0 ? a.n + b.n - 2 : (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  const half = studentQuantile(0.975, df) * error;
  return { factor, interval: { low: Math.exp(difference - half), high: Math.exp(difference + half) }, units };
}

function describe(values: readonly number[]) {
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const variance = logs.length > 1 ? logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (logs.length - 1) : 0;
  return { n: logs.length, mean, variance };
}
