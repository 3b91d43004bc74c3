/**
 * Upper bound, with confidence `c`, of the rate at which an unvaried run differs from the first, after `comparisons` comparisons of which none differed:
 * the rate p at which (1 - p)^comparisons = 1 - c. With no comparison everything is possible: 1.
 */
export function rateBound(comparisons: number, confidence: number): number {
  return comparisons <= 0 ? 1 : 1 - (1 - confidence) ** (1 / comparisons);
}

/** Fewest unvaried runs after which, none differing, the bound is at most `maxRate`. */
export function neededUnvariedRuns(maxRate: number, confidence: number): number {
  const exact = Math.log1p(-confidence) / Math.log1p(-maxRate);
  // A last bit of rounding must not cost a run, nor save one.
  let comparisons = Math.max(1, Math.floor(exact) - 1);
  while (rateBound(comparisons, confidence) > maxRate) comparisons += 1;
  return comparisons + 1;
}

/** Two-sided interval of a rate after Clopper and Pearson (1934), from the exact binomial tails. */
export function rateInterval(diverged: number, comparisons: number, confidence: number): { readonly low: number; readonly high: number } {
  if (comparisons <= 0) return { low: 0, high: 1 };
  const tail = (1 - confidence) / 2;
  const low = diverged === 0 ? 0 : solve((p) => 1 - binomialAtMost(diverged - 1, comparisons, p) - tail);
  const high = diverged === comparisons ? 1 : solve((p) => tail - binomialAtMost(diverged, comparisons, p));
  return { low, high };
}

/** P(X <= k) for X binomial(n, p), summed in logarithms. */
function binomialAtMost(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i += 1) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}

/** Root of a function that grows from negative to positive on 0..1, by halving. */
function solve(f: (p: number) => number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
