import { diffNodes } from '../../../core/structural-diff.ts';
import { JsonTextError } from '../../../core/structural-diff-json.ts';
import { nodeOfValue, type StructuralNode } from '../../../core/structural-diff-node.ts';
import { patchOf, patchText, readPatch } from '../../../core/structural-diff-patch.ts';
import type { CompiledRules } from '../../../core/structural-diff-rules.ts';
import type { Difference, Edit } from '../../../core/structural-diff-walk.ts';
import type { Change } from '../facts.ts';
import {
  type Comparison,
  type DiffLine,
  MAX_CHANGES_PER_FILE,
  MAX_DIFF_LINES,
  MAX_SHOWN_CHARACTERS,
  NOTHING,
  NOTHING_LEFT,
} from './format.ts';

/** Patches above this length are left out: nobody reads them, and the evidence carries them. */
const MAX_PATCH_CHARACTERS = 64 * 1024;

/** Compares two documents under rules. The patch takes no notice of the rules, since it has to turn one side into the other. */
export function compareDocuments(base: StructuralNode, actual: StructuralNode, rules: CompiledRules): Comparison {
  const { differences, total, edits } = diffNodes(base, actual, {
    rules,
    maxDifferences: MAX_CHANGES_PER_FILE,
    maxShown: MAX_SHOWN_CHARACTERS,
  });
  if (total === 0) return leavesNothing(base, rules) && leavesNothing(actual, rules) ? NOTHING_LEFT : NOTHING;
  const all = rules.rules.length === 0 ? edits : diffNodes(base, actual, { maxDifferences: 0 }).edits;
  const patch = all && writePatch(all);
  return {
    changes: differences.map(changeOf),
    total,
    lines: differences.flatMap(linesOf).slice(0, MAX_DIFF_LINES),
    ...(patch !== undefined && patch.length <= MAX_PATCH_CHARACTERS ? { patch } : {}),
  };
}

/** Whether rules ignore or redact all that a document holds: then it does not differ from an empty one. */
export function leavesNothing(node: StructuralNode, rules: CompiledRules): boolean {
  if (!rules.rules.some(({ ignore, redact }) => ignore || redact === true)) return false;
  const empty = nodeOfValue(node.kind === 'object' ? {} : node.kind === 'array' ? [] : node.kind === 'null' ? '' : null);
  const differs = (options: { readonly rules?: CompiledRules }) => diffNodes(empty, node, { ...options, maxDifferences: 0 }).total > 0;
  return differs({}) && !differs({ rules });
}

/** The patch as text; none where a value (NaN, an infinity) cannot stand in JSON. */
function writePatch(edits: readonly Edit[]): string | undefined {
  const text = patchText(patchOf(edits));
  try {
    readPatch(Buffer.from(text));
    return text;
  } catch (error) {
    if (error instanceof JsonTextError) return undefined;
    throw error;
  }
}

/** A difference of documents as a change of the gate. */
export function changeOf(difference: Difference): Change {
  const { kind, path, leftPath, left, right, distance } = difference;
  if (kind === 'duplicate-key')
    return { kind, side: left === undefined ? 'actual' : 'baseline', pointer: path, key: JSON.parse(left ?? right ?? '""') as string };
  const line = difference.rightNode?.from === 'value' ? difference.rightNode.line : undefined;
  return {
    kind: `value-${kind}`,
    pointer: path,
    ...(leftPath === undefined ? {} : { basePointer: leftPath }),
    ...(left === undefined ? {} : { base: left }),
    ...(right === undefined ? {} : { actual: right }),
    ...(distance === undefined ? {} : { distance }),
    ...(line === undefined ? {} : { line }),
  };
}

/** Lines of the side-by-side view: pointers and values. */
export function linesOf({ kind, path, leftPath, left, right }: Difference): DiffLine[] {
  const where = (pointer: string) => pointer || '(whole document)';
  if (kind === 'moved')
    return [
      { change: 'removed', text: `${where(leftPath ?? path)}  moved` },
      { change: 'added', text: `${where(path)}  ${right ?? ''}` },
    ];
  return [
    ...(left === undefined ? [] : [{ change: 'removed' as const, text: `${where(leftPath ?? path)}  ${left}` }]),
    ...(right === undefined ? [] : [{ change: 'added' as const, text: `${where(path)}  ${right}` }]),
  ];
}
