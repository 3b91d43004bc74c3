import type { VariationId } from '../inputs.ts';
import type { AppliedVariation, Change } from '../variations/variation.ts';

/** Names an atom: the variation, and its place among the variation's atoms. */
export type AtomId = `${VariationId}#${number}`;

export function atomIds(variation: AppliedVariation): readonly AtomId[] {
  return variation.atoms.map((_, at) => `${variation.id}#${at}` as const);
}

/** Everything that one run's call of the command needs to know. */
export interface Settings {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
  readonly umask: number;
  readonly wraps: readonly (readonly string[])[];
  readonly otherWork: boolean;
  readonly otherTemporary: boolean;
  readonly otherHome: boolean;
  readonly reorder?: 'disorderfs' | 'tmpfs';
  readonly hostName?: { readonly host: string; readonly domain: string };
  readonly mapUser?: { readonly userId: number; readonly groupId: number };
}

/** Control changes for what is not varied, base and atoms for what is. */
export function composeSettings(variations: readonly AppliedVariation[], varied: ReadonlySet<string>, plainUmask: number): Settings {
  const changes: Change[] = [];
  for (const variation of variations) {
    const atoms = variation.atoms.filter((_, at) => varied.has(`${variation.id}#${at}`)).map(({ change }) => change);
    if (atoms.length === 0) {
      if (variation.control !== undefined) changes.push(variation.control);
      continue;
    }
    // What the control holds still stays so for atoms that are not varied.
    const still = variation.control === undefined || variation.control.personality !== undefined ? [] : [variation.control];
    changes.push(...still, ...(variation.base === undefined ? [] : [variation.base]), ...atoms);
  }
  const set: Record<string, string> = {};
  const unset = new Set<string>();
  for (const change of changes) {
    for (const name of change.unset ?? []) {
      delete set[name];
      unset.add(name);
    }
    for (const [name, value] of Object.entries(change.set ?? {})) {
      set[name] = value;
      unset.delete(name);
    }
  }
  const last = <Key extends keyof Change>(key: Key): Change[Key] | undefined =>
    changes.findLast((change) => change[key] !== undefined)?.[key];
  const reorder = last('reorder');
  const hostName = last('hostName');
  const mapUser = last('mapUser');
  return {
    set,
    unset: [...unset],
    umask: last('umask') ?? plainUmask,
    wraps: [...changes.flatMap(({ wrap }) => (wrap === undefined ? [] : [wrap])), ...personalities(changes)],
    otherWork: last('otherWork') ?? false,
    otherTemporary: last('otherTemporary') ?? false,
    otherHome: last('otherHome') ?? false,
    ...(reorder === undefined ? {} : { reorder }),
    ...(hostName === undefined ? {} : { hostName }),
    ...(mapUser === undefined ? {} : { mapUser }),
  };
}

function personalities(changes: readonly Change[]): readonly (readonly string[])[] {
  const wanted = changes.flatMap(({ personality }) => (personality === undefined ? [] : [personality]));
  const [first] = wanted;
  return first === undefined ? [] : [[first.tool, ...wanted.map(({ flag }) => flag)]];
}
