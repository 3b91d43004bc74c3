import { isRedactedWhole, REDACTED, redactText } from './structural-diff-equal.ts';
import { elementsOf, membersOf, nodeExcerpt, nodeText, type StructuralNode, stringOf } from './structural-diff-node.ts';
import { advance, type CompiledRules, effectOf, type RuleState } from './structural-diff-rules.ts';

/** Cuts a text for showing; `…` says that there was more. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

/** A value for people: JSON text of at most `length` characters, without what rules ignore, with what they redact blotted out. */
export function showNode(rules: CompiledRules, node: StructuralNode, state: RuleState, length: number): string {
  if (state.length === 0) return shorten(nodeExcerpt(node, length), length);
  const effect = effectOf(rules, state);
  if (isRedactedWhole(effect)) return JSON.stringify(REDACTED);
  if (node.kind === 'string') return shorten(JSON.stringify(redactText(stringOf(node), effect.redact)), length);
  if (node.kind !== 'object' && node.kind !== 'array') return shorten(nodeText(node), length);
  const parts: string[] = [];
  let room = length;
  const entries =
    node.kind === 'object'
      ? [...membersOf(node)]
      : Array.from({ length: elementsOf(node).length }, (_, i) => [String(i), elementsOf(node).at(i)] as const);
  for (const [key, member] of entries) {
    if (room <= 0) break;
    const inner = advance(rules, state, key);
    if (effectOf(rules, inner).ignore) continue;
    const part = `${node.kind === 'object' ? `${JSON.stringify(key)}:` : ''}${showNode(rules, member, inner, room)}`;
    parts.push(part);
    room -= part.length + 1;
  }
  return shorten(node.kind === 'object' ? `{${parts.join(',')}}` : `[${parts.join(',')}]`, length);
}

/** RFC 6901 pointer of segments. */
export function pointerOf(segments: readonly string[]): string {
  return segments.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
