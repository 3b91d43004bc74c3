import type { TextChange } from '../causes/cause.ts';
import { diffLines } from './line-diff.ts';

const MAX_PAIRS = 200;
const MAX_CHANGES = 400;
/** Longer lines (minified code) are compared around their first difference. */
const MAX_LINE = 20_000;

/** Changed pieces of text: lines are paired in the order in which they were taken out and put in, then compared word by word. */
export function textChanges(left: readonly string[], right: readonly string[]): readonly TextChange[] {
  const changes: TextChange[] = [];
  let pairs = 0;
  for (const hunk of diffLines(left, right)) {
    const length = Math.max(hunk.left.to - hunk.left.from, hunk.right.to - hunk.right.from);
    for (let at = 0; at < length; at += 1) {
      if (pairs >= MAX_PAIRS || changes.length >= MAX_CHANGES) return changes;
      pairs += 1;
      const a = hunk.left.from + at < hunk.left.to ? (left[hunk.left.from + at] ?? '') : '';
      const b = hunk.right.from + at < hunk.right.to ? (right[hunk.right.from + at] ?? '') : '';
      changes.push(...wordChanges(...focus(a, b)));
    }
  }
  return changes;
}

/** What differs between two lines, word by word. */
export function wordChanges(leftLine: string, rightLine: string): readonly TextChange[] {
  const [a, b] = [words(leftLine), words(rightLine)];
  const [leftAt, rightAt] = [offsets(a), offsets(b)];
  return diffLines(a, b).map(({ left, right }) => ({
    left: a.slice(left.from, left.to).join(''),
    right: b.slice(right.from, right.to).join(''),
    leftLine,
    rightLine,
    leftAt: leftAt[left.from] ?? leftLine.length,
    rightAt: rightAt[right.from] ?? rightLine.length,
  }));
}

/** Runs of letters and digits, and every other character by itself. */
export function words(line: string): readonly string[] {
  return line.match(/[\p{L}\p{N}]+|[^\p{L}\p{N}]/gu) ?? [];
}

function offsets(parts: readonly string[]): readonly number[] {
  let at = 0;
  return parts.map((part) => {
    const start = at;
    at += part.length;
    return start;
  });
}

function focus(a: string, b: string): readonly [string, string] {
  if (Math.max(a.length, b.length) <= MAX_LINE) return [a, b];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const from = Math.max(0, at - MAX_LINE / 4);
  return [a.slice(from, from + MAX_LINE), b.slice(from, from + MAX_LINE)];
}

/** Whether the same lines, or the same words of each changed line, come in another order. */
export function orderChange(
  left: readonly string[],
  right: readonly string[],
  changes: readonly TextChange[],
): 'lines' | 'words' | undefined {
  if (changes.length === 0) return undefined;
  if (left.length === right.length && left.length > 1 && sameMembers(left, right)) return 'lines';
  const same = changes.every(
    ({ leftLine, rightLine }) => leftLine.length === rightLine.length && sameMembers(words(leftLine), words(rightLine)),
  );
  return same && changes.some(({ leftLine }) => words(leftLine).length > 2) ? 'words' : undefined;
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  return left.toSorted().join('\0') === right.toSorted().join('\0');
}
