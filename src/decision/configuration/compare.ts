import { compareText, type DirectionNode, type GateId, sortBy } from '../../core/index.ts';
import type { InputDocument } from '../given.ts';
import type { ConfigurationChange } from '../record.ts';
import { compareNode } from './compare-node.ts';
import { keyOf } from './compare-value.ts';
import { filesOf, type LimitPatterns, limitPatternsOf } from './limit-files.ts';
import { type Position, report } from './position.ts';
import { readEntries, readOne, UNREADABLE } from './read-file.ts';
import { type DirectionsTable, type DocumentDirections, readDirections } from './table.ts';

/** What changed in the files that hold limits, and which of them could not be read. */
export interface ConfigurationComparison {
  readonly changes: readonly ConfigurationChange[];
  readonly unreadable: readonly string[];
}

/** The files with limits of two commits, testops.yml among them. */
export interface ComparedFiles {
  readonly before: readonly InputDocument[];
  readonly after: readonly InputDocument[];
  /** Those of the default branch, where values with direction `fixed` may follow it. */
  readonly branch?: readonly InputDocument[];
  /** Path of testops.yml. */
  readonly configuration: string;
  /** Where it had another path before. */
  readonly configurationBefore?: string;
}

type Side = 'before' | 'after' | 'branch';
type Sides = Readonly<Record<Side, unknown>>;
const SIDES: readonly Side[] = ['before', 'after', 'branch'];

/**
 * Compares testops.yml and the files with limits that it names on either side, each by the directions of its own document. Whether a change loosens is
 * decided by the table alone; a file that is gone, or that its pattern no longer matches, counts as empty afterwards. Of a gate that was not configured
 * before, or is not any more, only that is reported.
 * @param directions the table of directions, as the caller built it from the schemas.
 * @throws UserError for a table that cannot be read.
 */
export function compareConfiguration(files: ComparedFiles, directions: unknown): ConfigurationComparison {
  const table = readDirections(directions);
  const { configuration, configurationBefore = configuration } = files;
  const changes: ConfigurationChange[] = [];
  const unreadable = new Set<string>();
  const parsed = sidesOf((side) => {
    const path = side === 'before' ? configurationBefore : configuration;
    const file = files[side]?.find(({ name }) => name === path);
    return file && readNoting(unreadable, file, () => readOne(file));
  });
  if (parsed.before === UNREADABLE || parsed.after === UNREADABLE) return { changes, unreadable: [...unreadable].sort(compareText) };
  if (parsed.before !== undefined && parsed.after === undefined) {
    // Every limit that it held is gone with it.
    report(placeOf(configuration, table.configuration, parsed), 'loosened', changes);
    return { changes, unreadable: [] };
  }
  compareNode(placeOf(configuration, table.configuration, parsed), changes);
  for (const pair of pairsOf(files, parsed, table)) compareDocument(pair, changes, unreadable);
  return {
    changes: sortBy(
      changes,
      ({ file }) => file,
      ({ pointer }) => pointer,
      ({ effect }) => effect,
    ),
    unreadable: [...unreadable].sort(compareText),
  };
}

/** Compares two files of one kind of document, such as the policies of two commits of the default branch. @throws UserError as `compareConfiguration`. */
export function compareDocuments(
  document: string,
  files: { readonly before: InputDocument | undefined; readonly after: InputDocument | undefined },
  directions: unknown,
): ConfigurationComparison {
  const changes: ConfigurationChange[] = [];
  const unreadable = new Set<string>();
  const kind = kindOf(document, readDirections(directions));
  const name = files.after?.name ?? files.before?.name ?? document;
  compareDocument({ ...files, branch: undefined, name, kind }, changes, unreadable);
  return { changes, unreadable: [...unreadable] };
}

/** Compares the inputs that a gate ran with to those that the configuration gives it; pointers begin at the inputs. @throws UserError as `compareConfiguration`. */
export function compareInputs(
  gate: GateId,
  inputs: { readonly before: unknown; readonly after: unknown },
  directions: unknown,
): readonly ConfigurationChange[] {
  const node = readDirections(directions).configuration.keys[gate];
  const changes: ConfigurationChange[] = [];
  if (node !== undefined) compareNode(placeOf(gate, node, { ...inputs, branch: undefined }), changes);
  return changes;
}

/** One document on all sides; `undefined` where there is none. */
interface DocumentPair {
  readonly name: string;
  readonly kind: DocumentDirections;
  readonly before: InputDocument | undefined;
  readonly after: InputDocument | undefined;
  readonly branch: InputDocument | undefined;
  /** testops.yml names the file afterwards, and it is not there. */
  readonly isMissing?: boolean;
}

/** Documents of sections that are there before and after: one file with another for an input that names one, otherwise files of the same name. */
function pairsOf(files: ComparedFiles, parsed: Sides, table: DirectionsTable): readonly DocumentPair[] {
  const patterns = Object.fromEntries(SIDES.map((side) => [side, limitPatternsOf(parsed[side], table)])) as Record<
    Side,
    readonly LimitPatterns[]
  >;
  const inputs = new Map([...patterns.before, ...patterns.after].map((one) => [`${one.section}.${one.input}`, one]));
  const isThere = (side: Side, section: string) => {
    const isGate = table.configuration.keys[section]?.kind === 'map' && 'absent' in table.configuration.keys[section];
    return parsed[side] !== undefined && (!isGate || keyOf(parsed[side], section) !== undefined);
  };
  return [...inputs.values()].flatMap(({ section, input, document, single }): readonly DocumentPair[] => {
    if (!isThere('before', section) || !isThere('after', section)) return [];
    const kind = kindOf(document, table);
    const named = (side: Side) => patterns[side].find((one) => one.section === section && one.input === input);
    const found = (side: Side) => {
      const one = named(side);
      return one === undefined ? [] : filesOf(files[side] ?? [], one);
    };
    const [before, after, branch] = [found('before'), found('after'), found('branch')];
    if (single) {
      const name = after[0]?.name ?? before[0]?.name ?? input;
      const isMissing = named('after') !== undefined && after.length === 0;
      return [{ name, kind, before: before[0], after: after[0], branch: branch[0], isMissing }];
    }
    const names = [...new Set([...before, ...after].map(({ name }) => name))];
    const of = (side: readonly InputDocument[], name: string) => side.find((file) => file.name === name);
    return names.map((name) => ({ name, kind, before: of(before, name), after: of(after, name), branch: of(branch, name) }));
  });
}

function compareDocument(pair: DocumentPair, changes: ConfigurationChange[], unreadable: Set<string>): void {
  const { name, kind } = pair;
  const read = (file: InputDocument | undefined): unknown =>
    file && readNoting(unreadable, file, () => (kind.entries ? readEntries(file) : readOne(file, isToml(file.name, kind))));
  const sides = sidesOf((side) => read(pair[side]));
  if (sides.before === UNREADABLE || sides.after === UNREADABLE) return;
  const node = isToml(name, kind) ? (kind.toml ?? kind.node) : kind.node;
  if (pair.before !== undefined && pair.isMissing) report(placeOf(name, node, sides), 'loosened', changes);
  else compareNode(kind.entries ? entryOf(name, node, sides) : placeOf(name, node, sides), changes);
}

/** A file with one document on both sides is compared as that document, so that pointers lead into it. */
function entryOf(name: string, node: DirectionNode, sides: Sides): Position {
  const [before, after, branch] = SIDES.map((side) => (Array.isArray(sides[side]) ? (sides[side] as readonly unknown[]) : []));
  if (node.kind !== 'list' || before?.length !== 1 || after?.length !== 1) return placeOf(name, node, sides);
  return placeOf(name, node.items, { before: before[0], after: after[0], branch: branch?.[0] });
}

function placeOf(file: string, node: DirectionNode, { before, after, branch }: Sides): Position {
  return { file, path: [], node, before, after, branch, around: { before: undefined, after: undefined } };
}

function sidesOf(read: (side: Side) => unknown): Sides {
  return { before: read('before'), after: read('after'), branch: notUnreadable(read('branch')) };
}

/** What cannot be read on the default branch cannot be followed. */
function notUnreadable(value: unknown): unknown {
  return value === UNREADABLE ? undefined : value;
}

function readNoting(unreadable: Set<string>, { name }: InputDocument, read: () => unknown): unknown {
  const value = read();
  if (value === UNREADABLE) unreadable.add(name);
  return value;
}

function kindOf(document: string, { documents }: DirectionsTable): DocumentDirections {
  const kind = Object.hasOwn(documents, document) ? documents[document] : undefined;
  // Nothing is known of its keys: any change loosens.
  return kind ?? { node: { kind: 'map', keys: {} } };
}

function isToml(name: string, { toml }: DocumentDirections): boolean {
  return toml !== undefined && name.toLowerCase().endsWith('.toml');
}
