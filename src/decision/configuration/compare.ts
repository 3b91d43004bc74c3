import { LineCounter, parseAllDocuments } from 'yaml';
import { canonicalJson, compareText, GATE_IDS, sortBy } from '../../core/index.ts';
import type { InputDocument } from '../given.ts';
import type { ConfigurationChange } from '../record.ts';
import { compareLimit, type Effect } from './compare-limit.ts';
import { LIMITS, type Limit, RUNS_OF_GATE, RUNS_OF_POLICY } from './limits.ts';

/** What changed in the files that hold limits, and which of them could not be read. */
export interface ConfigurationComparison {
  readonly changes: readonly ConfigurationChange[];
  readonly unreadable: readonly string[];
}

/** Compares files with limits (YAML or JSON) by name, key by key; a file that is absent on one side counts as empty there. */
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
  if (path.length === 1 && GATE_IDS.some((gate) => gate === key) && (before === undefined) !== (after === undefined)) {
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
  for (const name of [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].sort(compareText)) {
    walk(
      { file: at.file, path: [...path, name], before: left?.get(name), after: right?.get(name), beforeParent: before, afterParent: after },
      changes,
    );
  }
}

function limitOf(path: readonly string[], before: unknown, after: unknown): Limit | undefined {
  const key = path.at(-1) ?? '';
  if (key === 'runs') return path.at(-2) === 'freshness' ? RUNS_OF_POLICY : RUNS_OF_GATE;
  // `required: false` of a gate.
  if (key === 'required' && [before, after].some((value) => typeof value === 'boolean')) {
    return { kind: 'order', levels: ['true', 'false'], absent: 'true' };
  }
  const limit = Object.hasOwn(LIMITS, key) ? LIMITS[key] : undefined;
  // A map under the name of a limit (`waivers.owners` of another tool, …) is walked through.
  if (limit && limit.kind !== 'thresholds' && [before, after].some(isMap)) return undefined;
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

/** What keeps an entry of a list itself when it moves: its id, name, gate with measurement, path or the text. */
function identityOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (!isMap(entry)) return undefined;
  const { metadata, id, name, displayName, gate, measurement, path, match } = entry;
  const own = isMap(metadata)
    ? metadata.name
    : (id ?? name ?? displayName ?? (gate && measurement ? `${gate} ${measurement}` : (path ?? match)));
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
