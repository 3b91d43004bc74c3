import {
  arrayNode,
  elementsOf,
  membersOf,
  nodeText,
  objectNode,
  readJsonNode,
  type StructuralNode,
  sameNode,
  stringOf,
} from './structural-diff-node.ts';
import { pointerOf } from './structural-diff-show.ts';
import type { Edit } from './structural-diff-walk.ts';

/** One operation of an RFC 6902 patch; numbers in `value` stay as they were written. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: readonly string[];
  readonly from?: readonly string[];
  readonly value?: StructuralNode;
}

/** Why a patch cannot be read or applied. */
export class PatchError extends Error {
  /** Index of the operation. */
  readonly operation: number;

  constructor(operation: number, message: string) {
    super(`operation ${operation}: ${message}`);
    this.name = 'PatchError';
    this.operation = operation;
  }
}

/**
 * The RFC 6902 patch that turns left into right. Edits carry indexes of the left side, so they are applied from the last to the first: what an edit shifts lies behind it.
 */
export function patchOf(edits: readonly Edit[]): readonly PatchOperation[] {
  return edits.map(({ op, path, value }) => ({ op, path, ...(value === undefined ? {} : { value }) })).reverse();
}

/** JSON text of a patch, one operation per line; exact numbers are kept as written. */
export function patchText(patch: readonly PatchOperation[]): string {
  const lines = patch.map(({ op, path, from, value }) => {
    const members = [`"op":"${op}"`, `"path":${JSON.stringify(pointerOf(path))}`];
    if (from) members.push(`"from":${JSON.stringify(pointerOf(from))}`);
    if (value) members.push(`"value":${nodeText(value)}`);
    return `{${members.join(',')}}`;
  });
  return lines.length === 0 ? '[]\n' : `[\n${lines.join(',\n')}\n]\n`;
}

/** Reads a patch from JSON text. @throws PatchError, JsonTextError */
export function readPatch(bytes: Uint8Array): readonly PatchOperation[] {
  const root = readJsonNode(bytes);
  if (root.kind !== 'array') throw new PatchError(0, 'a patch is an array');
  const list = elementsOf(root);
  return Array.from({ length: list.length }, (_, index): PatchOperation => {
    const element = list.at(index);
    if (element.kind !== 'object') throw new PatchError(index, 'an operation is an object');
    const members = membersOf(element);
    const text = (key: string): string | undefined => {
      const member = members.get(key);
      return member?.kind === 'string' ? stringOf(member) : undefined;
    };
    const [op, value] = [text('op') as PatchOperation['op'], members.get('value')];
    if (!['add', 'remove', 'replace', 'move', 'copy', 'test'].includes(op)) throw new PatchError(index, 'unknown op');
    const needsFrom = op === 'move' || op === 'copy';
    if (!needsFrom && op !== 'remove' && value === undefined) throw new PatchError(index, 'no value');
    return {
      op,
      path: segmentsOf(text('path'), index),
      ...(needsFrom ? { from: segmentsOf(text('from'), index) } : {}),
      ...(value === undefined ? {} : { value }),
    };
  });
}

/** Applies a patch to a document, which stays as it was. @throws PatchError */
export function applyPatch(document: StructuralNode, patch: readonly PatchOperation[]): StructuralNode {
  return patch.reduce((node, operation, index) => {
    const { op, path, from = [], value } = operation;
    switch (op) {
      case 'add':
        return insert(node, path, value as StructuralNode, index);
      case 'remove':
        return take(node, path, index);
      case 'replace':
        lookUp(node, path, index);
        return path.length === 0 ? (value as StructuralNode) : insert(take(node, path, index), path, value as StructuralNode, index);
      case 'copy':
        return insert(node, path, lookUp(node, from, index), index);
      case 'move': {
        if (path.length > from.length && from.every((segment, i) => segment === path[i]))
          throw new PatchError(index, 'moves a value into itself');
        const moving = lookUp(node, from, index);
        return path.length === 0 ? moving : insert(take(node, from, index), path, moving, index);
      }
      default: {
        const there = lookUp(node, path, index);
        if (!value || !sameNode(there, value)) throw new PatchError(index, 'the test does not hold');
        return node;
      }
    }
  }, document);
}

function segmentsOf(pointer: string | undefined, operation: number): readonly string[] {
  if (pointer === '') return [];
  if (!pointer?.startsWith('/') || /~(?![01])/.test(pointer)) throw new PatchError(operation, 'not a JSON pointer');
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function indexOf(segment: string, limit: number, operation: number): number {
  if (!/^(0|[1-9]\d*)$/.test(segment) || Number(segment) > limit) throw new PatchError(operation, `no index ${segment}`);
  return Number(segment);
}

function lookUp(node: StructuralNode, path: readonly string[], operation: number): StructuralNode {
  let current: StructuralNode | undefined = node;
  for (const segment of path) {
    if (current.kind === 'object') current = membersOf(current).get(segment);
    else if (current.kind === 'array') {
      const list = elementsOf(current);
      current = list.at(indexOf(segment, list.length - 1, operation));
    } else current = undefined;
    if (!current) throw new PatchError(operation, `nothing at ${pointerOf(path)}`);
  }
  return current;
}

/** Rebuilds the containers along a path around what `change` makes of the last one. */
function rebuild(
  node: StructuralNode,
  path: readonly string[],
  operation: number,
  change: (container: StructuralNode, segment: string) => StructuralNode,
): StructuralNode {
  const [segment, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) return change(node, segment);
  const child = rebuild(lookUp(node, [segment], operation), rest, operation, change);
  if (node.kind === 'object')
    return objectNode(new Map([...membersOf(node)].map(([key, member]) => [key, key === segment ? child : member])));
  return arrayNode(allElements(node).with(Number(segment), child));
}

function insert(node: StructuralNode, path: readonly string[], value: StructuralNode, operation: number): StructuralNode {
  if (path.length === 0) return value;
  return rebuild(node, path, operation, (container, segment) => {
    if (container.kind === 'object')
      return objectNode(new Map([...membersOf(container)].filter(([key]) => key !== segment)).set(segment, value));
    if (container.kind !== 'array') throw new PatchError(operation, `${pointerOf(path)} is inside a scalar`);
    const elements = allElements(container);
    return arrayNode(elements.toSpliced(segment === '-' ? elements.length : indexOf(segment, elements.length, operation), 0, value));
  });
}

function take(node: StructuralNode, path: readonly string[], operation: number): StructuralNode {
  lookUp(node, path, operation);
  if (path.length === 0) return { from: 'value', kind: 'null', hash: 1 };
  return rebuild(node, path, operation, (container, segment) =>
    container.kind === 'object'
      ? objectNode(new Map([...membersOf(container)].filter(([key]) => key !== segment)))
      : arrayNode(allElements(container).toSpliced(Number(segment), 1)),
  );
}

function allElements(node: StructuralNode): StructuralNode[] {
  const list = elementsOf(node);
  return Array.from({ length: list.length }, (_, index) => list.at(index));
}
