import { sortBy } from '../../core/index.ts';

/** Up to `limit` of the known names that a mistyped or half remembered one may mean, nearest first. */
export function nearestNames(name: string, known: Iterable<string>, limit = 3): readonly string[] {
  const wanted = name.toLowerCase();
  const scored = [...new Set(known)].map((candidate) => ({ candidate, distance: score(wanted, candidate.toLowerCase()) }));
  return sortBy(
    scored,
    ({ distance }) => distance,
    ({ candidate }) => candidate,
  )
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Edit distance over the longer length; a name that contains the other is near whatever its length. */
function score(a: string, b: string): number {
  const contained = a.includes(b) || b.includes(a) ? 0.3 : 1;
  return (contained * editDistance(a, b)) / Math.max(a.length, b.length, 1);
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
