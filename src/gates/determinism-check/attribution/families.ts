import type { Tally } from '../runs/record.ts';

/** Folder and ending of a path: what stays when only the name in between is made up anew. */
export function shapeOf(path: string): string {
  return `${path.slice(0, path.lastIndexOf('/') + 1)}*${/\.[^./]*$/.exec(path)?.[0] ?? ''}`;
}

/**
 * The differences to look into. Left out is what only further runs brought up, and a file that only other runs have where the first run has one of the same
 * shape that they miss: it is the same file under another name, and that one stands for both.
 */
export function standingFor(tallies: Iterable<Tally>): readonly Tally[] {
  const all = [...tallies];
  const missing = new Set(
    all.flatMap(({ target, aspects }) => (target.type === 'file' && aspects.has('missing') ? [shapeOf(target.path)] : [])),
  );
  return all.filter(({ target, aspects, unvaried, varied, terminal }) => {
    if (unvaried === 0 && !varied && !terminal) return false;
    return !(target.type === 'file' && aspects.has('extra') && missing.has(shapeOf(target.path)));
  });
}
