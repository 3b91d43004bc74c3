import { describe, expect, it } from '@jest/globals';
import { createRandom, findChangePoint } from '../../../../src/gates/slo-gate/stats/change-point.ts';
import { estimateEffect } from '../../../../src/gates/slo-gate/stats/effect.ts';

const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** How often the whole interval lies above `allowed` when the true factor is `factor`; runs vary by `sigma` on the log scale. */
function alarms(options: {
  factor: number;
  allowed: number;
  present: number;
  baseline: number;
  sigma: number;
  rounds: number;
  unit?: (random: () => number) => () => number;
}) {
  const { factor, allowed, present, baseline, sigma, rounds } = options;
  let count = 0;
  for (let round = 0; round < rounds; round += 1) {
    const random = createRandom(77_000 + round);
    const draw = options.unit?.(random) ?? (() => sigma * normal(random));
    const before = Array.from({ length: baseline }, () => Math.exp(5 + draw()));
    const now = Array.from({ length: present }, () => factor * Math.exp(5 + draw()));
    const low = estimateEffect(now, before)?.interval?.low;
    if (low !== undefined && low > allowed) count += 1;
  }
  return count / rounds;
}

describe('the baseline test, by simulation', () => {
  // At the edge of what is accepted a two-sided 95 % interval lies above it in 2.5 % of the cases.
  const NOMINAL = 0.025;
  const ROUNDS = 5000;

  it.each([
    [1, 5],
    [1, 10],
    [1, 20],
    [5, 5],
    [10, 10],
  ])('false alarms with %d against %d units are at most nominal + 1 point', (present, baseline) => {
    expect(alarms({ factor: 1.1, allowed: 1.1, present, baseline, sigma: 0.1, rounds: ROUNDS })).toBeLessThanOrEqual(NOMINAL + 0.01);
  });

  it.each([
    [20, 20],
    [40, 20],
    [1, 20],
  ])('and within one point of it with %d against %d', (present, baseline) => {
    const rate = alarms({ factor: 1.1, allowed: 1.1, present, baseline, sigma: 0.1, rounds: ROUNDS });
    expect(Math.abs(rate - NOMINAL)).toBeLessThanOrEqual(0.01);
  });

  it('blocks of correlated requests are units that keep the rate', () => {
    // The mean of 300 requests with correlation 0.9 from one to the next, as one block of time.
    const unit = (random: () => number) => {
      let state = normal(random);
      return () => {
        let sum = 0;
        for (let index = 0; index < 300; index += 1) {
          state = 0.9 * state + Math.sqrt(1 - 0.81) * normal(random);
          sum += state;
        }
        return (0.5 * sum) / 300;
      };
    };
    const rate = alarms({ factor: 1.1, allowed: 1.1, present: 20, baseline: 20, sigma: 0, rounds: 120, unit });
    // 120 rounds: a standard error of 1.4 points; nominal + 1 point + two of them.
    expect(rate).toBeLessThanOrEqual(NOMINAL + 0.01 + 0.028);
  });

  it('an unchanged program is hardly ever called slower than ten per cent', () => {
    expect(alarms({ factor: 1, allowed: 1.1, present: 1, baseline: 10, sigma: 0.05, rounds: ROUNDS })).toBeLessThan(0.001);
  });

  it('finds a program that is 60 % slower: power above 80 % against 10 runs that vary by 10 %', () => {
    expect(alarms({ factor: 1.6, allowed: 1.1, present: 1, baseline: 10, sigma: 0.1, rounds: 1500 })).toBeGreaterThan(0.8);
    expect(alarms({ factor: 1.25, allowed: 1.1, present: 20, baseline: 20, sigma: 0.1, rounds: 1000 })).toBeGreaterThan(0.95);
  });

  it('gives no interval with too few runs, and nothing for what is zero', () => {
    expect(estimateEffect([2], [1, 1])).toEqual({ factor: 2, units: { present: 1, baseline: 2 } });
    expect(estimateEffect([0], [1, 1])).toBeUndefined();
    expect(estimateEffect([1], [])).toBeUndefined();
  });
});

describe('the change point', () => {
  it('is not found in a sequence that never changed, but for the nominal share', () => {
    let found = 0;
    for (let round = 0; round < 100; round += 1) {
      const random = createRandom(round);
      const change = findChangePoint(Array.from({ length: 20 }, () => Math.exp(5 + 0.05 * normal(random))));
      if (change && change.pValue <= 0.01) found += 1;
    }
    // One per cent of 100 is 1; five would be four standard deviations away.
    expect(found).toBeLessThanOrEqual(5);
  });

  it('is found where the level jumps, at the right place', () => {
    const random = createRandom(5);
    const values = Array.from({ length: 24 }, (_, index) => Math.exp(5 + (index >= 14 ? Math.log(1.2) : 0) + 0.03 * normal(random)));
    const change = findChangePoint(values);
    expect(change?.at).toBe(14);
    expect(change?.factor).toBeGreaterThan(1.15);
    expect(change?.pValue).toBeLessThan(0.01);
  });

  it('is found in a drift of 1.5 % from run to run, each of which is within the noise', () => {
    const random = createRandom(6);
    const values = Array.from({ length: 20 }, (_, index) => Math.exp(5 + index * Math.log(1.015) + 0.02 * normal(random)));
    const change = findChangePoint(values);
    expect(change?.pValue).toBeLessThan(0.01);
    expect(change?.factor).toBeGreaterThan(1.1);
  });

  it('needs enough values', () => {
    expect(findChangePoint([1, 1, 1, 2, 2, 2, 2])).toBeUndefined();
    expect(findChangePoint([0, 1, 1, 2, 2, 2, 2, 2])).toBeUndefined();
  });
});
