import { compareText } from './order.ts';
import { visitArray } from './structural-diff-arrays.ts';
import { isRedactedWhole, sameScalar } from './structural-diff-equal.ts';
import { childrenAt, type DuplicateKey, type JsonText } from './structural-diff-json.ts';
import { stringAt } from './structural-diff-json-tokens.ts';
import { membersOf, nodeOfValue, numberOf, type StructuralNode, sameNode } from './structural-diff-node.ts';
import { distanceText } from './structural-diff-number.ts';
import {
  advance,
  type CompiledRules,
  compileRules,
  effectOf,
  type RuleState,
  startState,
  type ValueRule,
} from './structural-diff-rules.ts';
import { pointerOf, showNode } from './structural-diff-show.ts';
import { added, type Difference, type Edit, paths, removed, type Walk } from './structural-diff-walk.ts';

export type { Difference, Edit } from './structural-diff-walk.ts';

export interface StructuralOptions {
  readonly rules?: readonly ValueRule[] | CompiledRules;
  /** Differences beyond this number are counted, not kept; default 1,000. */
  readonly maxDifferences?: number;
  /** Edits beyond this number are not kept, and `edits` is then `undefined`; default 10,000. */
  readonly maxEdits?: number;
  /** Characters of a shown value; default 200. */
  readonly maxShown?: number;
}

export interface StructuralDiff {
  readonly differences: readonly Difference[];
  /** All of them, also those that are not kept. */
  readonly total: number;
  /** Absent when there are too many, when rules applied (they leave things out), or when a duplicate key makes a side ambiguous. */
  readonly edits?: readonly Edit[];
}

/** Differences between two plain values (or nodes), at their smallest and in document order. */
export function structuralDiff(left: unknown, right: unknown, options: StructuralOptions = {}): readonly Difference[] {
  return diffNodes(nodeFrom(left), nodeFrom(right), options).differences;
}

function nodeFrom(value: unknown): StructuralNode {
  const isNode =
    typeof value === 'object' && value !== null && 'from' in value && (value.from === 'text' || value.from === 'value') && 'hash' in value;
  return isNode ? (value as StructuralNode) : nodeOfValue(value);
}

/** The whole result of comparing two documents. Time: linear in what differs, given their hashes. */
export function diffNodes(left: StructuralNode, right: StructuralNode, options: StructuralOptions = {}): StructuralDiff {
  const rules = options.rules && 'segments' in options.rules ? options.rules : compileRules(options.rules ?? []);
  const { maxDifferences = 1000, maxEdits = 10_000, maxShown = 200 } = options;
  const differences: Difference[] = [];
  let total = 0;
  let edits: Edit[] | undefined = rules.rules.length === 0 ? [] : undefined;
  const emit: Walk['emit'] = (edit, difference) => {
    if (difference) {
      total++;
      if (differences.length < maxDifferences) differences.push(difference);
    }
    if (edit && edits) {
      if (edits.length < maxEdits) edits.push(edit);
      else edits = undefined;
    }
  };
  const walk: Walk = {
    rules,
    left: [],
    right: [],
    emit,
    visit: (one, other, state) => visit(walk, one, other, state),
    show: (node, state) => showNode(rules, node, state, maxShown),
  };
  for (const [node, side] of [[left, 'left'] as const, [right, 'right'] as const])
    if (node.from === 'text' && node.start === node.text.start)
      for (const duplicate of node.text.duplicates) {
        edits = undefined;
        emit(undefined, duplicateDifference(node.text, duplicate, side));
      }
  walk.visit(left, right, startState(rules));
  return { differences, total, ...(edits ? { edits } : {}) };
}

function duplicateDifference(text: JsonText, { object, key }: DuplicateKey, side: 'left' | 'right'): Difference {
  const name = stringAt(text.bytes, key);
  const path = pointerOf([...pathTo(text, object), name]);
  return { kind: 'duplicate-key', path, [side]: JSON.stringify(name) };
}

/** Keys and indexes from the root to the container that begins at an offset. */
function pathTo(text: JsonText, offset: number): string[] {
  const path: string[] = [];
  for (let at = text.start; at !== offset; ) {
    const isObject = text.bytes[at] === 0x7b;
    const { starts } = childrenAt(text, at);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    path.push(isObject ? stringAt(text.bytes, starts[low - 1] as number) : String(low));
    at = starts[low] as number;
  }
  return path;
}

function visit(walk: Walk, left: StructuralNode, right: StructuralNode, state: RuleState): void {
  if (sameNode(left, right)) return;
  const effect = effectOf(walk.rules, state);
  if (effect.ignore || isRedactedWhole(effect)) return;
  if (left.kind === right.kind && left.kind === 'object') visitObject(walk, left, right, state);
  else if (left.kind === right.kind && left.kind === 'array') visitArray(walk, left, right, state, effect);
  else if (left.kind !== right.kind || !sameScalar(left, right, effect)) {
    const distance = left.kind === 'number' && right.kind === 'number' ? distanceText(numberOf(left), numberOf(right)) : undefined;
    walk.emit(
      { op: 'replace', path: [...walk.left], value: right },
      {
        kind: 'changed',
        ...paths(walk),
        left: walk.show(left, state),
        right: walk.show(right, state),
        ...(distance === undefined ? {} : { distance }),
        leftNode: left,
        rightNode: right,
      },
    );
  }
}

function visitObject(walk: Walk, left: StructuralNode, right: StructuralNode, state: RuleState): void {
  const [a, b] = [membersOf(left), membersOf(right)];
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort(compareText);
  for (const key of keys) {
    const [one, other] = [a.get(key), b.get(key)];
    if (one && other && one.hash === other.hash && sameNode(one, other)) continue;
    const inner = advance(walk.rules, state, key);
    if (effectOf(walk.rules, inner).ignore) continue;
    walk.left.push(key);
    walk.right.push(key);
    if (one && other) walk.visit(one, other, inner);
    else if (one) removed(walk, one, inner);
    else if (other) added(walk, other, inner);
    walk.left.pop();
    walk.right.pop();
  }
}
