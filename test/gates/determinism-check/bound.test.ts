import { describe, expect, it } from '@jest/globals';
import { neededUnvariedRuns, rateBound, rateInterval } from '../../../src/gates/determinism-check/bound.ts';

/** Mulberry32, so that the simulation is the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Share of `trials` in which none of `comparisons` differs, when each differs with probability `rate`. */
function shareOfSilence(rate: number, comparisons: number, trials: number, random: () => number): number {
  let silent = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    let differs = false;
    for (let at = 0; at < comparisons && !differs; at += 1) differs = random() < rate;
    if (!differs) silent += 1;
  }
  return silent / trials;
}

describe('the bound', () => {
  it('is the rule of three in its exact form', () => {
    // Hanley and Lippman-Hand (1983): 3/n at 95 %; exact values by 1 - 0.05^(1/n).
    expect(rateBound(1, 0.95)).toBeCloseTo(0.95, 12);
    expect(rateBound(2, 0.95)).toBeCloseTo(0.776393, 6);
    expect(rateBound(59, 0.95)).toBeCloseTo(0.0495076, 6);
    expect(rateBound(299, 0.95)).toBeCloseTo(0.009969, 6);
    expect(rateBound(0, 0.95)).toBe(1);
  });

  it('works out the runs that a rate needs: one more than comparisons, and not one too many', () => {
    // 59 samples for 5 % and 299 for 1 % at 95 %, 90 and 459 at 99 % (the tables of success-run testing).
    expect(neededUnvariedRuns(0.05, 0.95)).toBe(60);
    expect(neededUnvariedRuns(0.01, 0.95)).toBe(300);
    expect(neededUnvariedRuns(0.05, 0.99)).toBe(91);
    expect(neededUnvariedRuns(0.01, 0.99)).toBe(460);
    for (const rate of [0.5, 0.2, 0.1, 0.03, 0.002]) {
      for (const confidence of [0.8, 0.9, 0.95, 0.999]) {
        const comparisons = neededUnvariedRuns(rate, confidence) - 1;
        expect(rateBound(comparisons, confidence)).toBeLessThanOrEqual(rate);
        if (comparisons > 1) expect(rateBound(comparisons - 1, confidence)).toBeGreaterThan(rate);
      }
    }
  });

  it('holds at its confidence when programs diverge at known rates', () => {
    const random = randomFrom(20_261_122);
    const trials = 8_000;
    for (const confidence of [0.8, 0.95, 0.99]) {
      for (const comparisons of [1, 2, 5, 20, 60]) {
        const bound = rateBound(comparisons, confidence);
        // A program whose rate is the bound, or worse, is claimed to be below it only when it happens to be silent throughout.
        for (const rate of [bound, Math.min(1, bound * 1.2), (1 + bound) / 2]) {
          const wrong = shareOfSilence(rate, comparisons, trials, random);
          const noise = 4 * Math.sqrt(((1 - confidence) * confidence) / trials);
          expect(wrong).toBeLessThanOrEqual(1 - confidence + noise);
        }
        // And it is no tighter than it may be: a little below the bound, silence is more likely than 1 - confidence.
        expect(shareOfSilence(bound * 0.7, comparisons, trials, random)).toBeGreaterThan(1 - confidence);
      }
    }
  });

  it('gives the interval of Clopper and Pearson', () => {
    // Reference values of the exact method: R binom.test(x, n)$conf.int.
    const cases = [
      { x: 0, n: 10, low: 0, high: 0.3084971 },
      { x: 1, n: 10, low: 0.002528579, high: 0.4450161 },
      { x: 5, n: 10, low: 0.187086, high: 0.812914 },
      { x: 10, n: 10, low: 0.6915029, high: 1 },
      { x: 3, n: 40, low: 0.01574248, high: 0.2038686 },
    ];
    for (const { x, n, low, high } of cases) {
      const interval = rateInterval(x, n, 0.95);
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });
});
