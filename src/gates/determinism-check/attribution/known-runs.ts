/** What is known from runs already made: which atoms were varied, and the keys of the targets that differed. */
export interface KnownRun {
  readonly varied: ReadonlySet<string>;
  readonly differing: ReadonlySet<string>;
}

/**
 * What earlier runs say of a target: an answer of exactly this set, or, unless `sure`, one that follows: with a subset it differed, so it does with more;
 * with a superset it did not, so it does not with less.
 */
export function recall(known: readonly KnownRun[], target: string, atoms: ReadonlySet<string>, sure: boolean): boolean | undefined {
  for (const run of known) {
    const differed = run.differing.has(target);
    if (run.varied.size === atoms.size && contains(atoms, run.varied)) return differed;
    if (sure) continue;
    if (differed && contains(atoms, run.varied)) return true;
    if (!differed && contains(run.varied, atoms)) return false;
  }
  return undefined;
}

function contains(outer: ReadonlySet<string>, inner: ReadonlySet<string>): boolean {
  if (inner.size > outer.size) return false;
  for (const item of inner) if (!outer.has(item)) return false;
  return true;
}
