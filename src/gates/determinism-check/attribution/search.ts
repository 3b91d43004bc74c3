/** One thing that can be varied, made of atoms that can be varied alone. */
export interface Group {
  readonly id: string;
  readonly atoms: readonly string[];
}

/** A group, or one atom of it, that is part of a set which makes the target differ. */
export interface Found {
  readonly group: string;
  readonly atom?: string;
}

export type SearchResult =
  | { readonly kind: 'named'; readonly sets: readonly (readonly Found[])[] }
  | { readonly kind: 'contradiction' }
  | { readonly kind: 'too-many' };

/**
 * Answers whether the target differs when exactly these atoms are varied. `sure`: only a run of exactly this set will do; otherwise the answer may follow from
 * other runs (what differs with a subset differs with more).
 */
export type Ask = (atoms: readonly string[], sure: boolean) => Promise<boolean>;

export interface SearchOptions {
  /** Sets after which the search gives up. */
  readonly maxSets: number;
  /** Atoms of a group that show in what differs: none known, one, or several. */
  readonly seen?: (group: Group) => readonly string[];
}

/**
 * Most further runs for `sets` culprits among `groups`, each with up to `atoms` variables: 2 + ⌈log2 groups⌉ for one, 2 + 2(1 + ⌈log2 groups⌉) for two and so on,
 * and ⌈log2 atoms⌉ more for each variable.
 */
export function furtherRunsBound(groups: number, atoms = 1, sets = 1): number {
  const halvings = Math.ceil(Math.log2(Math.max(1, groups)));
  return 2 + (sets === 1 ? halvings : sets * (1 + halvings)) + sets * Math.ceil(Math.log2(Math.max(1, atoms)));
}

/**
 * Adaptive group testing. Known at the start: with all groups the target differs, with none it does not. The shortest prefix of the groups that differs ends
 * with a group that the difference needs; with it held, the search goes on before it until what is held differs alone. Then everything else together
 * must not differ, or the rest is searched for another set. One culprit among V takes at most ⌈log2 V⌉ runs for the prefix and the two that confirm.
 */
export async function searchCulprits(groups: readonly Group[], ask: Ask, options: SearchOptions): Promise<SearchResult> {
  const sets: Found[][] = [];
  let rest = groups;
  while (sets.length < options.maxSets) {
    const set = await findSet(rest, ask, options);
    if (set === undefined) return { kind: 'contradiction' };
    // A second variable of the same variation: it is the variation as a whole.
    const again = sets.findIndex((earlier) => earlier.length === 1 && set.length === 1 && earlier[0]?.group === set[0]?.group);
    if (again !== -1) sets.splice(again, 1);
    const found = again === -1 ? set : set.map(({ group }) => ({ group }));
    sets.push(found);
    rest = without(rest, found);
    if (rest.length === 0) return { kind: 'named', sets };
    if (!(await ask(atomsOf(rest), true))) return { kind: 'named', sets };
  }
  return { kind: 'too-many' };
}

/** More variations that only together make a target differ are no finding but a sign of chance. */
const MAX_TOGETHER = 3;

async function findSet(groups: readonly Group[], ask: Ask, options: SearchOptions): Promise<Found[] | undefined> {
  let before = groups;
  const held: Group[] = [];
  for (;;) {
    const length = await shortestPrefix(before.length, (size) => ask([...atomsOf(before.slice(0, size)), ...atomsOf(held)], false));
    const needed = before[length - 1];
    if (needed === undefined) return undefined;
    held.unshift(needed);
    before = before.slice(0, length - 1);
    if (held.length > MAX_TOGETHER) return undefined;
    if (held.length === 1) {
      const atom = await findAtom(needed, ask, options);
      if (atom !== undefined) return [{ group: needed.id, atom }];
    }
    if (await ask(atomsOf(held), true)) return held.map(({ id }) => ({ group: id }));
    if (before.length === 0) return undefined;
  }
}

/** The one atom of a group that makes the target differ alone, when there is one. */
async function findAtom(group: Group, ask: Ask, { seen }: SearchOptions): Promise<string | undefined> {
  if (group.atoms.length < 2) return undefined;
  const shown = seen?.(group) ?? [];
  if (shown.length > 1) return undefined;
  const [only] = shown;
  const length =
    only === undefined
      ? await shortestPrefix(group.atoms.length, (size) => ask(group.atoms.slice(0, size), false))
      : group.atoms.indexOf(only) + 1;
  const atom = group.atoms[length - 1];
  return atom !== undefined && (await ask([atom], true)) ? atom : undefined;
}

/** Smallest size in 1..all that holds, when `all` holds and what holds keeps holding with more; ⌈log2 all⌉ questions. */
async function shortestPrefix(all: number, holds: (size: number) => Promise<boolean>): Promise<number> {
  let low = 0;
  let high = all;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (await holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function atomsOf(groups: readonly Group[]): readonly string[] {
  return groups.flatMap(({ atoms }) => atoms);
}

function without(groups: readonly Group[], found: readonly Found[]): readonly Group[] {
  return groups.flatMap((group) => {
    const hit = found.find((one) => one.group === group.id);
    if (hit === undefined) return [group];
    if (hit.atom === undefined) return [];
    const atoms = group.atoms.filter((atom) => atom !== hit.atom);
    return atoms.length === 0 ? [] : [{ id: group.id, atoms }];
  });
}
