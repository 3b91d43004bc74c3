/** Where a sequence changed its level, and by how much. */
export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Geometric mean after it over that before it. */
  readonly factor: number;
  /** Probability of a split this good in a sequence that never changed. */
  readonly pValue: number;
}

/** Fewer values than this cannot show a change. */
export const MIN_CHANGE_VALUES = 8;
const MIN_SIDE = 3;
const PERMUTATIONS = 2000;
const ENOUGH = 60;

/**
 * The split that explains most of the variance of the logarithms (least squares), with a permutation test for whether any would in a sequence without order. A
 * slow drift is found too: its halves differ however small each step is. Deterministic: the permutations come from a fixed seed.
 */
export function findChangePoint(values: readonly number[]): ChangePoint | undefined {
  if (values.length < MIN_CHANGE_VALUES || values.some((value) => !(value > 0))) return undefined;
  const logs = values.map(Math.log);
  const best = bestSplit(logs);
  if (best.gain <= 0) return undefined;
  const shuffled = [...logs];
  const random = createRandom(0x9e3779b9);
  let asGood = 0;
  for (let round = 0; round < PERMUTATIONS; round += 1) {
    for (let index = shuffled.length - 1; index > 0; index -= 1) {
      const other = Math.floor(random() * (index + 1));
      [shuffled[index], shuffled[other]] = [shuffled[other] as number, shuffled[index] as number];
    }
    if (bestSplit(shuffled).gain >= best.gain - 1e-12) asGood += 1;
    // By now it is clear that this is no change; how clear does not matter.
    if (asGood === ENOUGH) return { at: best.at, factor: factorAt(logs, best.at), pValue: ENOUGH / (round + 1) };
  }
  return { at: best.at, factor: factorAt(logs, best.at), pValue: (asGood + 1) / (PERMUTATIONS + 1) };
}

function factorAt(logs: readonly number[], at: number): number {
  const mean = (part: readonly number[]) => part.reduce((sum, value) => sum + value, 0) / part.length;
  return Math.exp(mean(logs.slice(at)) - mean(logs.slice(0, at)));
}

/** The split with the largest sum of squares between its two sides. */
function bestSplit(values: readonly number[]): { readonly at: number; readonly gain: number } {
  const total = values.reduce((sum, value) => sum + value, 0);
  let best = { at: MIN_SIDE, gain: -1 };
  let left = 0;
  for (let at = 1; at <= values.length - MIN_SIDE; at += 1) {
    left += values[at - 1] as number;
    if (at < MIN_SIDE) continue;
    const right = total - left;
    const gain = (left * left) / at + (right * right) / (values.length - at) - (total * total) / values.length;
    if (gain > best.gain) best = { at, gain };
  }
  return best;
}

/** Numbers in [0, 1) from a seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
