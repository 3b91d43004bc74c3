import { compareText, type DirectionNode, NO_VARIANT } from '../../core/index.ts';
import type { ConfigurationChange } from '../record.ts';
import { compareLists } from './compare-list.ts';
import { compareValue, isMap, keyOf, ofAbsence, same } from './compare-value.ts';
import { below, type Position, report } from './position.ts';

/** Adds what changed at a place and below to `changes`. What the schema does not know, and what has another shape, is loosened by any change. */
export function compareNode(at: Position, changes: ConfigurationChange[]): void {
  const { node, before, after } = at;
  if (same(before, after) && !(node.kind === 'map' && (before === undefined) !== (after === undefined))) return;
  switch (node.kind) {
    case 'value': {
      const effect = compareValue(node, before, after, at.around);
      // What forgives something when it is there loosens wherever else it is too.
      const mayFollow = node.direction === 'fixed' && node.absent !== 'strictest';
      const follows = effect === 'loosened' && mayFollow && isThere(at.branch) && same(after, at.branch);
      report(at, follows ? 'changed' : effect, changes);
      return;
    }
    case 'map':
      compareMaps(at, node, changes);
      return;
    case 'record':
      compareRecords(at, node, changes);
      return;
    case 'list':
      compareLists(at, node, changes, compareNode);
      return;
    case 'variants':
      compareVariants(at, node, changes);
  }
}

function compareMaps(at: Position, node: DirectionNode & { kind: 'map' }, changes: ConfigurationChange[]): void {
  const { before, after } = at;
  if (!isMapOrNothing(before) || !isMapOrNothing(after)) {
    report(at, 'loosened', changes);
    return;
  }
  if (node.absent !== undefined && (before === undefined) !== (after === undefined)) {
    report(at, ofAbsence(String(node.absent), before === undefined), changes);
    return;
  }
  for (const key of namesOf(before, after)) {
    const known = Object.hasOwn(node.keys, key) ? node.keys[key] : undefined;
    // A key of an older or newer schema: nobody can say here what it does.
    if (known === undefined) report(below(at, key, node), same(keyOf(before, key), keyOf(after, key)) ? undefined : 'loosened', changes);
    else compareNode(below(at, key, known), changes);
  }
}

function compareRecords(at: Position, node: DirectionNode & { kind: 'record' }, changes: ConfigurationChange[]): void {
  if (!isMapOrNothing(at.before) || !isMapOrNothing(at.after)) {
    report(at, 'loosened', changes);
    return;
  }
  for (const name of namesOf(at.before, at.after)) compareNode(below(at, name, node.values), changes);
}

function compareVariants(at: Position, node: DirectionNode & { kind: 'variants' }, changes: ConfigurationChange[]): void {
  const nameOf = (value: unknown) => (isMap(value) ? String(keyOf(value, node.by) ?? NO_VARIANT) : undefined);
  const [left, right] = [nameOf(at.before), nameOf(at.after)];
  const name = left ?? right ?? NO_VARIANT;
  const known = Object.hasOwn(node.of, name) ? node.of[name] : undefined;
  if (known === undefined || (left !== undefined && right !== undefined && left !== right)) report(at, 'loosened', changes);
  else compareNode({ ...at, node: known }, changes);
}

function namesOf(...maps: readonly unknown[]): readonly string[] {
  return [...new Set(maps.flatMap((map) => (isMap(map) ? Object.keys(map) : [])))].sort(compareText);
}

function isMapOrNothing(value: unknown): boolean {
  return !isThere(value) || isMap(value);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
