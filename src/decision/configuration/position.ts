import { canonicalJson, type DirectionNode } from '../../core/index.ts';
import type { ConfigurationChange } from '../record.ts';
import { type Around, type Effect, keyOf } from './compare-value.ts';

/** One place of a document on both sides. */
export interface Position {
  readonly file: string;
  readonly path: readonly string[];
  readonly node: DirectionNode;
  readonly before: unknown;
  readonly after: unknown;
  /** The same place on the default branch, which a fixed value may follow; undefined where nobody asked. */
  readonly branch?: unknown;
  readonly around: Around;
}

/** Adds one change; none when there is no effect. */
export function report(at: Position, effect: Effect | undefined, changes: ConfigurationChange[]): void {
  if (effect === undefined) return;
  changes.push({ file: at.file, pointer: pointerOf(at.path), before: shown(at.before), after: shown(at.after), effect });
}

/** The place of a key. */
export function below(at: Position, key: string, node: DirectionNode): Position {
  return {
    ...at,
    node,
    path: [...at.path, key],
    before: keyOf(at.before, key),
    after: keyOf(at.after, key),
    branch: keyOf(at.branch, key),
    around: { before: at.before, after: at.after },
  };
}

/** RFC 6901. */
function pointerOf(path: readonly string[]): string {
  return path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const MAX_SHOWN = 200;

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'absent';
  const text = canonicalJson(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1).toWellFormed()}…`;
}
