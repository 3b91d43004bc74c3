import type { Ask, Limit, Statistic } from '../objectives/objective.ts';
import { limitText, statisticText } from '../objectives/objective.ts';
import { type MetricSelector, sameTags, selectorText } from '../objectives/selector.ts';
import { mergeHistograms, percentileOfHistogram, shareBelow } from '../stats/histogram.ts';
import { estimatePercentile, samplesToSettle } from '../stats/percentile-interval.ts';
import { readSlices } from './evaluate-slices.ts';
import type { Reading } from './reading.ts';
import type { Histogram, Series, SeriesData, TrendSamples, TrendSummary } from './series.ts';

/**
 * The series that a selector means: the one with the same tags, since a summary of all requests says nothing of some. Where a metric comes in parts that add
 * up, told apart by labels, the sum of the parts that carry the selector's tags.
 */
export function findSeries(series: readonly Series[], selector: MetricSelector): Series | undefined {
  const named = series.filter((one) => one.metric === selector.metric);
  const exact = named.find((one) => sameTags(one.tags, selector.tags));
  if (exact) return exact;
  const parts = named.filter((one) => one.dimensional && Object.entries(selector.tags).every(([key, value]) => one.tags[key] === value));
  const [first] = parts;
  if (!first || parts.length === 1) return first;
  const data = sumOf(parts.map((part) => part.data));
  return data && { ...first, tags: selector.tags, data };
}

/** The sum of parts; levels and summaries have none. */
function sumOf(parts: readonly SeriesData[]): SeriesData | undefined {
  const [first] = parts;
  const all = <K extends SeriesData['kind']>(kind: K) =>
    parts.every((part) => part.kind === kind) ? (parts as readonly Extract<SeriesData, { kind: K }>[]) : undefined;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  switch (first?.kind) {
    case 'counter': {
      const counters = all('counter');
      return counters && { kind: 'counter', sum: sum(counters.map((one) => one.sum)) };
    }
    case 'rate': {
      const rates = all('rate');
      return rates && { kind: 'rate', matches: sum(rates.map((one) => one.matches)), total: sum(rates.map((one) => one.total)) };
    }
    case 'histogram': {
      const histograms = all('histogram');
      return histograms && mergeHistograms(histograms);
    }
    default:
      return undefined;
  }
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
      return isIdle(found, series) ? { kind: 'no-samples' } : readStatistic(found.data, found.unit, ask.statistic, fail);
    }
    case 'share': {
      const found = findSeries(series, ask.metric);
      return found ? readShare(found, ask.good, fail) : { kind: 'absent' };
    }
    case 'ratio':
      return readRatio(ask, series, fail);
    case 'slices':
      return readSlices(ask, series);
  }
}

/** Whether nothing was measured. A counter at zero is a measurement only where the run did something: then nothing happened that it counts. */
function isIdle(found: Series, series: readonly Series[]): boolean {
  // Tools record a request whose connection was refused as one of 0 ms; when all took no time at all, none was answered.
  if (found.data.kind === 'samples' && found.metric === 'http_req_duration' && found.data.samples.max <= 0) return true;
  if (found.data.kind !== 'counter' || found.data.sum > 0) return false;
  return !series.some(
    (one) => ['http_reqs', 'iterations', 'requests'].includes(one.metric) && one.data.kind === 'counter' && one.data.sum > 0,
  );
}

const TREND_STATISTICS = ['avg', 'min', 'max', 'med', 'p(N)', 'count'];

function readStatistic(data: SeriesData, unit: string, statistic: Statistic, fail: Limit): Reading {
  const wanted = statisticText(statistic);
  const wrong = (type: string, has: readonly string[]): Reading => ({ kind: 'wrong-type', wanted, type, has });
  switch (data.kind) {
    case 'trend-summary': {
      if (data.count === 0) return { kind: 'no-samples' };
      if (statistic.name === 'rate' || statistic.name === 'value') return wrong('trend', TREND_STATISTICS);
      const value = trendStatistic(data, statistic);
      if (value === undefined) return { kind: 'not-in-summary', wanted, has: statisticsOf(data) };
      return { kind: 'value', value, unit: statistic.name === 'count' ? '1' : unit, samples: data.count, basis: 'tool' };
    }
    case 'samples':
      return statistic.name === 'rate' || statistic.name === 'value'
        ? wrong('trend', TREND_STATISTICS)
        : readSamples(data, unit, statistic, fail);
    case 'histogram':
      return statistic.name === 'rate' || statistic.name === 'value'
        ? wrong('trend', TREND_STATISTICS)
        : readHistogram(data, unit, statistic);
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

/** The tool's own number; a median is the 50th percentile, the extremes are percentiles 0 and 100. Nothing is interpolated. */
function trendStatistic(data: TrendSummary, statistic: Statistic): number | undefined {
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

function statisticsOf(data: TrendSummary): readonly string[] {
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

function readSamples({ samples }: TrendSamples, unit: string, statistic: Statistic, fail: Limit): Reading {
  if (samples.count === 0) return { kind: 'no-samples' };
  const plain = (value: number, valueUnit = unit): Reading => ({
    kind: 'value',
    value,
    unit: valueUnit,
    samples: samples.count,
    basis: 'samples',
  });
  switch (statistic.name) {
    case 'avg':
      return plain(samples.sum / samples.count);
    case 'min':
      return plain(samples.min);
    case 'max':
      return plain(samples.max);
    case 'count':
      return plain(samples.count, '1');
    default: {
      const rank = statistic.name === 'p' ? statistic.rank : 50;
      const estimate = estimatePercentile(samples, rank);
      const settles = samplesToSettle(samples, rank, fail.value, estimate.effectiveSamples);
      const value = { ...plain(estimate.value), interval: { low: estimate.low, high: estimate.high, settles } };
      // The extremes are what was seen; no interval goes with them.
      return rank <= 0 || rank >= 100 ? plain(estimate.value) : (value as Reading);
    }
  }
}

function readHistogram(data: Histogram, unit: string, statistic: Statistic): Reading {
  if (data.count === 0) return { kind: 'no-samples' };
  const plain = (value: number, valueUnit = unit): Reading => ({
    kind: 'value',
    value,
    unit: valueUnit,
    samples: data.count,
    basis: 'histogram',
  });
  const known = { avg: data.sum === undefined ? undefined : data.sum / data.count, min: data.min, max: data.max };
  if (statistic.name === 'count') return plain(data.count, '1');
  if (statistic.name === 'avg' || statistic.name === 'min' || statistic.name === 'max') {
    const value = known[statistic.name];
    const has = ['p(N)', 'count', ...Object.entries(known).flatMap(([name, one]) => (one === undefined ? [] : [name]))];
    return value === undefined ? { kind: 'not-in-summary', wanted: statistic.name, has } : plain(value);
  }
  const { value, low, high } = percentileOfHistogram(data, statistic.name === 'p' ? statistic.rank : 50);
  const end = (bound: number) => (Number.isFinite(bound) ? bound : null);
  return { ...plain(value), interval: { low: end(low), high: end(high), settles: null } } as Reading;
}

/**
 * The share of samples within a limit. It is counted where every sample is known. A summary holds no shares, but "at least the share t is at most v" says the
 * same as "the percentile 100·t is at most v" (and for a lower limit, the percentile 100·(1-t) is at least v), so that very percentile is read when the tool
 * has it.
 */
function readShare(found: Series, good: Limit, fail: Limit): Reading {
  const { data } = found;
  if (data.kind === 'samples') {
    if (data.samples.count === 0) return { kind: 'no-samples' };
    const value = (data.good.get(limitText(good)) ?? 0) / data.samples.count;
    return { kind: 'value', value, unit: 'ratio', samples: data.samples.count, basis: 'counts' };
  }
  if (data.kind === 'histogram') return shareOfHistogram(data, good);
  if (data.kind !== 'trend-summary') {
    const has = data.kind === 'gauge' ? ['value'] : data.kind === 'counter' ? ['count', 'rate'] : ['rate'];
    const type = data.kind === 'rate-summary' ? 'rate' : data.kind;
    return { kind: 'wrong-type', wanted: `share of samples ${good.comparison} ${good.value}`, type, has };
  }
  if (data.count === 0) return { kind: 'no-samples' };
  const upper = good.comparison === '<' || good.comparison === '<=';
  const rank = Number((upper ? fail.value * 100 : (1 - fail.value) * 100).toPrecision(12));
  const value = trendStatistic(data, { name: 'p', rank });
  const readAs = `p(${rank})`;
  if (value === undefined) return { kind: 'not-in-summary', wanted: readAs, has: statisticsOf(data) };
  return { kind: 'value', value, unit: found.unit, limit: good, readAs, samples: data.count, basis: 'tool' };
}

function shareOfHistogram(data: Histogram, good: Limit): Reading {
  if (data.count === 0) return { kind: 'no-samples' };
  const { least, most } = shareBelow(data, good.value);
  const upper = good.comparison === '<' || good.comparison === '<=';
  const [low, high] = upper ? [least, most] : [1 - most, 1 - least];
  const value = low === high ? low : (low + high) / 2;
  return { kind: 'value', value, unit: 'ratio', samples: data.count, basis: 'histogram', interval: { low, high, settles: null } };
}

function readRatio(ask: Extract<Ask, { kind: 'ratio' }>, series: readonly Series[], fail: Limit): Reading {
  const [events, total] = [findSeries(series, ask.events), findSeries(series, ask.total)];
  if (!events || !total) return { kind: 'absent' };
  if (events === total) {
    // A raw ratio: one series that already is a share.
    const reading = readStatistic(events.data, 'ratio', { name: events.data.kind === 'gauge' ? 'value' : 'rate' }, fail);
    return reading.kind === 'value' && ask.counted === 'bad' ? { ...reading, value: 1 - reading.value } : reading;
  }
  const [part, whole] = [eventsOf(events.data, 'events'), eventsOf(total.data, 'total')];
  if (part === undefined || whole === undefined) {
    const odd = part === undefined ? events : total;
    return {
      kind: 'wrong-type',
      wanted: 'a number of events',
      type: odd.data.kind,
      has: ['counter', 'rate with counts', 'trend with a count'],
    };
  }
  if (whole === 0) return { kind: 'no-samples' };
  const share = part / whole;
  return { kind: 'value', value: ask.counted === 'bad' ? 1 - share : share, unit: 'ratio', samples: whole, basis: 'counts' };
}

/** Events that a series stands for; of a rate, as events those that matched, as total all. */
export function eventsOf(data: SeriesData, role: 'events' | 'total'): number | undefined {
  switch (data.kind) {
    case 'counter':
      return data.sum;
    case 'rate':
      return role === 'events' ? data.matches : data.total;
    case 'samples':
      return data.samples.count;
    case 'histogram':
      return data.count;
    case 'trend-summary':
      return data.count ?? undefined;
    case 'gauge':
    case 'rate-summary':
      return undefined;
  }
}
