import { createHash } from 'node:crypto';
import { isUserError } from '../../core/errors.ts';
import { compareText, sortBy } from '../../core/order.ts';
import type { FileFact } from './facts.ts';
import type { Content, FileRules, Member } from './formats/format.ts';
import { chooseFormat } from './formats/index.ts';
import type { RuleBook } from './rules/select-rules.ts';

/** What stands at a path of a folder or an archive. */
export type Item = Member['entry'];

export interface ListContext {
  readonly book: RuleBook;
  /** Goes before each path: empty for a folder, `bundle.zip!/` for the members of an archive. */
  readonly prefix: string;
  readonly onFile?: (done: number, total: number) => void;
  /** Pairs that are known to have the same bytes. */
  readonly knownSame?: ReadonlySet<string>;
}

export interface ListComparison {
  /** In total order of paths; what rules leave out is only counted. */
  readonly files: readonly FileFact[];
  readonly ignored: number;
}

/** Archives inside archives are opened so deep. */
const MAX_ARCHIVE_DEPTH = 3;

/** Compares two lists of paths, pair by pair; what was only moved is found by content. */
export async function compareLists(
  base: ReadonlyMap<string, Item>,
  actual: ReadonlyMap<string, Item>,
  context: ListContext,
): Promise<ListComparison> {
  const paths = [...new Set([...base.keys(), ...actual.keys()])].sort(compareText);
  const files: FileFact[] = [];
  const [added, removed]: [Candidate[], Candidate[]] = [[], []];
  let ignored = 0;
  for (const [index, name] of paths.entries()) {
    context.onFile?.(index, paths.length);
    const path = context.prefix + name;
    const rules = context.book.rulesFor(path);
    const [before, now] = [base.get(name), actual.get(name)];
    if (rules.ignored) ignored++;
    else if (context.knownSame?.has(name)) files.push({ path, status: 'same' });
    else if (before && now) {
      const file = await readable(path, () => compareItems(path, before, now, rules, context));
      if (file) files.push(file);
      else ignored++;
    } else (before ? removed : added).push({ path, item: (before ?? now) as Item, rules });
  }
  files.push(...(await pairRenames(added, removed)));
  return { files: sortBy(files, ({ path }) => path), ignored };
}

/** What cannot be read is a fact, and makes its check inconclusive. */
async function readable(path: string, work: () => Promise<FileFact | undefined>): Promise<FileFact | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { path, status: 'unreadable', problem: error.problem.found };
  }
}

async function compareItems(path: string, base: Item, actual: Item, rules: FileRules, context: ListContext): Promise<FileFact | undefined> {
  const [one, other] = [describe(base, actual), describe(actual, base)];
  if (one !== other) return { path, status: 'different', changes: [{ kind: 'entry-kind', base: one, actual: other }], total: 1 };
  if (base.kind === 'file' && actual.kind === 'file') return compareContents(path, base.content, actual.content, rules, context);
  // Two pipes, sockets or devices of one kind: there is nothing to read that would stay the same.
  return /^a (fifo|socket|device)$/.test(one) ? { path, status: 'unreadable', problem: one } : { path, status: 'same' };
}

/** Kind, and mode where both sides know one. */
function describe(item: Item, other: Item): string {
  if (item.kind === 'other') return item.what;
  const knowsMode = item.mode !== undefined && other.kind === 'file' && other.mode !== undefined;
  return knowsMode ? `a file of mode ${(item.mode as number).toString(8)}` : 'a file';
}

/** Compares one file that stands on both sides. Equal bytes end the work at once, whatever the format. `undefined`: rules left nothing to compare. */
async function compareContents(
  path: string,
  base: Content,
  actual: Content,
  rules: FileRules,
  context: ListContext,
): Promise<FileFact | undefined> {
  if (await sameBytes(base, actual)) return { path, status: 'same' };
  const chosen = await chooseFormat(path, rules.format, [base, actual]);
  if (await hasConflictMarkers(base)) return { path, status: 'conflicted', format: chosen.name };
  const depth = path.split('!/').length - 1;
  const format = depth >= MAX_ARCHIVE_DEPTH ? await chooseFormat(path, 'binary', []) : chosen;
  const compareMembers = async (left: readonly Member[], right: readonly Member[]) => {
    const itemsOf = (members: readonly Member[]) => new Map(members.map(({ name, entry }) => [name, entry]));
    return (await compareLists(itemsOf(left), itemsOf(right), { book: context.book, prefix: `${path}!/` })).files;
  };
  const { total, nothingLeft, ...rest } = await format.compare({ path, base, actual, rules, compareMembers });
  if (nothingLeft) return undefined;
  const found = { path, format: format.name };
  return total === 0 ? { ...found, status: 'equivalent' } : { ...found, status: 'different', total, ...rest };
}

interface Candidate {
  readonly path: string;
  readonly item: Item;
  readonly rules: FileRules;
}

/** Turns an added and a removed file of the same content into one renamed file. Empty files are alike without being the same. */
async function pairRenames(added: readonly Candidate[], removed: readonly Candidate[]): Promise<FileFact[]> {
  const sizes = new Set(removed.flatMap(({ item }) => (item.kind === 'file' && item.content.size > 0 ? [item.content.size] : [])));
  const candidates = added.filter(({ item }) => item.kind === 'file' && sizes.has(item.content.size));
  const wanted = new Set(candidates.map(({ item }) => (item.kind === 'file' ? item.content.size : 0)));
  const byDigest = new Map<string, Candidate[]>();
  for (const gone of removed) {
    const digest = wanted.size > 0 ? await digestIfSized(gone.item, wanted) : undefined;
    if (digest !== undefined) byDigest.set(digest, [...(byDigest.get(digest) ?? []), gone]);
  }
  const renamedFrom = new Map<string, string>();
  const taken = new Set<string>();
  for (const candidate of candidates) {
    const digest = await digestIfSized(candidate.item, wanted);
    const source = digest === undefined ? undefined : byDigest.get(digest)?.shift();
    if (!source) continue;
    renamedFrom.set(candidate.path, source.path);
    taken.add(source.path);
  }
  return [
    ...added.map(({ path, rules }): FileFact => {
      const from = renamedFrom.get(path);
      return from === undefined ? { path, status: 'added' } : { path, status: 'renamed', from, accepted: rules.acceptsRename };
    }),
    ...removed.filter(({ path }) => !taken.has(path)).map(({ path }): FileFact => ({ path, status: 'removed' })),
  ];
}

async function digestIfSized(item: Item, sizes: ReadonlySet<number>): Promise<string | undefined> {
  if (item.kind !== 'file' || !sizes.has(item.content.size)) return undefined;
  try {
    return await digestOf(item.content);
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}

/** Files up to this size are read at once; larger ones are compared as they stream. */
const MAX_HELD_BYTES = 1024 * 1024;

/** Whether two contents have the same bytes. Stops at the first difference. */
export async function sameBytes(a: Content, b: Content): Promise<boolean> {
  if (a.size !== b.size) return false;
  if (a.size <= MAX_HELD_BYTES) {
    const [left, right] = await Promise.all([a.read(), b.read()]);
    return Buffer.compare(left, right) === 0;
  }
  for (let start = 0; start < a.size; start += MAX_HELD_BYTES) {
    const range = { start, end: Math.min(a.size, start + MAX_HELD_BYTES) };
    const [left, right] = await Promise.all([collect(a.stream(range)), collect(b.stream(range))]);
    if (Buffer.compare(left, right) !== 0) return false;
  }
  return true;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

async function digestOf(content: Content): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content.stream()) hash.update(chunk);
  return hash.digest('hex');
}

/** Only files that people merge by hand are searched for markers. */
const MAX_MERGED_BYTES = 16 * 1024 * 1024;

/** A merge that nobody finished: such a baseline says nothing about what is meant to be. */
async function hasConflictMarkers(content: Content): Promise<boolean> {
  if (content.size > MAX_MERGED_BYTES) return false;
  const bytes = await content.read();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const has = (marker: string) => buffer.subarray(0, marker.length).equals(Buffer.from(marker)) || buffer.includes(`\n${marker}`);
  return has('<<<<<<< ') && has('>>>>>>> ') && has('=======');
}
