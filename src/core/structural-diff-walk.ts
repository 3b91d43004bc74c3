import type { StructuralNode } from './structural-diff-node.ts';
import type { CompiledRules, RuleState } from './structural-diff-rules.ts';
import { pointerOf } from './structural-diff-show.ts';

/** One difference at its smallest. Values are JSON text, cut for showing; what rules redact does not appear. */
export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved' | 'duplicate-key';
  /** RFC 6901 pointer: on the right side, but for what is only on the left. */
  readonly path: string;
  /** Pointer on the left side, where it is there and differs from `path`. */
  readonly leftPath?: string;
  readonly left?: string;
  readonly right?: string;
  /** |left − right| of two numbers. */
  readonly distance?: string;
  /** Nodes behind the texts, for places in a file. */
  readonly leftNode?: StructuralNode;
  readonly rightNode?: StructuralNode;
}

/** One step of the way from left to right, in left-to-right order; `path` has left indexes. */
export interface Edit {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: readonly string[];
  readonly value?: StructuralNode;
}

/** One walk over two documents: where it stands on each side, and where results go. */
export interface Walk {
  readonly rules: CompiledRules;
  readonly left: string[];
  readonly right: string[];
  readonly emit: (edit: Edit | undefined, difference: Difference | undefined) => void;
  /** Compares two values at the current place. */
  readonly visit: (left: StructuralNode, right: StructuralNode, state: RuleState) => void;
  readonly show: (node: StructuralNode, state: RuleState) => string;
}

export function paths(walk: Walk): { path: string; leftPath?: string } {
  const [left, path] = [pointerOf(walk.left), pointerOf(walk.right)];
  return left === path ? { path } : { path, leftPath: left };
}

export function removed(walk: Walk, node: StructuralNode, state: RuleState): void {
  walk.emit(
    { op: 'remove', path: [...walk.left] },
    { kind: 'removed', path: pointerOf(walk.left), left: walk.show(node, state), leftNode: node },
  );
}

export function added(walk: Walk, node: StructuralNode, state: RuleState): void {
  walk.emit(
    { op: 'add', path: [...walk.left], value: node },
    { kind: 'added', path: pointerOf(walk.right), right: walk.show(node, state), rightNode: node },
  );
}

/** Runs `action` with the indexes of an element on both paths. */
export function at(walk: Walk, left: number, right: number, action: () => void): void {
  walk.left.push(String(left));
  walk.right.push(String(right));
  action();
  walk.left.pop();
  walk.right.pop();
}

export function moved(walk: Walk, before: StructuralNode, node: StructuralNode, from: number, state: RuleState): void {
  const leftPath = pointerOf([...walk.left.slice(0, -1), String(from)]);
  walk.emit(
    { op: 'add', path: [...walk.left], value: node },
    { kind: 'moved', path: pointerOf(walk.right), leftPath, right: walk.show(node, state), leftNode: before, rightNode: node },
  );
}
