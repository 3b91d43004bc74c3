import { closest, distance } from 'fastest-levenshtein';

/** The known name that a misspelt one most likely meant, by edit distance; `undefined` when nothing is near (more than half of the name differs). */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(name, known);
  return distance(name, candidate) <= Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 2)) ? candidate : undefined;
}

/** The nearest few names, best first. */
export function nearestNames(name: string, known: readonly string[], most = 3): readonly string[] {
  return [...known].sort((a, b) => distance(name, a) - distance(name, b) || (a < b ? -1 : 1)).slice(0, most);
}
