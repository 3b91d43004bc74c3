import { canonicalJson } from '../../core/index.ts';
import { durationMs } from '../durations.ts';
import type { Limit } from './limits.ts';

export type Effect = 'loosened' | 'tightened' | 'changed';

/** What a change of one limit does; `undefined` when both sides mean the same. What cannot be compared counts as loosened. */
export function compareLimit(
  limit: Limit,
  before: unknown,
  after: unknown,
  operators: { readonly before: unknown; readonly after: unknown },
): Effect | undefined {
  switch (limit.kind) {
    case 'number':
      return byStrictness(asNumber(before, limit.absent), asNumber(after, limit.absent), limit.stricter);
    case 'duration':
      return byStrictness(asDuration(before ?? limit.absent), asDuration(after ?? limit.absent), limit.stricter);
    case 'order': {
      const [left, right] = [before, after].map((value) => limit.levels.indexOf(String(value ?? limit.absent)));
      return byStrictness(left === -1 ? undefined : left, right === -1 ? undefined : right, 'lower');
    }
    case 'set':
      return compareSets(limit, before, after);
    case 'signed-set':
      return compareSigned(before, after);
    case 'thresholds':
      return compareThresholds(before, after);
    case 'fixed':
      return before === undefined ? 'tightened' : 'loosened';
    case 'beside-op': {
      // Another operator is a change of its own, see `op`.
      const direction = DIRECTION_OF_OP[String(operators.after ?? operators.before)];
      if (!direction) return 'changed';
      const none = direction === 'lower' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      return byStrictness(asNumber(before, none), asNumber(after, none), direction);
    }
  }
}

const DIRECTION_OF_OP: Readonly<Record<string, 'higher' | 'lower'>> = { lt: 'lower', lte: 'lower', gt: 'higher', gte: 'higher' };

function byStrictness(before: number | undefined, after: number | undefined, stricter: 'higher' | 'lower'): Effect | undefined {
  if (before === undefined || after === undefined) return 'loosened';
  if (before === after) return undefined;
  return after > before === (stricter === 'higher') ? 'tightened' : 'loosened';
}

function asNumber(value: unknown, absent: number): number | undefined {
  if (value === undefined || value === null) return absent;
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
}

function asDuration(value: unknown): number | undefined {
  return typeof value === 'string' && /^[1-9]\d*[mhd]$/.test(value) ? durationMs(value) : undefined;
}

function compareSets(limit: Limit & { kind: 'set' }, before: unknown, after: unknown): Effect | undefined {
  const [left, right] = [asSet(before), asSet(after)];
  if (!left && !right) return undefined;
  // A list where there was none narrows what was everything, or adds to what was nothing.
  if (!left || !right) {
    const moreNow = (left === undefined) === (limit.absent === 'nothing');
    return moreNow === (limit.stricter === 'more') ? 'tightened' : 'loosened';
  }
  const removed = [...left].some((item) => !right.has(item));
  const added = [...right].some((item) => !left.has(item));
  if (!removed && !added) return undefined;
  if (limit.stricter === 'more' ? removed : added) return 'loosened';
  return 'tightened';
}

/** `[all, -time]`: what is taken out loosens when it is added, everything else when it is removed; absent is `[all]`. */
function compareSigned(before: unknown, after: unknown): Effect | undefined {
  const split = (value: unknown) => {
    const names = Array.isArray(value) ? value.map(String) : ['all'];
    return { in: names.filter((name) => !name.startsWith('-')), out: names.filter((name) => name.startsWith('-')) };
  };
  const [left, right] = [split(before), split(after)];
  const effects = [
    compareSets({ kind: 'set', stricter: 'more', absent: 'nothing' }, left.in, right.in),
    compareSets({ kind: 'set', stricter: 'fewer', absent: 'nothing' }, left.out, right.out),
  ];
  // `all` covers every name, so names beside or instead of it need a closer look than this: only from less to `all` is surely no loss.
  if (!left.in.includes('all') && right.in.includes('all') && effects[1] !== 'loosened') return 'tightened';
  return effects.includes('loosened') ? 'loosened' : effects.find((effect) => effect !== undefined);
}

function asSet(value: unknown): ReadonlySet<string> | undefined {
  if (value === undefined || value === null) return undefined;
  return new Set((Array.isArray(value) ? value : [value]).map((item) => canonicalJson(item)));
}

function compareThresholds(before: unknown, after: unknown): Effect | undefined {
  const [left, right] = [readThresholds(before), readThresholds(after)];
  let tightened = [...right.keys()].some((name) => !left.has(name));
  for (const [name, limit] of left) {
    const now = right.get(name);
    if (now === undefined) return 'loosened';
    const effect = byStrictness(limit, now, name.includes('<') ? 'lower' : 'higher');
    if (effect === 'loosened') return effect;
    if (effect) tightened = true;
  }
  return tightened ? 'tightened' : undefined;
}

/** `metric: agg<` to its number; a line that is not of this form, or an equality, is kept whole, so that its removal shows. */
function readThresholds(value: unknown): ReadonlyMap<string, number> {
  const lines = Array.isArray(value)
    ? value.map((line) => (typeof line === 'string' ? line : canonicalJson(line)))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([metric, expressions]) =>
          (Array.isArray(expressions) ? expressions : [expressions]).map(
            (line) => `${metric}: ${typeof line === 'string' ? line : canonicalJson(line)}`,
          ),
        )
      : typeof value === 'string'
        ? value.split('\n').filter((line) => line.trim() !== '')
        : [];
  const limits = new Map<string, number>();
  for (const line of lines.flatMap(splitExpressions)) {
    const parts = /^([^<>=!]+)([<>])=?([^<>=!]+)$/.exec(line.replaceAll(/\s+/g, ''));
    const number = Number(parts?.[3]);
    if (!parts || Number.isNaN(number)) {
      limits.set(line.trim(), 0);
      continue;
    }
    const name = `${parts[1]}${parts[2]}`;
    const known = limits.get(name);
    // Of two limits on one value the stricter one decides.
    limits.set(name, known === undefined ? number : parts[2] === '<' ? Math.min(known, number) : Math.max(known, number));
  }
  return limits;
}

/** `metric{tag:a,b}: p(95)<300, avg<100` becomes one line for each expression. */
function splitExpressions(line: string): string[] {
  const end = line.indexOf('}');
  const colon = line.indexOf(':', Math.max(end, 0));
  if (colon < 0) return [line];
  return line
    .slice(colon + 1)
    .split(',')
    .map((expression) => `${line.slice(0, colon)}: ${expression}`);
}
