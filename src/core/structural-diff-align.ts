/** Pairs of indexes that belong together, both strictly rising. */
export type Alignment = readonly (readonly [left: number, right: number])[];

/** Up to this many edits the alignment is the shortest there is; beyond, it is anchored on items that are unique on both sides. */
const MAX_EXACT_EDITS = 256;
/** Work bound of one exact search, in visited diagonals. */
const MAX_EXACT_WORK = 4_000_000;

/**
 * Longest common subsequence of two sequences of identities, exact for few edits (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986), for many by
 * anchors that occur once on each side (Cohen's patience diff).
 */
export function alignIdentities(left: ArrayLike<number>, right: ArrayLike<number>): Alignment {
  const pairs: (readonly [number, number])[] = [];
  const ranges: [number, number, number, number][] = [[0, left.length, 0, right.length]];
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    let [a0, a1, b0, b1] = range;
    while (a0 < a1 && b0 < b1 && left[a0] === right[b0]) pairs.push([a0++, b0++]);
    while (a0 < a1 && b0 < b1 && left[a1 - 1] === right[b1 - 1]) pairs.push([--a1, --b1]);
    if (a0 === a1 || b0 === b1) continue;
    const exact = myers(a1 - a0, b1 - b0, (i, j) => left[a0 + i] === right[b0 + j], MAX_EXACT_EDITS);
    if (exact) {
      for (const [i, j] of exact) pairs.push([a0 + i, b0 + j]);
      continue;
    }
    const anchors = uniqueAnchors(left, right, a0, a1, b0, b1);
    let [a, b] = [a0, b0];
    for (const [i, j] of anchors) {
      pairs.push([i, j]);
      ranges.push([a, i, b, j]);
      [a, b] = [i + 1, j + 1];
    }
    if (anchors.length > 0) ranges.push([a, a1, b, b1]);
  }
  return pairs.sort((x, y) => x[0] - y[0]);
}

/** Like `alignIdentities`, where sameness is a question (tolerance) and no identity; many edits are then aligned by place. */
export function alignBy(leftLength: number, rightLength: number, same: (left: number, right: number) => boolean): Alignment {
  let start = 0;
  while (start < leftLength && start < rightLength && same(start, start)) start++;
  let [a, b] = [leftLength, rightLength];
  while (a > start && b > start && same(a - 1, b - 1)) {
    a--;
    b--;
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i < start; i++) pairs.push([i, i]);
  const exact = myers(a - start, b - start, (i, j) => same(start + i, start + j), 2 * MAX_EXACT_EDITS);
  if (exact) for (const [i, j] of exact) pairs.push([start + i, start + j]);
  else for (let i = start; i < Math.min(a, b); i++) if (same(i, i)) pairs.push([i, i]);
  for (let i = a; i < leftLength; i++) pairs.push([i, b + i - a]);
  return pairs;
}

/** Shortest edit script, or `undefined` when it needs more than `maxEdits` edits or too much work. */
function myers(n: number, m: number, same: (i: number, j: number) => boolean, maxEdits: number): Alignment | undefined {
  const limit = Math.min(n + m, maxEdits);
  const furthest = new Int32Array(2 * limit + 3);
  const offset = limit + 1;
  const history: Int32Array[] = [];
  let work = 0;
  for (let edits = 0; edits <= limit; edits++) {
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (furthest[offset + k - 1] as number) < (furthest[offset + k + 1] as number));
      let x = down ? (furthest[offset + k + 1] as number) : (furthest[offset + k - 1] as number) + 1;
      const from = x;
      while (x < n && x - k < m && x - k >= 0 && same(x, x - k)) x++;
      work += x - from + 1;
      furthest[offset + k] = x;
      if (x >= n && x - k >= m) {
        history.push(furthest.slice(offset - edits - 1, offset + edits + 2));
        return retrace(n, m, history);
      }
    }
    if (work > MAX_EXACT_WORK) return undefined;
    history.push(furthest.slice(offset - edits - 1, offset + edits + 2));
  }
  return undefined;
}

function retrace(n: number, m: number, history: readonly Int32Array[]): Alignment {
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = [n, m];
  for (let edits = history.length - 1; edits > 0; edits--) {
    const before = history[edits - 1] as Int32Array;
    const at = (k: number) => before[k + edits] as number;
    const k = x - y;
    const down = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const previous = down ? k + 1 : k - 1;
    const previousX = at(previous);
    const snakeStart = down ? previousX : previousX + 1;
    while (x > snakeStart) pairs.push([--x, --y]);
    [x, y] = [previousX, previousX - previous];
  }
  while (x > 0 && y > 0) pairs.push([--x, --y]);
  return pairs.reverse();
}

/** Items that occur once on each side, thinned to the longest rising run. */
function uniqueAnchors(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  a0: number,
  a1: number,
  b0: number,
  b1: number,
): (readonly [number, number])[] {
  const MANY = -1;
  const [inLeft, inRight] = [new Map<number, number>(), new Map<number, number>()];
  for (let i = a0; i < a1; i++) inLeft.set(left[i] as number, inLeft.has(left[i] as number) ? MANY : i);
  for (let j = b0; j < b1; j++) inRight.set(right[j] as number, inRight.has(right[j] as number) ? MANY : j);
  const candidates: (readonly [number, number])[] = [];
  for (let i = a0; i < a1; i++) {
    const j = inRight.get(left[i] as number);
    if (j !== undefined && j !== MANY && inLeft.get(left[i] as number) === i) candidates.push([i, j]);
  }
  return longestRising(candidates);
}

function longestRising(candidates: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const tails: number[] = [];
  const previous = new Int32Array(candidates.length).fill(-1);
  candidates.forEach(([, j], index) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((candidates[tails[middle] as number] as readonly [number, number])[1] < j) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (tails[low - 1] as number) : -1;
    tails[low] = index;
  });
  const run: (readonly [number, number])[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] as number)
    run.push(candidates[index] as readonly [number, number]);
  return run.reverse();
}
