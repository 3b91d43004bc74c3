import type { Ask, Limit, Statistic } from '../objectives/objective.ts';
import { statisticText } from '../objectives/objective.ts';
import { type MetricSelector, sameTags, selectorText } from '../objectives/selector.ts';
import type { Series, SeriesData } from './series.ts';

/** How a number came about, weakest claim first. */
export type Basis = 'tool' | 'counts';

/** What one source answers to an ask. */
export type Reading =
  | {
      readonly kind: 'value';
      readonly value: number;
      readonly unit: string;
      /** Held against this instead of the objective's own limit, which it is equivalent to. */
      readonly limit?: Limit;
      /** The statistic that was read, when it is not the one that was asked for. */
      readonly readAs?: string;
      /** `null`: the source does not say. */
      readonly samples: number | null;
      readonly basis: Basis;
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'no-samples' }
  /** A summary without this statistic, and those that it has. */
  | { readonly kind: 'not-in-summary'; readonly wanted: string; readonly has: readonly string[] }
  /** A statistic that this type of metric cannot have. */
  | { readonly kind: 'wrong-type'; readonly wanted: string; readonly type: string; readonly has: readonly string[] }
  /** Something that needs the time of each sample. */
  | { readonly kind: 'no-times' };

/** The series that a selector means; tags must be the same, since a summary of all requests says nothing of some. */
export function findSeries(series: readonly Series[], selector: MetricSelector): Series | undefined {
  return series.find((one) => one.metric === selector.metric && sameTags(one.tags, selector.tags));
}

/** Names that a source has, as objectives would write them. */
export function namesIn(series: readonly Series[]): readonly string[] {
  return series.map((one) => selectorText(one));
}

/** What one source answers; `fail` is the objective's limit, on which a share may be read off a percentile. */
export function evaluate(ask: Ask, fail: Limit, series: readonly Series[]): Reading {
  switch (ask.kind) {
    case 'statistic': {
      const found = findSeries(series, ask.metric);
      if (!found) return { kind: 'absent' };
      return isIdle(found, series) ? { kind: 'no-samples' } : readStatistic(found.data, found.unit, ask.statistic);
    }
    case 'share': {
      const found = findSeries(series, ask.metric);
      return found ? readShare(found, ask.good, fail) : { kind: 'absent' };
    }
    case 'ratio':
      return readRatio(ask, series);
    case 'slices':
      return findSeries(series, ask.of.kind === 'ratio' ? ask.of.total : ask.of.metric) ? { kind: 'no-times' } : { kind: 'absent' };
  }
}

/** A counter at zero is a measurement only where the run did something: then nothing happened that it counts. */
function isIdle(found: Series, series: readonly Series[]): boolean {
  if (found.data.kind !== 'counter' || found.data.sum > 0) return false;
  return !series.some(
    (one) => ['http_reqs', 'iterations', 'requests'].includes(one.metric) && one.data.kind === 'counter' && one.data.sum > 0,
  );
}

function readStatistic(data: SeriesData, unit: string, statistic: Statistic): Reading {
  const wanted = statisticText(statistic);
  const wrong = (type: string, has: readonly string[]): Reading => ({ kind: 'wrong-type', wanted, type, has });
  switch (data.kind) {
    case 'trend-summary': {
      if (data.count === 0) return { kind: 'no-samples' };
      if (statistic.name === 'rate' || statistic.name === 'value') return wrong('trend', ['avg', 'min', 'max', 'med', 'p(N)', 'count']);
      const value = trendStatistic(data, statistic);
      if (value === undefined) return { kind: 'not-in-summary', wanted, has: statisticsOf(data) };
      return { kind: 'value', value, unit: statistic.name === 'count' ? '1' : unit, samples: data.count, basis: 'tool' };
    }
    case 'rate':
      if (statistic.name === 'rate') {
        if (data.total === 0) return { kind: 'no-samples' };
        return { kind: 'value', value: data.matches / data.total, unit: 'ratio', samples: data.total, basis: 'counts' };
      }
      if (statistic.name === 'count') return { kind: 'value', value: data.total, unit: '1', samples: data.total, basis: 'counts' };
      return wrong('rate', ['rate', 'count']);
    case 'rate-summary':
      if (statistic.name !== 'rate') return wrong('rate', ['rate']);
      return { kind: 'value', value: data.rate, unit: 'ratio', samples: null, basis: 'tool' };
    case 'counter':
      if (statistic.name === 'count') return { kind: 'value', value: data.sum, unit, samples: data.sum, basis: 'counts' };
      if (statistic.name !== 'rate') return wrong('counter', ['count', 'rate']);
      if (data.perSecond === undefined) return { kind: 'not-in-summary', wanted, has: ['count'] };
      return { kind: 'value', value: data.perSecond, unit: `${unit}/s`, samples: data.sum, basis: 'tool' };
    case 'gauge': {
      const value =
        statistic.name === 'value' ? data.value : statistic.name === 'min' ? data.min : statistic.name === 'max' ? data.max : undefined;
      if (value !== undefined) return { kind: 'value', value, unit, samples: null, basis: 'tool' };
      return statistic.name === 'min' || statistic.name === 'max'
        ? { kind: 'not-in-summary', wanted, has: ['value'] }
        : wrong('gauge', ['value', 'min', 'max']);
    }
  }
}

type TrendData = Extract<SeriesData, { kind: 'trend-summary' }>;

/** The tool's own number; a median is the 50th percentile, the extremes are percentiles 0 and 100. Nothing is interpolated. */
function trendStatistic(data: TrendData, statistic: Statistic): number | undefined {
  switch (statistic.name) {
    case 'avg':
      return data.mean;
    case 'min':
      return data.min;
    case 'max':
      return data.max;
    case 'med':
      return data.median ?? data.percentiles['50'];
    case 'count':
      return data.count ?? undefined;
    case 'p': {
      const known = data.percentiles[String(statistic.rank)];
      if (known !== undefined) return known;
      return statistic.rank === 50 ? data.median : statistic.rank === 0 ? data.min : statistic.rank === 100 ? data.max : undefined;
    }
    default:
      return undefined;
  }
}

function statisticsOf(data: TrendData): readonly string[] {
  const ranks = Object.keys(data.percentiles)
    .map(Number)
    .sort((a, b) => a - b)
    .map((rank) => `p(${rank})`);
  const rest = [
    data.mean === undefined ? [] : ['avg'],
    data.min === undefined ? [] : ['min'],
    data.median === undefined ? [] : ['med'],
    data.max === undefined ? [] : ['max'],
    data.count === null ? [] : ['count'],
  ].flat();
  return [...rest, ...ranks];
}

/**
 * A summary holds no shares, but "at least the share t is at most v" says the same as "the percentile 100·t is at most v" (and for a lower limit, the
 * percentile 100·(1-t) is at least v), so that very percentile is read when the tool has it.
 */
function readShare(found: Series, good: Limit, fail: Limit): Reading {
  const { data } = found;
  if (data.kind === 'rate' && data.total === 0) return { kind: 'no-samples' };
  if (data.kind !== 'trend-summary') {
    const has = data.kind === 'gauge' ? ['value'] : data.kind === 'counter' ? ['count', 'rate'] : ['rate'];
    return {
      kind: 'wrong-type',
      wanted: `share of samples ${good.comparison} ${good.value}`,
      type: data.kind === 'rate-summary' ? 'rate' : data.kind,
      has,
    };
  }
  if (data.count === 0) return { kind: 'no-samples' };
  const upper = good.comparison === '<' || good.comparison === '<=';
  const rank = Number((upper ? fail.value * 100 : (1 - fail.value) * 100).toPrecision(12));
  const value = trendStatistic(data, { name: 'p', rank });
  const readAs = `p(${rank})`;
  if (value === undefined) return { kind: 'not-in-summary', wanted: readAs, has: statisticsOf(data) };
  return { kind: 'value', value, unit: found.unit, limit: good, readAs, samples: data.count, basis: 'tool' };
}

function readRatio(ask: Extract<Ask, { kind: 'ratio' }>, series: readonly Series[]): Reading {
  const [events, total] = [findSeries(series, ask.events), findSeries(series, ask.total)];
  if (!events || !total) return { kind: 'absent' };
  if (events === total) {
    // A raw ratio: one series that already is a share.
    const reading = readStatistic(events.data, 'ratio', { name: 'rate' });
    return reading.kind === 'value' && ask.counted === 'bad' ? { ...reading, value: 1 - reading.value } : reading;
  }
  const [part, whole] = [eventsOf(events.data, 'events'), eventsOf(total.data, 'total')];
  if (part === undefined || whole === undefined) {
    const odd = part === undefined ? events : total;
    const type = odd.data.kind === 'rate-summary' ? 'rate' : odd.data.kind === 'trend-summary' ? 'trend' : odd.data.kind;
    return { kind: 'wrong-type', wanted: 'a number of events', type, has: ['counter', 'rate with counts', 'trend with a count'] };
  }
  if (whole === 0) return { kind: 'no-samples' };
  const share = part / whole;
  return { kind: 'value', value: ask.counted === 'bad' ? 1 - share : share, unit: 'ratio', samples: whole, basis: 'counts' };
}

function eventsOf(data: SeriesData, role: 'events' | 'total'): number | undefined {
  switch (data.kind) {
    case 'counter':
      return data.sum;
    case 'rate':
      return role === 'events' ? data.matches : data.total;
    case 'trend-summary':
      return data.count ?? undefined;
    default:
      return undefined;
  }
}
