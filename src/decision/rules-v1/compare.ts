import { LineCounter, parseAllDocuments } from 'yaml';
import { canonicalJson, compareText, GATE_IDS, nestsTooDeep, sortBy } from '../../core/index.ts';
import type { InputDocument } from '../given.ts';
import type { ConfigurationChange } from '../record.ts';
import { compareLimit, type Effect } from './compare-limit.ts';
import { LIMITS, type Limit, RUNS_OF_GATE, RUNS_OF_POLICY } from './limits.ts';

/** What changed in the files that hold limits, and which of them could not be read. */
export interface ConfigurationComparison {
  readonly changes: readonly ConfigurationChange[];
  readonly unreadable: readonly string[];
}

/**
 * Frozen: the comparison that decisions of rules version 1 followed, kept so that their bundles derive as they did.
 * Compares files with limits (YAML or JSON) by name, key by key; a file that is absent on one side counts as empty there.
 */
export function compareConfiguration(files: {
  readonly before: readonly InputDocument[];
  readonly after: readonly InputDocument[];
}): ConfigurationComparison {
  const names = [...new Set([...files.before, ...files.after].map(({ name }) => name))].sort(compareText);
  const changes: ConfigurationChange[] = [];
  const unreadable: string[] = [];
  for (const name of names) {
    const [before, after] = [files.before, files.after].map((side) => readAll(side.find((file) => file.name === name)));
    if (before === UNREADABLE || after === UNREADABLE) unreadable.push(name);
    else walk({ file: name, path: [], before, after, beforeParent: undefined, afterParent: undefined }, changes);
  }
  return {
    changes: sortBy(
      changes,
      ({ file }) => file,
      ({ pointer }) => pointer,
    ),
    unreadable,
  };
}

const UNREADABLE = Symbol('unreadable');

function readAll(document: InputDocument | undefined): unknown {
  if (!document) return undefined;
  if (nestsTooDeep(document.bytes)) return UNREADABLE;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(document.bytes);
    const parsed = parseAllDocuments(text, { lineCounter: new LineCounter(), uniqueKeys: true });
    if (!Array.isArray(parsed)) return undefined;
    if (parsed.some(({ errors }) => errors.length > 0)) return UNREADABLE;
    const values = parsed.map((entry) => JSON.parse(JSON.stringify(entry.toJS({ maxAliasCount: 100 }) ?? null)) as unknown);
    return values.length === 1 ? values[0] : values;
  } catch {
    return UNREADABLE;
  }
}

interface Position {
  readonly file: string;
  readonly path: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  readonly beforeParent: unknown;
  readonly afterParent: unknown;
}

function walk(at: Position, changes: ConfigurationChange[]): void {
  const { before, after, path } = at;
  if (before === undefined && after === undefined) return;
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) return;
  const say = (effect: Effect) =>
    changes.push({ file: at.file, pointer: pointerOf(path), before: shown(before), after: shown(after), effect });
  const [key] = path.slice(-1);
  if (isDemand(path) && (before === undefined) !== (after === undefined)) {
    say(after === undefined ? 'loosened' : 'tightened');
    return;
  }
  const limit = key === undefined ? undefined : limitOf(path, before, after);
  if (limit) {
    const effect = compareLimit(limit, before, after, operatorOf(at));
    if (effect) say(effect);
    return;
  }
  const [left, right] = [childrenOf(before), childrenOf(after)];
  if (!left && !right) {
    say('changed');
    return;
  }
  // A scalar that became a list or map is a change of its own, and its limits count as added or removed.
  if ((before !== undefined && !left) || (after !== undefined && !right)) say('changed');
  const inner: ConfigurationChange[] = [];
  for (const name of [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].sort(compareText)) {
    walk(
      { file: at.file, path: [...path, name], before: left?.get(name), after: right?.get(name), beforeParent: before, afterParent: after },
      inner,
    );
  }
  if (before !== undefined && after !== undefined) {
    changes.push(...inner);
    return;
  }
  // Of a part that is new or gone, the limits; where it has none, the part as one.
  const limits = inner.filter(({ effect }) => effect !== 'changed');
  if (limits.length > 0) changes.push(...limits);
  else say('changed');
}

/** What demands something by being there: a gate in testops.yml, an item of the checklist, a proof of an item. */
function isDemand(path: readonly string[]): boolean {
  const [first, , third] = path;
  if (path.length === 1) return GATE_IDS.some((gate) => gate === first);
  return first === 'items' && (path.length === 2 || (path.length === 4 && third === 'evidence'));
}

function limitOf(path: readonly string[], before: unknown, after: unknown): Limit | undefined {
  const key = path.at(-1) ?? '';
  if (key === 'runs') return path.at(-2) === 'freshness' ? RUNS_OF_POLICY : RUNS_OF_GATE;
  // `required: false` of a gate.
  if (key === 'required' && [before, after].some((value) => typeof value === 'boolean')) {
    return { kind: 'order', levels: ['true', 'false'], absent: 'true' };
  }
  const limit = Object.hasOwn(LIMITS, key) ? LIMITS[key] : undefined;
  // A map, or a list of maps in which each has limits of its own (the objectives of an SLO), is walked through.
  if (limit && limit.kind !== 'thresholds' && [before, after].some(isMap)) return undefined;
  if (limit?.kind === 'set' && limit.stricter === 'more' && [before, after].some((value) => Array.isArray(value) && value.some(isMap))) {
    return undefined;
  }
  return limit;
}

function operatorOf({ beforeParent, afterParent }: Position): { readonly before: unknown; readonly after: unknown } {
  const of = (parent: unknown) => (isMap(parent) ? parent.op : undefined);
  return { before: of(beforeParent), after: of(afterParent) };
}

function childrenOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (isMap(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value)) return undefined;
  const names = value.map((entry, index) => identityOf(entry) ?? String(index));
  return new Set(names).size === names.length ? new Map(names.map((name, index) => [name, value[index]])) : new Map(Object.entries(value));
}

/** What keeps an entry of a list itself when it moves: its id, name, gate with measurement, place or text. */
function identityOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (!isMap(entry)) return undefined;
  const { metadata, id, name, displayName, gate, measurement, files, path, lines, match } = entry;
  if (isMap(metadata)) return typeof metadata.name === 'string' ? metadata.name : undefined;
  if (typeof gate === 'string') return [gate, measurement ?? id].filter((part) => typeof part === 'string').join(' ');
  // A rule of comparison is what it applies to.
  const place = [files, path, lines].filter((part) => part !== undefined);
  const own = id ?? name ?? displayName ?? match ?? (place.length > 0 ? canonicalJson(place) : undefined);
  return typeof own === 'string' ? own : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pointerOf(path: readonly string[]): string {
  return path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const MAX_SHOWN = 200;

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = canonicalJson(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1).toWellFormed()}…`;
}
