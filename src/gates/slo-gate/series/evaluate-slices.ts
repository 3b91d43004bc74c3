import { type Ask, type Limit, limitText, within } from '../objectives/objective.ts';
import { type MetricSelector, sameTags } from '../objectives/selector.ts';
import { bucketLow } from '../stats/log-histogram.ts';
import type { Reading } from './reading.ts';
import { type Series, SLICE_BITS, type Slice, type Slices } from './series.ts';

type SlicedAsk = Extract<Ask, { kind: 'slices' }>;

/** What one slice of time came to; slices without events are not there. */
export interface SliceValue {
  /** Start of the slice, milliseconds since the epoch. */
  readonly startMs: number;
  readonly value: number;
  readonly good: boolean;
  readonly events: number;
  readonly goodEvents: number;
}

/**
 * Every slice that holds events, in time. Slices in which nothing happened are left out, as OpenSLO leaves to the implementation: nothing was promised to
 * nobody.
 */
export function sliceValues(
  ask: SlicedAsk['of'],
  sliceMs: number,
  good: Limit,
  series: readonly Series[],
): readonly SliceValue[] | undefined {
  if (ask.kind === 'ratio') {
    const [events, total] = [slicesOf(series, ask.events, sliceMs), slicesOf(series, ask.total, sliceMs)];
    if (!events || !total) return undefined;
    return inTime(total).flatMap(([key, whole]) => {
      const all = countIn(whole, total.kind, 'total');
      const part = countIn(events.slices.cells.get(key), events.kind, 'events');
      if (all === 0) return [];
      const goodEvents = ask.counted === 'bad' ? all - part : part;
      const value = goodEvents / all;
      return [{ startMs: key * sliceMs, value, good: within(value, good), events: all, goodEvents }];
    });
  }
  const found = slicesOf(series, ask.metric, sliceMs);
  if (!found) return undefined;
  return inTime(found).flatMap(([key, cell]) => {
    if (cell.count === 0) return [];
    const goodEvents = ask.kind === 'share' ? (cell.good.get(limitText(ask.good)) ?? 0) : 0;
    const value = ask.kind === 'share' ? goodEvents / cell.count : statisticOfSlice(cell, ask.statistic, found.kind, sliceMs);
    return value === undefined ? [] : [{ startMs: key * sliceMs, value, good: within(value, good), events: cell.count, goodEvents }];
  });
}

/** Reads an ask that cuts time into slices. */
export function readSlices(ask: SlicedAsk, series: readonly Series[]): Reading {
  const selectors = ask.of.kind === 'ratio' ? [ask.of.events, ask.of.total] : [ask.of.metric];
  if (selectors.some((selector) => !series.some((one) => matches(one, selector)))) return { kind: 'absent' };
  const values = sliceValues(ask.of, ask.sliceMs, ask.good, series);
  if (values === undefined) return { kind: 'no-times' };
  if (values.length === 0) {
    const any = series.some((one) => selectors.some((selector) => matches(one, selector)) && hasEvents(one));
    return { kind: any ? 'no-times' : 'no-samples' };
  }
  if (ask.method === 'breach') {
    return {
      kind: 'value',
      value: longestBreach(values, ask.sliceMs),
      unit: 'ms',
      samples: values.length,
      basis: 'counts',
      readAs: 'longest breach',
    };
  }
  const value =
    ask.method === 'slices'
      ? values.filter((one) => one.good).length / values.length
      : values.reduce((sum, one) => sum + one.value, 0) / values.length;
  return { kind: 'value', value, unit: 'ratio', samples: values.length, basis: 'counts', readAs: 'share of good slices' };
}

/** Longest unbroken stretch of slices that were not good, in milliseconds; slices without events neither end nor lengthen it. */
export function longestBreach(values: readonly SliceValue[], sliceMs: number): number {
  let [longest, from] = [0, Number.NaN];
  for (const { startMs, good } of values) {
    if (good) from = Number.NaN;
    else if (Number.isNaN(from)) from = startMs;
    if (!good) longest = Math.max(longest, startMs + sliceMs - from);
  }
  return longest;
}

function hasEvents({ data }: Series): boolean {
  return data.kind === 'samples'
    ? data.samples.count > 0
    : data.kind === 'rate'
      ? data.total > 0
      : data.kind === 'counter'
        ? data.sum > 0
        : true;
}

function matches(one: Series, selector: MetricSelector): boolean {
  return one.metric === selector.metric && sameTags(one.tags, selector.tags);
}

type SlicedKind = 'samples' | 'rate' | 'counter';

function slicesOf(series: readonly Series[], selector: MetricSelector, sliceMs: number): { kind: SlicedKind; slices: Slices } | undefined {
  const data = series.find((one) => matches(one, selector))?.data;
  if (data?.kind !== 'samples' && data?.kind !== 'rate' && data?.kind !== 'counter') return undefined;
  const slices = data.slices?.find((one) => one.sliceMs === sliceMs);
  return slices && { kind: data.kind, slices };
}

function inTime({ slices }: { slices: Slices }): [number, Slice][] {
  return [...slices.cells].sort(([a], [b]) => a - b);
}

function countIn(cell: Slice | undefined, kind: SlicedKind, role: 'events' | 'total'): number {
  if (!cell) return 0;
  if (kind === 'rate') return role === 'events' ? cell.matches : cell.count;
  return kind === 'counter' ? cell.sum : cell.count;
}

function statisticOfSlice(
  cell: Slice,
  statistic: Extract<Ask, { kind: 'statistic' }>['statistic'],
  kind: SlicedKind,
  sliceMs: number,
): number | undefined {
  switch (statistic.name) {
    case 'avg':
      return cell.sum / cell.count;
    case 'min':
      return cell.min;
    case 'max':
      return cell.max;
    case 'count':
      return kind === 'counter' ? cell.sum : cell.count;
    case 'rate':
      return kind === 'rate' ? cell.matches / cell.count : kind === 'counter' ? (cell.sum * 1000) / sliceMs : undefined;
    case 'value':
      return undefined;
    default: {
      // Nearest rank in buckets of 0.2 %, upper edge: a slice is not called good on a rounding.
      const rank = Math.max(1, Math.ceil(((statistic.name === 'p' ? statistic.rank : 50) / 100) * cell.count));
      let seen = 0;
      for (const [index, count] of [...(cell.buckets ?? [])].sort(([a], [b]) => a - b)) {
        seen += count;
        if (seen >= rank) return Math.min(cell.max, bucketLow(index + 1, SLICE_BITS));
      }
      return cell.max;
    }
  }
}
