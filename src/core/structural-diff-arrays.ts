import { alignBy, alignIdentities } from './structural-diff-align.ts';
import { elementStates, elementsByKey, equalUnderRules, matchUnordered, ruleKeys } from './structural-diff-equal.ts';
import { type ElementList, elementsOf, membersOf, type StructuralNode, sameNode } from './structural-diff-node.ts';
import { type Effect, effectOf, type RuleState } from './structural-diff-rules.ts';
import { added, at, moved, removed, type Walk } from './structural-diff-walk.ts';

/** Compares two arrays by what the rules make of them: a list, a multiset, or a table with keys. */
export function visitArray(walk: Walk, left: StructuralNode, right: StructuralNode, state: RuleState, effect: Effect): void {
  const [a, b] = [elementsOf(left), elementsOf(right)];
  if (effect.key) {
    visitKeyed(walk, a, b, state, effect.key);
    return;
  }
  const stateAt = elementStates(walk.rules, state);
  if (effect.unordered) {
    const pairs = matchUnordered(walk.rules, a, b, state);
    const [takenA, takenB] = [new Set(pairs.map(([i]) => i)), new Set(pairs.map(([, j]) => j))];
    const restA = indexes(0, a.length).filter((i) => !takenA.has(i));
    const restB = indexes(0, b.length).filter((j) => !takenB.has(j));
    visitGap(walk, a, b, restA, restB, stateAt, new Map(), a.length);
    return;
  }
  let start = 0;
  while (start < a.length && start < b.length && a.hashAt(start) === b.hashAt(start)) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a.hashAt(endA - 1) === b.hashAt(endB - 1)) {
    endA--;
    endB--;
  }
  visitRun(walk, a, b, 0, 0, start, stateAt);
  visitMiddle(walk, a, b, start, endA, endB, state);
  visitRun(walk, a, b, endA, endB, a.length - endA, stateAt);
}

/** Elements with equal hashes: settled by their bytes at once where they are written alike. */
function visitRun(
  walk: Walk,
  a: ElementList,
  b: ElementList,
  i0: number,
  j0: number,
  count: number,
  stateAt: (index: number) => RuleState,
): void {
  if (count === 0) return;
  for (let k = a.sameRun(i0, b, j0, count) ? count - 1 : 0; k < count; k++) {
    const [one, other] = [a.at(i0 + k), b.at(j0 + k)];
    if (!sameNode(one, other)) at(walk, i0 + k, j0 + k, () => walk.visit(one, other, stateAt(i0 + k)));
  }
}

function visitMiddle(walk: Walk, a: ElementList, b: ElementList, start: number, endA: number, endB: number, state: RuleState): void {
  if (start === endA && start === endB) return;
  const stateAt = elementStates(walk.rules, state);
  const tolerant = endA > start && a.at(start).kind === 'number' && effectOf(walk.rules, stateAt(start)).tolerance !== undefined;
  const keyOf = ruleKeys(walk.rules, state);
  const [keysA, keysB] = [new Float64Array(endA - start), new Float64Array(endB - start)];
  for (let i = 0; i < keysA.length; i++) keysA[i] = keyOf(a, start + i);
  for (let j = 0; j < keysB.length; j++) keysB[j] = keyOf(b, start + j);
  const same = (i: number, j: number) => equalUnderRules(walk.rules, a.at(start + i), b.at(start + j), stateAt(start + i));
  const alignment = tolerant ? alignBy(keysA.length, keysB.length, same) : alignIdentities(keysA, keysB);
  const moves = findMoves(walk, a, b, start, keysA, keysB, alignment, stateAt);
  let [i, j] = [start, start];
  for (const [nextA, nextB] of [...alignment, [keysA.length, keysB.length] as const]) {
    visitGap(walk, a, b, indexes(i, start + nextA), indexes(j, start + nextB), stateAt, moves, start + nextA);
    if (nextA < keysA.length || nextB < keysB.length) {
      const [x, y] = [start + nextA, start + nextB];
      const [one, other] = [a.at(x), b.at(y)];
      if (!sameNode(one, other)) at(walk, x, y, () => walk.visit(one, other, stateAt(x)));
    }
    [i, j] = [start + nextA + 1, start + nextB + 1];
  }
}

function indexes(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
}

/** Elements that only changed place: right index -> left index, and left index -> -1. */
type Moves = ReadonlyMap<string, number>;

function findMoves(
  walk: Walk,
  a: ElementList,
  b: ElementList,
  start: number,
  keysA: Float64Array,
  keysB: Float64Array,
  alignment: readonly (readonly [number, number])[],
  stateAt: (index: number) => RuleState,
): Moves {
  const moves = new Map<string, number>();
  const [matchedA, matchedB] = [new Set(alignment.map(([i]) => i)), new Set(alignment.map(([, j]) => j))];
  const gone = new Map<number, number[]>();
  for (let i = keysA.length - 1; i >= 0; i--) {
    if (matchedA.has(i)) continue;
    const places = gone.get(keysA[i] as number);
    if (places) places.push(i);
    else gone.set(keysA[i] as number, [i]);
  }
  for (let j = 0; j < keysB.length; j++) {
    if (matchedB.has(j)) continue;
    const places = gone.get(keysB[j] as number);
    const i = places?.at(-1);
    if (i === undefined || !equalUnderRules(walk.rules, a.at(start + i), b.at(start + j), stateAt(start + i))) continue;
    places?.pop();
    moves.set(`right ${start + j}`, start + i);
    moves.set(`left ${start + i}`, start + j);
  }
  return moves;
}

/** Above this many cells, elements of a gap are paired by their place and not by likeness. */
const MAX_PAIRING_CELLS = 4096;

/** What is left between two matches: some elements gone, some new, some changed. `insertAt` is where, on the left, the gap ends. */
function visitGap(
  walk: Walk,
  a: ElementList,
  b: ElementList,
  lefts: readonly number[],
  rights: readonly number[],
  stateAt: (index: number) => RuleState,
  moves: Moves,
  insertAt: number,
): void {
  const stay = (side: 'left' | 'right', index: number) => !moves.has(`${side} ${index}`);
  const [goneOrChanged, newOrChanged] = [lefts.filter((i) => stay('left', i)), rights.filter((j) => stay('right', j))];
  const partner = pairLikeness(walk, a, b, goneOrChanged, newOrChanged, stateAt);
  let next = 0;
  const insertUntil = (stop: number | undefined, place: number) => {
    for (; next < rights.length && rights[next] !== stop; next++) {
      const j = rights[next] as number;
      const node = b.at(j);
      const from = moves.get(`right ${j}`);
      if (from === undefined) at(walk, place, j, () => added(walk, node, stateAt(place)));
      else at(walk, place, j, () => moved(walk, a.at(from), node, from, stateAt(place)));
    }
  };
  for (const i of lefts) {
    const j = partner.get(i);
    if (j !== undefined) {
      insertUntil(j, i);
      at(walk, i, j, () => walk.visit(a.at(i), b.at(j), stateAt(i)));
      next++;
    } else if (stay('left', i)) at(walk, i, i, () => removed(walk, a.at(i), stateAt(i)));
    else at(walk, i, i, () => walk.emit({ op: 'remove', path: [...walk.left] }, undefined));
  }
  insertUntil(undefined, insertAt);
}

/** Left index -> right index for elements that are one thing that changed, rising on both sides, by least total unlikeness. */
function pairLikeness(
  walk: Walk,
  a: ElementList,
  b: ElementList,
  lefts: readonly number[],
  rights: readonly number[],
  stateAt: (index: number) => RuleState,
): Map<number, number> {
  const [n, m] = [lefts.length, rights.length];
  const pairs = new Map<number, number>();
  if (n === 0 || m === 0) return pairs;
  if (n * m > MAX_PAIRING_CELLS) {
    for (let k = 0; k < Math.min(n, m); k++)
      if (a.at(lefts[k] as number).kind === b.at(rights[k] as number).kind) pairs.set(lefts[k] as number, rights[k] as number);
    return pairs;
  }
  const [nodesA, nodesB] = [lefts.map((i) => a.at(i)), rights.map((j) => b.at(j))];
  const membersA = nodesA.map((node) => (node.kind === 'object' ? membersOf(node) : undefined));
  const membersB = nodesB.map((node) => (node.kind === 'object' ? membersOf(node) : undefined));
  const unlikeness = (i: number, j: number): number => {
    const [one, other] = [nodesA[i] as StructuralNode, nodesB[j] as StructuralNode];
    const state = stateAt(lefts[i] as number);
    if (state.length > 0 && equalUnderRules(walk.rules, one, other, state)) return 0;
    if (one.kind !== other.kind) return 2;
    const [ofOne, ofOther] = [membersA[i], membersB[j]];
    return ofOne && ofOther ? unlikenessOfMembers(ofOne, ofOther) : 1;
  };
  const width = m + 1;
  const cost = new Float64Array((n + 1) * width);
  const paired = new Uint8Array((n + 1) * width);
  for (let i = n; i >= 0; i--)
    for (let j = m; j >= 0; j--) {
      if (i === n || j === m) {
        cost[i * width + j] = n - i + (m - j);
        continue;
      }
      const apart = 1 + Math.min(cost[(i + 1) * width + j] as number, cost[i * width + j + 1] as number);
      const together = unlikeness(i, j) + (cost[(i + 1) * width + j + 1] as number);
      paired[i * width + j] = together < apart ? 1 : 0;
      cost[i * width + j] = Math.min(apart, together);
    }
  for (let [i, j] = [0, 0]; i < n && j < m; ) {
    if (paired[i * width + j]) pairs.set(lefts[i++] as number, rights[j++] as number);
    else if ((cost[(i + 1) * width + j] as number) <= (cost[i * width + j + 1] as number)) i++;
    else j++;
  }
  return pairs;
}

/** 0 (alike) to 2 (nothing in common): share of members that differ. Objects with the same keys stay just below 2. */
function unlikenessOfMembers(a: ReadonlyMap<string, StructuralNode>, b: ReadonlyMap<string, StructuralNode>): number {
  let [common, equal] = [0, 0];
  for (const [key, member] of a) {
    const other = b.get(key);
    if (!other) continue;
    common++;
    if (member.hash === other.hash) equal++;
  }
  const union = a.size + b.size - common;
  if (equal > 0) return 1.9 * (1 - equal / union);
  return common === union ? 1.9 : 2;
}

function visitKeyed(walk: Walk, a: ElementList, b: ElementList, state: RuleState, fields: readonly string[]): void {
  const [keysA, keysB] = [elementsByKey(a, fields), elementsByKey(b, fields)];
  const stateAt = elementStates(walk.rules, state);
  for (const [key, i] of keysA) {
    const j = keysB.get(key);
    if (j === undefined) at(walk, i, i, () => removed(walk, a.at(i), stateAt(i)));
    else at(walk, i, j, () => walk.visit(a.at(i), b.at(j), stateAt(i)));
  }
  for (const [key, j] of keysB) if (!keysA.has(key)) at(walk, j, j, () => added(walk, b.at(j), stateAt(j)));
}
