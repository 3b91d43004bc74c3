import { sortBy, UserError } from '../../../core/index.ts';
import type { Files } from '../../../core/ports/files.ts';
import { compareManifests } from '../compare/compare-runs.ts';
import type { Facts, ManifestDifference, ManifestFacts } from '../facts.ts';
import type { Compared } from '../inputs.ts';
import { type ReadManifest, readManifest } from './manifest-file.ts';

const MAX_LISTED = 200;

/** A matrix whose parts are merged: how many there must be, and of what command (its digest). */
export interface Matrix {
  readonly parts: number;
  readonly command: string;
}

/**
 * Compares manifests of other machines with the first of them, or with what ran here. All were made under the same umask, so modes count in full.
 * Of a `matrix` every part must be there, made by its command.
 * @throws UserError for a manifest that cannot be read, for a part that is there twice or belongs to another matrix
 */
export async function compareManifestFiles(
  files: Files,
  patterns: readonly string[],
  compare: readonly Compared[],
  { here, matrix }: { readonly here: ReadManifest | undefined; readonly matrix: Matrix | undefined },
): Promise<NonNullable<Facts['manifests']>> {
  const emptyPatterns: string[] = [];
  const names = new Set<string>();
  for (const pattern of patterns) {
    const found = await files.glob([pattern]);
    if (found.length === 0) emptyPatterns.push(pattern);
    for (const name of found) names.add(name);
  }
  const read: ReadManifest[] = here === undefined ? [] : [here];
  for (const name of [...names].sort()) read.push(await readManifest(files, name));
  const missingParts = missingPartsOf(read, matrix);
  const command = matrix?.command ?? read[0]?.header.command;
  const incomparable = read.filter(({ header }) => header.command !== command).map(({ name }) => name);
  const [reference, ...others] = read.filter(({ header }) => header.command === command);
  const differences: ManifestDifference[] = [];
  for (const other of others) {
    if (reference === undefined) break;
    differences.push(...differencesOf(reference, other, compare));
  }
  return {
    read: read.map(factsOf),
    emptyPatterns,
    missingParts,
    incomparable,
    differences: differences.slice(0, MAX_LISTED),
    furtherDifferences: Math.max(0, differences.length - MAX_LISTED),
  };
}

function differencesOf(left: ReadManifest, right: ReadManifest, compare: readonly Compared[]): readonly ManifestDifference[] {
  const pair = { left: left.name, right: right.name };
  const found: ManifestDifference[] = [];
  if (compare.includes('exit') && left.header.ending !== right.header.ending)
    found.push({ ...pair, target: { type: 'exit' }, aspect: 'ending' });
  for (const type of ['stdout', 'stderr'] as const)
    if (compare.includes(type) && left.header[type]?.sha256 !== right.header[type]?.sha256)
      found.push({ ...pair, target: { type }, aspect: 'content' });
  if (!compare.includes('outputs')) return found;
  const files = compareManifests(left.manifest, right.manifest, 0);
  return [...found, ...files.flatMap(({ target, aspects }) => aspects.map((aspect) => ({ ...pair, target, aspect })))];
}

function factsOf({ name, header }: ReadManifest): ManifestFacts {
  const { platform, part, entries, merkleRoot, verdict, headline } = header;
  const some = { ...(part === undefined ? {} : { part }), ...(headline === undefined ? {} : { headline }) };
  return { name, platform, entries, merkleRoot, verdict, ...some };
}

/** Parts `i-of-n` that should be there and are not. */
function missingPartsOf(read: readonly ReadManifest[], matrix: Matrix | undefined): readonly string[] {
  const parts = sortBy(
    read.flatMap(({ name, header: { part } }) => (part === undefined ? [] : [{ name, part }])),
    ({ part }) => part,
  );
  if (parts.length === 0 && matrix === undefined) return [];
  const totals = new Set(parts.map(({ part }) => part.split('-of-')[1] ?? ''));
  const twice = parts.find(({ part }, at) => parts[at + 1]?.part === part);
  const refuse = (found: string, where: string): never => {
    throw new UserError({
      where,
      found,
      expected: 'each part of one matrix, once',
      todo: 'give each job of the matrix a number of its own, and compare one matrix at a time',
    });
  };
  if (twice !== undefined) return refuse(`part ${twice.part} a second time`, twice.name);
  const alone = matrix && read.find(({ header }) => header.part === undefined);
  if (alone) return refuse('a manifest that is no part', alone.name);
  if (matrix) totals.add(String(matrix.parts));
  if (totals.size > 1) return refuse(`parts of ${[...totals].sort().join(' and of ')}`, 'determinism-check.manifests');
  const total = Number([...totals][0]);
  const wanted = Array.from({ length: total }, (_, at) => `${at + 1}-of-${total}`);
  return wanted.filter((part) => !parts.some((one) => one.part === part));
}
