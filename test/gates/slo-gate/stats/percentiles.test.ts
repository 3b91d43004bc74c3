import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRandom } from '../../../../src/gates/slo-gate/stats/change-point.ts';
import { binomialCdf, binomialQuantile, incompleteBeta, studentQuantile } from '../../../../src/gates/slo-gate/stats/distributions.ts';
import { bucketIndex, bucketLow } from '../../../../src/gates/slo-gate/stats/log-histogram.ts';
import { estimatePercentile, samplesToSettle, shareUpTo } from '../../../../src/gates/slo-gate/stats/percentile-interval.ts';
import { addSample, createSamples, EXACT_SAMPLES, percentileOf } from '../../../../src/gates/slo-gate/stats/samples.ts';

/** Exact oracle: linear interpolation between order statistics, written down apart from the code under test. */
function oracle(values: readonly number[], rank: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const h = (sorted.length - 1) * (rank / 100);
  const [lower, upper] = [sorted[Math.floor(h)] as number, sorted[Math.min(sorted.length - 1, Math.floor(h) + 1)] as number];
  return lower + (h - Math.floor(h)) * (upper - lower);
}

const fill = (values: readonly number[]) => {
  const samples = createSamples();
  for (const [index, value] of values.entries()) addSample(samples, value, index * 10);
  return samples;
};

describe('percentiles of samples', () => {
  it('are those of an exact oracle', () => {
    const value = fc.oneof(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.integer({ min: 0, max: 5000 }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 400 }), fc.double({ min: 0, max: 100, noNaN: true }), (values, rank) => {
        const { low, high } = percentileOf(fill(values), rank);
        expect(high).toBe(low);
        const expected = oracle(values, rank);
        expect(Math.abs(low - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
      }),
    );
  });

  it('enclose the exact one when there are too many samples to keep; whole numbers stay exact', () => {
    for (const whole of [false, true]) {
      const random = createRandom(7);
      const values = Array.from({ length: EXACT_SAMPLES + 50_000 }, () => {
        const value = -Math.log(1 - random()) * 250;
        return whole ? Math.floor(value) : value;
      });
      const samples = fill(values);
      expect(samples.exact).toBeUndefined();
      const sorted = Float64Array.from(values).sort();
      for (const rank of [1, 50, 90, 95, 99, 99.9]) {
        const h = (sorted.length - 1) * (rank / 100);
        const at = Math.floor(h);
        const expected = (sorted[at] as number) + (h - at) * ((sorted[at + 1] as number) - (sorted[at] as number));
        const { low, high } = percentileOf(samples, rank);
        expect(low).toBeLessThanOrEqual(expected + 1e-9);
        expect(high).toBeGreaterThanOrEqual(expected - 1e-9);
        expect(high - low).toBeLessThanOrEqual(whole ? 0 : expected * 0.0011);
      }
    }
  });

  it('buckets hold what they say', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -19, max: 2 ** 43, noNaN: true }), fc.constantFrom(7, 9, 11), (value, bits) => {
        const index = bucketIndex(value, bits);
        expect(bucketLow(index, bits)).toBeLessThanOrEqual(value);
        expect(bucketLow(index + 1, bits)).toBeGreaterThan(value);
      }),
    );
  });

  it('shares are counted exactly while samples are kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 100 }),
        fc.integer({ min: -1, max: 51 }),
        (values, limit) => {
          expect(shareUpTo(fill(values), limit)).toBe(values.filter((value) => value <= limit).length / values.length);
        },
      ),
    );
  });
});

describe('distributions, against published tables', () => {
  // scipy.stats 1.x: t.ppf(0.975, df), binom.cdf, special.betainc.
  it.each([
    [1, 12.706204736],
    [2, 4.30265273],
    [5, 2.570581836],
    [10, 2.228138852],
    [23, 2.06865761],
    [100, 1.983971519],
  ])('t with %d degrees of freedom', (df, expected) => expect(studentQuantile(0.975, df)).toBeCloseTo(expected, 7));

  it('binomial and beta', () => {
    expect(binomialCdf(3, 10, 0.5)).toBeCloseTo(0.171875, 12);
    expect(binomialCdf(95, 100, 0.95)).toBeCloseTo(0.5640187, 6);
    expect(incompleteBeta(0.3, 2, 5)).toBeCloseTo(0.579825, 9);
    expect(binomialQuantile(0.975, 100, 0.95)).toBe(99);
    expect(binomialQuantile(0.025, 100, 0.95)).toBe(90);
  });
});

/** Coverage of the interval over many runs of a process whose true percentile is known. */
function coverage(options: { rank: number; truth: number; runs: number; count: number; next: (random: () => number) => () => number }) {
  const { rank, truth, runs, count, next } = options;
  let [inside, closed, effective] = [0, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    const random = createRandom(1000 + run);
    const draw = next(random);
    const samples = createSamples();
    for (let index = 0; index < count; index += 1) addSample(samples, draw(), index * 20);
    const { low, high, effectiveSamples } = estimatePercentile(samples, rank);
    effective += effectiveSamples / runs;
    if (high !== null) closed += 1;
    if ((low ?? Number.NEGATIVE_INFINITY) <= truth && truth <= (high ?? Number.POSITIVE_INFINITY)) inside += 1;
  }
  return { coverage: inside / runs, closed: closed / runs, effective };
}

const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe('intervals of percentiles, by simulation', () => {
  // 0.95 with 200 runs has a standard error of 1.5 points; 0.91 is more than two of them below.
  const RUNS = 200;

  it.each([
    [50, 0],
    [95, 1.6448536269514722],
    [99, 2.3263478740408408],
  ])('independent samples, p%d', (rank, z) => {
    const found = coverage({
      rank,
      truth: Math.exp(5 + 0.5 * z),
      runs: RUNS,
      count: 2000,
      next: (random) => () => Math.exp(5 + 0.5 * normal(random)),
    });
    expect(found.coverage).toBeGreaterThan(0.91);
    expect(found.closed).toBe(1);
    // Not bought by intervals without end: most of the samples still count.
    expect(found.effective).toBeGreaterThan(600);
  });

  it.each([
    [0.5, 50, 0],
    [0.9, 50, 0],
    [0.9, 95, 1.6448536269514722],
    [0.95, 90, 1.2815515655446004],
  ])('serial correlation %f from sample to sample, p%d', (phi, rank, z) => {
    const next = (random: () => number) => {
      let state = normal(random);
      return () => {
        state = phi * state + Math.sqrt(1 - phi * phi) * normal(random);
        return Math.exp(5 + 0.5 * state);
      };
    };
    const found = coverage({ rank, truth: Math.exp(5 + 0.5 * z), runs: 150, count: 3000, next });
    // 150 runs: a standard error of 1.8 points.
    expect(found.coverage).toBeGreaterThan(0.9);
  });

  it('taking correlated samples for independent ones would not do: the test can fail', () => {
    const phi = 0.9;
    let inside = 0;
    for (let run = 0; run < 100; run += 1) {
      const random = createRandom(run);
      let state = normal(random);
      const samples = createSamples();
      for (let index = 0; index < 3000; index += 1) {
        state = phi * state + Math.sqrt(1 - phi * phi) * normal(random);
        // All at one time: no blocks, no allowance for correlation.
        addSample(samples, Math.exp(5 + 0.5 * state), 0);
      }
      const { low, high } = estimatePercentile(samples, 50);
      if ((low ?? 0) <= Math.exp(5) && Math.exp(5) <= (high ?? 0)) inside += 1;
    }
    expect(inside / 100).toBeLessThan(0.6);
  });

  it('says how many samples would settle it', () => {
    const random = createRandom(3);
    const samples = createSamples();
    for (let index = 0; index < 500; index += 1) addSample(samples, Math.exp(5 + 0.5 * normal(random)), index * 20);
    const { value, low, high, effectiveSamples } = estimatePercentile(samples, 95);
    const limit = value * 1.05;
    expect(low).toBeLessThan(limit);
    expect(high ?? Number.POSITIVE_INFINITY).toBeGreaterThan(limit);
    const needed = samplesToSettle(samples, 95, limit, effectiveSamples) ?? 0;
    expect(needed).toBeGreaterThan(500);
    // With so many (and the same shape) the interval leaves the limit out.
    const more = createSamples();
    for (let index = 0; index < needed * 1.5; index += 1)
      addSample(more, (samples.exact as Float64Array)[Math.floor(random() * 500)] as number, index * 20);
    const then = estimatePercentile(more, 95);
    expect((then.high ?? Number.POSITIVE_INFINITY) < limit || (then.low ?? 0) > limit).toBe(true);
  });

  it('has no upper end where too few samples lie beyond the percentile', () => {
    const samples = createSamples();
    for (let index = 0; index < 100; index += 1) addSample(samples, index, 0);
    expect(estimatePercentile(samples, 99).high).toBeNull();
    expect(estimatePercentile(samples, 50)).toMatchObject({ low: 39, high: 60 });
  });
});
