import {
  booleanOf,
  type ElementList,
  elementsOf,
  membersOf,
  numberOf,
  type StructuralNode,
  sameNode,
  scalarNode,
  stringOf,
} from './structural-diff-node.ts';
import { decimalText, roundDecimal, sameDecimal, withinTolerance } from './structural-diff-number.ts';
import { advance, type CompiledRules, type Effect, effectOf, isIndexBlind, type RuleState } from './structural-diff-rules.ts';

export const REDACTED = '[redacted]';

/** A string as the rules let it be seen. */
export function redactText(text: string, redact: readonly (RegExp | true)[] | undefined): string {
  let seen = text;
  for (const rule of redact ?? []) {
    if (rule === true) return REDACTED;
    seen = seen.replace(rule.global ? rule : new RegExp(rule.source, `${rule.flags}g`), REDACTED);
  }
  return seen;
}

/** Whether the whole value is blotted out. */
export function isRedactedWhole(effect: Effect): boolean {
  return effect.redact?.includes(true) ?? false;
}

/** Equality of two scalars of one kind under what applies to them. */
export function sameScalar(left: StructuralNode, right: StructuralNode, effect: Effect): boolean {
  switch (left.kind) {
    case 'number': {
      let [a, b] = [numberOf(left), numberOf(right)];
      if (effect.round !== undefined) [a, b] = [roundDecimal(a, effect.round), roundDecimal(b, effect.round)];
      return effect.tolerance ? withinTolerance(a, b, effect.tolerance) : sameDecimal(a, b);
    }
    case 'string':
      return redactText(stringOf(left), effect.redact) === redactText(stringOf(right), effect.redact);
    case 'boolean':
      return booleanOf(left) === booleanOf(right);
    default:
      return true;
  }
}

/** Whether two values are equal under the rules that reach them. */
export function equalUnderRules(rules: CompiledRules, left: StructuralNode, right: StructuralNode, state: RuleState): boolean {
  if (sameNode(left, right)) return true;
  if (state.length === 0) return false;
  const effect = effectOf(rules, state);
  if (effect.ignore || isRedactedWhole(effect)) return true;
  if (left.kind !== right.kind) return false;
  if (left.kind === 'object') return equalObjects(rules, left, right, state);
  if (left.kind !== 'array') return sameScalar(left, right, effect);
  const [a, b] = [elementsOf(left), elementsOf(right)];
  if (a.length !== b.length) return false;
  if (effect.key) {
    const [byKeyA, byKeyB] = [elementsByKey(a, effect.key), elementsByKey(b, effect.key)];
    if (byKeyA.size !== byKeyB.size) return false;
    for (const [key, i] of byKeyA) {
      const j = byKeyB.get(key);
      if (j === undefined || !equalUnderRules(rules, a.at(i), b.at(j), advance(rules, state, String(i)))) return false;
    }
    return true;
  }
  if (effect.unordered) return matchUnordered(rules, a, b, state).length === a.length;
  for (let i = 0; i < a.length; i++) if (!equalUnderRules(rules, a.at(i), b.at(i), advance(rules, state, String(i)))) return false;
  return true;
}

function equalObjects(rules: CompiledRules, left: StructuralNode, right: StructuralNode, state: RuleState): boolean {
  const [a, b] = [membersOf(left), membersOf(right)];
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const inner = advance(rules, state, key);
    if (effectOf(rules, inner).ignore) continue;
    const [one, other] = [a.get(key), b.get(key)];
    if (!one || !other || !equalUnderRules(rules, one, other, inner)) return false;
  }
  return true;
}

/** The text by which a `key` rule knows each element, with a counter behind repeated ones; elements without the fields go by their place. */
export function elementsByKey(elements: ElementList, fields: readonly string[]): Map<string, number> {
  const byKey = new Map<string, number>();
  const counts = new Map<string, number>();
  for (let i = 0; i < elements.length; i++) {
    const element = elements.at(i);
    const members = element.kind === 'object' ? membersOf(element) : undefined;
    const parts = fields.map((field) => members?.get(field));
    const key = parts.every((part) => part !== undefined) ? JSON.stringify(parts.map(identityText)) : 'without key';
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    byKey.set(`${key}#${count}`, i);
  }
  return byKey;
}

function identityText(node: StructuralNode | undefined): string {
  if (!node) return '';
  return node.kind === 'string'
    ? `s${stringOf(node)}`
    : node.kind === 'number'
      ? `n${decimalText(numberOf(node))}`
      : `${node.kind}${node.hash}`;
}

/** Pairs of equal elements, order aside: identical ones first, then equal under the rules. */
export function matchUnordered(
  rules: CompiledRules,
  left: ElementList,
  right: ElementList,
  state: RuleState,
): (readonly [number, number])[] {
  const keyOf = ruleKeys(rules, state);
  const free = new Map<number, number[]>();
  for (let j = right.length - 1; j >= 0; j--) {
    const key = keyOf(right, j);
    const places = free.get(key);
    if (places) places.push(j);
    else free.set(key, [j]);
  }
  const pairs: (readonly [number, number])[] = [];
  const later: number[] = [];
  const stateAt = elementStates(rules, state);
  for (let i = 0; i < left.length; i++) {
    const candidates = free.get(keyOf(left, i)) ?? [];
    const exact = candidates.findLastIndex((j) => left.hashAt(i) === right.hashAt(j) && sameNode(left.at(i), right.at(j)));
    if (exact < 0) later.push(i);
    else pairs.push([i, candidates.splice(exact, 1)[0] as number]);
  }
  for (const i of later) {
    const candidates = free.get(keyOf(left, i)) ?? [];
    const found = candidates.findLastIndex((j) => equalUnderRules(rules, left.at(i), right.at(j), stateAt(i)));
    if (found >= 0) pairs.push([i, candidates.splice(found, 1)[0] as number]);
  }
  return pairs;
}

/** The state of an array's elements by index; computed once where the index does not matter. */
export function elementStates(rules: CompiledRules, state: RuleState): (index: number) => RuleState {
  if (!isIndexBlind(rules, state)) return (index) => advance(rules, state, String(index));
  const every = advance(rules, state, '0');
  return () => every;
}

/**
 * A number for each element that is equal when two elements are equal under the rules: ignored parts left out, redacted and rounded ones brought to one form,
 * tolerated numbers all alike. So it may also be equal when they are not.
 */
export function ruleKeys(rules: CompiledRules, state: RuleState): (list: ElementList, index: number) => number {
  const stateAt = elementStates(rules, state);
  return (list, index) => {
    const inner = stateAt(index);
    return inner.length === 0 ? list.hashAt(index) : ruleKey(rules, list.at(index), inner);
  };
}

const LEFT_OUT = 17;

function ruleKey(rules: CompiledRules, node: StructuralNode, state: RuleState): number {
  if (state.length === 0) return node.hash;
  const effect = effectOf(rules, state);
  if (effect.ignore || isRedactedWhole(effect)) return LEFT_OUT;
  switch (node.kind) {
    case 'number':
      if (effect.tolerance) return LEFT_OUT;
      return effect.round === undefined ? node.hash : scalarNode(roundDecimal(numberOf(node), effect.round)).hash;
    case 'string':
      return effect.redact ? scalarNode(redactText(stringOf(node), effect.redact)).hash : node.hash;
    case 'array': {
      const elements = elementsOf(node);
      const keyOf = ruleKeys(rules, state);
      const orderless = effect.unordered || effect.key !== undefined;
      let sum = elements.length;
      for (let i = 0; i < elements.length; i++)
        sum = orderless ? (sum + blend(29, keyOf(elements, i))) | 0 : blend(sum, keyOf(elements, i));
      return sum;
    }
    case 'object': {
      let sum = 31;
      for (const [key, member] of membersOf(node)) {
        const inner = advance(rules, state, key);
        if (!effectOf(rules, inner).ignore) sum = (sum + blend(scalarNode(key).hash | 0, ruleKey(rules, member, inner))) | 0;
      }
      return sum;
    }
    default:
      return node.hash;
  }
}

function blend(hash: number, value: number): number {
  const mixed = Math.imul(Math.imul(hash ^ (value | 0), 0x5bd1e995) ^ ((value / 0x100000000) | 0), 0x01000193);
  return mixed ^ (mixed >>> 15);
}
