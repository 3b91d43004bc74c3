import { type Absent, canonicalJson, type DirectionNode, endOf, startOf } from '../../core/index.ts';
import { limitsOfLines, type NumericLimit, readLimit } from './limit-texts.ts';

export type Effect = 'loosened' | 'tightened' | 'changed';
type ValueNode = DirectionNode & { readonly kind: 'value' };
/** The objects around a value on both sides: an operator or another limit next to it may say what it means. */
export interface Around {
  readonly before: unknown;
  readonly after: unknown;
}

/** What a change of one value does; `undefined` when both sides mean the same. A change whose effect cannot be told is `loosened`. */
export function compareValue(node: ValueNode, before: unknown, after: unknown, around: Around): Effect | undefined {
  const { direction } = node;
  if (typeof direction === 'object' && 'none' in direction) return 'changed';
  const left = meaningOf(node, before, around.before);
  const right = meaningOf(node, after, around.after);
  if (same(left, right)) return undefined;
  if (left === undefined || right === undefined) return ofAbsence(wordOf(node), left === undefined);
  if (isLevels(direction)) {
    const [a, b] = [direction.indexOf(String(left)), direction.indexOf(String(right))];
    return a === -1 || b === -1 ? 'loosened' : byStrictness(a, b, 'lower');
  }
  if (typeof direction === 'object') {
    const operator = keyOf(around.after, 'beside' in direction ? direction.beside : direction.against);
    const stricter = STRICTER_OF[String(operator ?? 'gte')];
    if (stricter === undefined || typeof left !== 'number' || typeof right !== 'number') return 'loosened';
    return byStrictness(left, right, 'beside' in direction ? stricter : OPPOSITE[stricter]);
  }
  switch (direction) {
    case 'higher':
    case 'lower':
      return compareOrdinals(left, right, direction);
    case 'more':
    case 'fewer':
      return compareSets(setOf(left), setOf(right), direction);
    case 'globs':
      return compareGlobs(left, right);
    case 'signed':
      return compareSigned(left, right);
    case 'thresholds':
      return compareThresholds(left, right);
    case 'limit':
      return compareLimits(readLimit(left), readLimit(right));
    case 'present':
      return 'changed';
    case 'fixed':
      return 'loosened';
  }
}

/** What it does that a value is new (`added`) or gone. */
export function ofAbsence(absent: string, added: boolean): Effect {
  return absent === (added ? 'loosest' : 'strictest') ? 'tightened' : 'loosened';
}

/** Whether two values are the same JSON; absent and null are the same. */
export function same(left: unknown, right: unknown): boolean {
  return canonicalJson(left ?? null) === canonicalJson(right ?? null);
}

/** A key of a map that is the map's own; undefined where there is none. */
export function keyOf(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const STRICTER_OF: Readonly<Record<string, 'higher' | 'lower'>> = { lt: 'lower', lte: 'lower', gt: 'higher', gte: 'higher' };
const OPPOSITE = { higher: 'lower', lower: 'higher' } as const;
const LISTS: readonly unknown[] = ['more', 'fewer', 'globs', 'signed', 'thresholds'];

function wordOf({ absent, direction }: ValueNode): string {
  if (typeof absent === 'string') return absent;
  return direction === 'fewer' ? 'strictest' : 'loosest';
}

/** A value with defaults filled in, lists that are written as one text split into lines; `undefined` for what is absent and has no default. */
function meaningOf(node: ValueNode, value: unknown, around: unknown): unknown {
  const written = LISTS.includes(node.direction) && typeof value === 'string' ? linesOf(value) : value;
  // Where absence has a meaning of its own, an empty list is as good as none.
  const isEmpty = Array.isArray(written) && written.length === 0 && typeof (node.absent ?? 'word') === 'string';
  return written === undefined || written === null || isEmpty ? standIn(node.absent, around) : written;
}

function standIn(absent: Absent | undefined, around: unknown): unknown {
  if (typeof absent !== 'object') return undefined;
  return 'value' in absent ? absent.value : (keyOf(around, absent.as) ?? undefined);
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function isLevels(direction: ValueNode['direction']): direction is readonly string[] {
  return Array.isArray(direction);
}

function byStrictness(before: number, after: number, stricter: 'higher' | 'lower'): Effect | undefined {
  if (before === after) return undefined;
  return after > before === (stricter === 'higher') ? 'tightened' : 'loosened';
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Numbers, durations (`90m`), days and instants, or lengths of a ledger (`412:9f86…`); only two of a kind compare. */
function compareOrdinals(before: unknown, after: unknown, stricter: 'higher' | 'lower'): Effect | undefined {
  const [left, right] = [ordinalOf(before, stricter), ordinalOf(after, stricter)];
  if (left === undefined || right === undefined || left.kind !== right.kind) return 'loosened';
  // The same length with another hash is another ledger.
  if (left.value === right.value && left.kind === 'length') return 'loosened';
  return byStrictness(left.value, right.value, stricter);
}

function ordinalOf(value: unknown, stricter: 'higher' | 'lower'): { readonly kind: string; readonly value: number } | undefined {
  if (typeof value === 'number') return { kind: 'number', value };
  if (typeof value !== 'string') return undefined;
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d|w)$/.exec(value) ?? [];
  if (unit !== undefined) return { kind: 'duration', value: Number(amount) * (UNIT_MS[unit] ?? Number.NaN) };
  const [, length] = /^(\d+):[0-9a-f]+$/.exec(value) ?? [];
  if (length !== undefined) return { kind: 'length', value: Number(length) };
  if (!/^\d{4}-\d{2}-\d{2}(?:T\S+)?$/.test(value)) return undefined;
  // An end lasts to the end of its day, a beginning starts with its day.
  const at = stricter === 'lower' ? endOf(value) : startOf(value);
  return Number.isNaN(at) ? undefined : { kind: 'moment', value: at };
}

function setOf(value: unknown): ReadonlySet<string> {
  return new Set((Array.isArray(value) ? value : [value]).map((item) => canonicalJson(item)));
}

function compareSets(before: ReadonlySet<string>, after: ReadonlySet<string>, stricter: 'more' | 'fewer'): Effect | undefined {
  const removed = [...before].some((item) => !after.has(item));
  const added = [...after].some((item) => !before.has(item));
  if (!removed && !added) return undefined;
  return (stricter === 'more' ? removed : added) ? 'loosened' : 'tightened';
}

/** Nothing is matched here: what a pattern means depends on files that may come and go. */
function compareGlobs(before: unknown, after: unknown): Effect | undefined {
  const split = (value: unknown) => {
    const patterns = [...setOf(value)];
    const isNegation = (pattern: string) => pattern.startsWith('"!') && !pattern.startsWith('"!(');
    return { taken: new Set(patterns.filter((one) => !isNegation(one))), left: new Set(patterns.filter(isNegation)) };
  };
  const [left, right] = [split(before), split(after)];
  return worse(compareSets(left.taken, right.taken, 'more'), compareSets(left.left, right.left, 'fewer'));
}

/** `[all, -time]`: what is left out loosens when it is added, everything else when it is removed. */
function compareSigned(before: unknown, after: unknown): Effect | undefined {
  const split = (value: unknown) => {
    const names = [...setOf(value)];
    return { in: new Set(names.filter((name) => !name.startsWith('"-'))), out: new Set(names.filter((name) => name.startsWith('"-'))) };
  };
  const [left, right] = [split(before), split(after)];
  const out = compareSets(left.out, right.out, 'fewer');
  // `all` covers every name: from less to `all` is no loss.
  if (right.in.has('"all"')) return left.in.has('"all"') ? worse(out, compareSets(left.in, right.in, 'more')) : worse(out, 'tightened');
  return worse(compareSets(left.in, right.in, 'more'), out);
}

function compareThresholds(before: unknown, after: unknown): Effect | undefined {
  const [left, right] = [limitsOfLines(before), limitsOfLines(after)];
  let effect: Effect | undefined = [...right.keys()].some((name) => !left.has(name)) ? 'tightened' : undefined;
  for (const [name, limit] of left) {
    const now = right.get(name);
    effect = worse(effect, now === undefined ? 'loosened' : compareLimits(limit, now));
  }
  return effect;
}

/** Of two limits that point the same way the number decides, then whether it is allowed itself. */
function compareLimits(before: NumericLimit | undefined, after: NumericLimit | undefined): Effect | undefined {
  if (before === undefined || after === undefined || before.stricter !== after.stricter) return 'loosened';
  if (before.number !== after.number) return byStrictness(before.number, after.number, before.stricter);
  if (before.inclusive === after.inclusive) return undefined;
  return after.inclusive ? 'loosened' : 'tightened';
}

function worse(...effects: readonly (Effect | undefined)[]): Effect | undefined {
  return effects.includes('loosened') ? 'loosened' : effects.find((effect) => effect !== undefined);
}
