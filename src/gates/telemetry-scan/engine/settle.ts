import type { Rule, Severity } from '../rules/rule.ts';
import { SEVERITIES } from '../rules/rule.ts';
import type { Hit } from './scanner.ts';

const RANK: Readonly<Record<Severity, number>> = Object.fromEntries(SEVERITIES.map((severity, rank) => [severity, rank])) as Record<
  Severity,
  number
>;

/** Keeps, of matches that overlap at the same depth of decoding, the best: a known test value first, then severity, score, length and order of rules. */
export function settle(hits: Hit[], rules: readonly Rule[]): Hit[] {
  if (hits.length < 2) return hits;
  if (isApart(hits)) return hits;
  const sorted = hits.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Hit[] = [];
  for (let first = 0; first < sorted.length; ) {
    let next = first + 1;
    let end = (sorted[first] as Hit).end;
    for (; next < sorted.length && (sorted[next] as Hit).start < end; next++) end = Math.max(end, (sorted[next] as Hit).end);
    if (next === first + 1) kept.push(sorted[first] as Hit);
    else kept.push(...settleCluster(sorted.slice(first, next), rules));
    first = next;
  }
  return kept;
}

/** Most often nothing overlaps, and the hits are in order already. */
function isApart(hits: readonly Hit[]): boolean {
  for (let next = 1; next < hits.length; next++) if ((hits[next] as Hit).start < (hits[next - 1] as Hit).end) return false;
  return true;
}

function settleCluster(hits: readonly Hit[], rules: readonly Rule[]): Hit[] {
  const rankOf = (hit: Hit) => (hit.rule === 'test-value' ? -1 : RANK[hit.severity]);
  const orderOf = (hit: Hit) => rules.findIndex((rule) => rule.id === hit.rule);
  const best = [...hits].sort(
    (a, b) =>
      a.encodings.length - b.encodings.length ||
      rankOf(a) - rankOf(b) ||
      b.score - a.score ||
      b.end - b.start - (a.end - a.start) ||
      orderOf(a) - orderOf(b) ||
      a.start - b.start,
  );
  const kept: Hit[] = [];
  for (const hit of best) {
    if (!kept.some((other) => other.start < hit.end && hit.start < other.end && coveredBy(other, hit))) kept.push(hit);
  }
  return kept.sort((a, b) => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : 1));
}

function coveredBy(other: Hit, hit: Hit): boolean {
  if (other.encodings.join() !== hit.encodings.join()) return other.value === hit.value;
  // Inside of a decoded value every match has the place of the whole, so only one value inside of the other means the same.
  return hit.encodings.length === 0 || other.value.includes(hit.value) || hit.value.includes(other.value);
}
