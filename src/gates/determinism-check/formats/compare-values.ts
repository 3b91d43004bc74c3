import type { DocumentDifference } from './format.ts';

const MAX_DIFFERENCES = 50;

/** Depth-first differences of two parsed documents, by RFC 6901 pointer. Object keys in another order count only when nothing else differs there. */
export function compareValues(left: unknown, right: unknown): readonly DocumentDifference[] {
  const found: DocumentDifference[] = [];
  walk(left, right, '', found);
  return found;
}

function walk(left: unknown, right: unknown, pointer: string, found: DocumentDifference[]): void {
  if (found.length >= MAX_DIFFERENCES) return;
  if (Array.isArray(left) && Array.isArray(right)) {
    const [leftKeys, rightKeys] = [left.map(show), right.map(show)];
    if (leftKeys.join('\0') === rightKeys.join('\0')) return;
    if (sameMembers(leftKeys, rightKeys)) found.push({ pointer, leftKeys, rightKeys });
    else for (let at = 0; at < Math.max(left.length, right.length); at += 1) walk(left[at], right[at], `${pointer}/${at}`, found);
    return;
  }
  if (isRecord(left) && isRecord(right)) {
    const before = found.length;
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      walk(left[key], right[key], `${pointer}/${pointerToken(key)}`, found);
    const [leftKeys, rightKeys] = [Object.keys(left), Object.keys(right)];
    if (found.length === before && leftKeys.join('\0') !== rightKeys.join('\0')) found.push({ pointer, leftKeys, rightKeys });
    return;
  }
  if (Object.is(left, right)) return;
  found.push({ pointer, left: show(left), right: show(right) });
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.toSorted().join('\0') === right.toSorted().join('\0');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function show(value: unknown): string {
  return value === undefined ? '' : typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
