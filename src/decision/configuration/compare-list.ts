import { canonicalJson, compareText, type DirectionNode } from '../../core/index.ts';
import type { ConfigurationChange } from '../record.ts';
import { isMap, keyOf } from './compare-value.ts';
import { type Position, report } from './position.ts';

type ListNode = DirectionNode & { readonly kind: 'list' };
type Elements = ReadonlyMap<string, unknown>;
/** Compares one place: how an element is compared is not the list's business. */
type Compare = (at: Position, changes: ConfigurationChange[]) => void;

/** Compares two lists of objects, each object with the one of the same identity on the other side. */
export function compareLists(at: Position, node: ListNode, changes: ConfigurationChange[], compare: Compare): void {
  const [before, after] = [listOf(at.before), listOf(at.after)];
  if (before === undefined || after === undefined) {
    report(at, 'loosened', changes);
    return;
  }
  const naming = canName(before, node) && canName(after, node) ? node : { ...node, identity: [] };
  const [left, right] = [byName(before, naming), byName(after, naming)];
  const branch = byName(listOf(at.branch) ?? [], naming);
  const shares = sharesSum(at, node, [...before, ...after]);
  for (const name of [...new Set([...left.keys(), ...right.keys()])].sort(compareText)) {
    const element: Position = {
      ...at,
      node: node.items,
      path: [...at.path, name],
      before: left.get(name),
      after: right.get(name),
      branch: branch.get(name),
      around: { before: undefined, after: undefined },
    };
    if (left.has(name) && right.has(name)) compare(element, changes);
    else if (node.byKey) compare(withoutIdentity(element, node), changes);
    else if (right.has(name)) report(element, node.direction === 'more' && !shares ? 'tightened' : 'loosened', changes);
    else report(element, node.direction === 'more' ? 'loosened' : 'tightened', changes);
  }
  for (const key of node.laterWins ?? []) {
    for (const uncovered of uncoveredBy(node, { key, left, right })) {
      const place = { ...at, ...uncovered, path: [...at.path, uncovered.name, key], branch: undefined };
      const found: ConfigurationChange[] = [];
      compare(place, found);
      if (found.some(({ effect }) => effect === 'loosened')) report(place, 'loosened', changes);
    }
  }
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : undefined;
}

/** Whether every element has a name of its own; where not, the elements go by their position. */
function canName(list: readonly unknown[], node: ListNode): boolean {
  const names = list.map((element, index) => nameOf(element, index, node));
  return new Set(names).size === names.length;
}

function byName(list: readonly unknown[], node: Pick<ListNode, 'identity'>): Elements {
  return new Map(list.map((element, index) => [nameOf(element, index, node), element]));
}

function nameOf(element: unknown, index: number, { identity }: Pick<ListNode, 'identity'>): string {
  if (typeof element === 'string' && identity.length > 0) return element;
  const parts = identity.map((path) => path.split('.').reduce<unknown>(keyOf, element) ?? null);
  const named = parts.filter((part) => part !== null);
  if (named.length === 0) return String(index);
  // Words are easier to read in a pointer; two that run into each other differ in a part of their identity, and any such change loosens.
  const isWords = named.every((part) => typeof part === 'string' && (identity.length === 1 || !/\s/.test(part)));
  return isWords ? named.join(' ') : canonicalJson(parts);
}

/** Whether the elements share one sum (a score, a composite): then a new element takes weight from the others. */
function sharesSum({ around }: Position, { sharedWith = [] }: ListNode, elements: readonly unknown[]): boolean {
  const places = [around.before, around.after, ...elements];
  return sharedWith.some((key) => places.some((place) => (keyOf(place, key) ?? undefined) !== undefined));
}

/** An element that is new or gone, as if the other side had it with nothing but its identity. */
function withoutIdentity(at: Position, { identity }: ListNode): Position {
  const rest = (value: unknown) =>
    isMap(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !identity.includes(key))) : value;
  return { ...at, before: rest(at.before), after: rest(at.after) };
}

/** An element that no longer has the last say about a key, with the value of an earlier one that now counts. */
interface Uncovered {
  readonly name: string;
  readonly node: DirectionNode;
  readonly before: unknown;
  readonly after: unknown;
}

/** Where the last element that has a key counts, one that is gone or moved may uncover an earlier one. */
function uncoveredBy(
  { items }: ListNode,
  { key, left, right }: { readonly key: string; readonly left: Elements; readonly right: Elements },
): readonly Uncovered[] {
  const node = items.kind === 'map' ? items.keys[key] : undefined;
  if (node === undefined) return [];
  const [names, order] = [[...left.keys()], [...right.keys()]];
  return names.flatMap((name, index) => {
    const before = keyOf(left.get(name), key);
    if (before === undefined) return [];
    const isGone = keyOf(right.get(name), key) === undefined;
    return names.slice(0, index).flatMap((earlier) => {
      const after = keyOf(right.get(earlier), key);
      const isLast = isGone || order.indexOf(earlier) > order.indexOf(name);
      return after === undefined || !isLast ? [] : [{ name, node, before, after }];
    });
  });
}
