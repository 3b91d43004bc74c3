import { keyOf } from '../compare/compare-runs.ts';
import type { Attribution, Culprit, Rate } from '../facts.ts';
import type { VariationId } from '../inputs.ts';
import type { Experiment } from '../runs/measure-runs.ts';
import type { Tally } from '../runs/record.ts';
import { atomIds } from '../runs/settings.ts';
import type { AppliedVariation } from '../variations/variation.ts';
import { standingFor } from './families.ts';
import { recall } from './known-runs.ts';
import { type Found, furtherRunsBound, type Group, type SearchResult, searchCulprits } from './search.ts';

export interface Attributed {
  readonly tally: Tally;
  readonly attribution: Attribution;
  /** Further runs that were made for it, and the most that its search may take. */
  readonly search?: { readonly runs: number; readonly bound: number };
}

/** More sets than this are no explanation any more. */
const MAX_SETS = 3;
/** Unvaried runs that tell chance from a culprit when the search contradicts itself. */
const REPEATS = 2;
/** Larger outputs are not searched for values of variables. */
const DUMPED_VARIATIONS = 4;
const MAX_SEARCHED_BYTES = 4 * 1024 * 1024;

/**
 * Tells for every target that differed whether it differs by itself (unvaried runs differ) or which variations make it differ. Runs are shared between the
 * targets: a set of variations is run once, whoever asks.
 */
export async function attribute(
  experiment: Experiment,
  variations: readonly AppliedVariation[],
): Promise<{ readonly differences: readonly Attributed[]; readonly furtherRuns: number }> {
  const { record, perform } = experiment;
  const groups: Group[] = variations.map((variation) => ({ id: variation.id, atoms: atomIds(variation) }));
  const planned = record.runs.length;
  const results = new Map<Tally, { readonly result: SearchResult; readonly runs: number; readonly bound: number }>();
  const tallies = standingFor(record.tallies.values());
  for (const tally of tallies) {
    if (tally.unvaried > 0 || !tally.varied) continue;
    const key = keyOf(tally.target);
    const ask = async (atoms: readonly string[], sure: boolean): Promise<boolean> => {
      const varied = new Set(atoms);
      const answer = recall(record.known, key, varied, sure);
      if (answer !== undefined) return answer;
      await perform([{ kind: 'search', varied }]);
      // A run that could not be made leaves the question open: treated as no difference, the confirming runs will not hold.
      return recall(record.known, key, varied, true) ?? false;
    };
    const seen = await variablesSeen(experiment, tally, variations);
    // Variables of so many variations at once: it writes down the environment, and no single one is to blame.
    if (new Set([...seen].map((atom) => atom.slice(0, atom.indexOf('#')))).size >= DUMPED_VARIATIONS) continue;
    const before = record.runs.length;
    const result = await searchCulprits(groups, ask, { maxSets: MAX_SETS, seen: (group) => group.atoms.filter((atom) => seen.has(atom)) });
    results.set(tally, { result, runs: record.runs.length - before, bound: boundOf(result, groups) });
  }
  if ([...results.values()].some(({ result }) => result.kind !== 'named'))
    await perform(Array.from({ length: REPEATS }, () => ({ kind: 'repeat', varied: new Set<string>() }) as const));
  const differences = tallies.map((tally): Attributed => {
    const searched = results.get(tally);
    const attribution = conclusionOf(tally, searched?.result, experiment, variations);
    return { tally, attribution, ...(searched === undefined ? {} : { search: { runs: searched.runs, bound: searched.bound } }) };
  });
  return { differences, furtherRuns: record.runs.length - planned };
}

/** What the search promised for as many sets and variables as it found. */
function boundOf(result: SearchResult, groups: readonly Group[]): number {
  if (result.kind !== 'named') return furtherRunsBound(groups.length, Math.max(...groups.map(({ atoms }) => atoms.length)), MAX_SETS);
  const searched = result.sets
    .flat()
    .map(({ group, atom }) => (atom === undefined ? 1 : (groups.find(({ id }) => id === group)?.atoms.length ?? 1)));
  return furtherRunsBound(groups.length, Math.max(...searched), result.sets.flat().length);
}

function conclusionOf(
  tally: Tally,
  result: SearchResult | undefined,
  { record }: Experiment,
  variations: readonly AppliedVariation[],
): Attribution {
  if (tally.unvaried > 0) return { kind: 'intrinsic', diverged: tally.unvaried, comparisons: record.comparisons };
  const onTerminal: Culprit[][] = tally.terminal ? [[{ variation: 'terminal' }]] : [];
  if (result === undefined && tally.terminal) return { kind: 'named', culprits: onTerminal };
  if (result?.kind === 'named')
    return { kind: 'named', culprits: [...result.sets.map((set) => set.map((found) => culpritOf(found, variations))), ...onTerminal] };
  return { kind: 'not-attributed', rates: ratesOf(tally, record.known) };
}

/** Atoms whose value stands in the varied version and not in the first: they need not be searched for. */
async function variablesSeen(
  { first, laboratory: { files } }: Experiment,
  tally: Tally,
  variations: readonly AppliedVariation[],
): Promise<ReadonlySet<string>> {
  const { target, example } = tally;
  if (target.type === 'exit' || !tally.aspects.has('content')) return new Set();
  const opened = target.type === 'file' ? target : { type: target.type };
  const read = async (path: string): Promise<string> => {
    const size = (await files.stat(path))?.size ?? 0;
    return size > MAX_SEARCHED_BYTES ? '' : Buffer.from(await files.read(path)).toString('latin1');
  };
  const [left, right] = [await read(first.pathOf(opened)), await read(example.pathOf(opened))];
  const seen = new Set<string>();
  for (const { id, atoms } of variations) {
    for (const [at, { change }] of atoms.entries()) {
      const values = Object.values(change.set ?? {}).filter((value) => value.length >= 2);
      if (values.some((value) => right.includes(value) && !left.includes(value))) seen.add(`${id}#${at}`);
    }
  }
  return seen;
}

function culpritOf({ group, atom }: Found, variations: readonly AppliedVariation[]): Culprit {
  const variation = group as VariationId;
  const applied = variations.find(({ id }) => id === variation);
  const index = atom === undefined ? -1 : Number(atom.slice(atom.indexOf('#') + 1));
  // A variation of a single variable is named with it as well.
  const variable = index === -1 ? (applied?.atoms.length === 1 ? applied.atoms[0]?.variable : undefined) : applied?.atoms[index]?.variable;
  return variable === undefined ? { variation } : { variation, variable };
}

/** How often it differed, by what was varied. */
function ratesOf(tally: Tally, known: Experiment['record']['known']): readonly Rate[] {
  const key = keyOf(tally.target);
  const rates = new Map<string, { diverged: number; runs: number }>();
  for (const { varied, differing } of known.slice(1)) {
    const names = [...new Set([...varied].map((atom) => atom.slice(0, atom.indexOf('#'))))];
    const of = names.length === 0 ? 'unvaried' : names.length === 1 ? (names[0] ?? '') : `${names.length} variations together`;
    const rate = rates.get(of) ?? { diverged: 0, runs: 0 };
    rate.runs += 1;
    if (differing.has(key)) rate.diverged += 1;
    rates.set(of, rate);
  }
  return [...rates].map(([of, rate]) => ({ of, ...rate })).sort((a, b) => (a.of < b.of ? -1 : 1));
}
