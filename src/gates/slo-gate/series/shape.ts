import type { Limit, Objective, Statistic } from '../objectives/objective.ts';
import { statisticText } from '../objectives/objective.ts';
import { selectorText } from '../objectives/selector.ts';
import { bucketLow, bucketOfRank } from '../stats/log-histogram.ts';
import { type Bucket, outlineHistogram, outlineSamples } from '../stats/outline.ts';
import { type Block, stretchesInTime } from '../stats/samples.ts';
import { findSeries } from './evaluate.ts';
import type { Phase } from './recording.ts';
import type { Series, TrendSamples, TrendSummary } from './series.ts';

/** What a distribution looks like, small enough to be drawn. */
export interface Shape {
  readonly source: string;
  readonly phase: Phase;
  readonly metric: string;
  readonly unit: string;
  /** Objectives that ask for it. */
  readonly objectives: readonly string[];
  readonly outline:
    | { readonly kind: 'buckets'; readonly buckets: readonly Bucket[] }
    /** All that a summary tells: the value at each rank, 0 to 100, ascending. */
    | { readonly kind: 'percentiles'; readonly points: readonly { readonly rank: number; readonly value: number }[] };
  /** A value up to which samples are good, where a share of them is promised. */
  readonly good?: Limit;
  /** The statistic in stretches of equal length, where samples carry times. */
  readonly overTime?: { readonly statistic: string; readonly points: readonly { readonly at: number; readonly value: number }[] };
}

/** An objective with the series in which it was looked for. */
export interface Asked {
  readonly objective: Objective;
  readonly source: string;
  readonly phase: Phase;
  readonly series: readonly Series[];
}

const MOST_STRETCHES = 120;
/** Fewer tell nothing of a course. */
const FEWEST_STRETCHES = 4;
/** Blocks of samples keep buckets of 3 % of the value. */
const BLOCK_BITS = 5;

/** Shapes of the distributions that objectives are about; one for each series, whatever number of objectives ask for it. */
export function readShapes(asked: readonly Asked[]): readonly Shape[] {
  const shapes = new Map<string, Shape>();
  for (const { objective, source, phase, series } of asked) {
    const inner = objective.ask.kind === 'slices' ? objective.ask.of : objective.ask;
    if (inner.kind === 'ratio') continue;
    const metric = selectorText(inner.metric);
    const key = JSON.stringify([source, phase, metric]);
    const known = shapes.get(key);
    if (known !== undefined) {
      shapes.set(key, { ...known, objectives: [...known.objectives, objective.id] });
      continue;
    }
    const found = findSeries(series, inner.metric);
    const outline = found && outlineOf(found);
    if (!found || !outline) continue;
    const statistic: Statistic = inner.kind === 'statistic' ? inner.statistic : { name: 'p', rank: 95 };
    const overTime = found.data.kind === 'samples' ? courseOf(found.data, statistic) : undefined;
    shapes.set(key, {
      source,
      phase,
      metric,
      unit: found.unit,
      objectives: [objective.id],
      outline,
      ...(inner.kind === 'share' ? { good: inner.good } : {}),
      ...(overTime === undefined ? {} : { overTime }),
    });
  }
  return [...shapes.values()];
}

function outlineOf({ data }: Series): Shape['outline'] | undefined {
  switch (data.kind) {
    case 'samples': {
      const buckets = outlineSamples(data.samples);
      return buckets.length < 2 ? undefined : { kind: 'buckets', buckets };
    }
    case 'histogram': {
      const buckets = outlineHistogram(data);
      return buckets.length < 2 ? undefined : { kind: 'buckets', buckets };
    }
    case 'trend-summary': {
      const points = percentilesOf(data).filter(({ rank }) => isTelling(rank, data.count));
      return data.count === 0 || points.length < 3 ? undefined : { kind: 'percentiles', points };
    }
    default:
      return undefined;
  }
}

const ALWAYS = [0, 50, 75, 90, 95, 99, 100];
const LOWEST = 5;

/** Beyond its last sample a tool's percentile repeats the maximum; the far left says little of what a limit is about. */
function isTelling(rank: number, count: number | null): boolean {
  return ALWAYS.includes(rank) || (rank >= LOWEST && rank < 100 && (count === null || count * (1 - rank / 100) >= 1));
}

function percentilesOf({ min, max, median, percentiles }: TrendSummary): readonly { readonly rank: number; readonly value: number }[] {
  const known = new Map<number, number>(Object.entries(percentiles).map(([rank, value]) => [Number(rank), value]));
  if (median !== undefined && !known.has(50)) known.set(50, median);
  if (min !== undefined && !known.has(0)) known.set(0, min);
  if (max !== undefined && !known.has(100)) known.set(100, max);
  return [...known].map(([rank, value]) => ({ rank, value })).sort((a, b) => a.rank - b.rank);
}

function courseOf({ samples }: TrendSamples, statistic: Statistic): Shape['overTime'] {
  const stretches = stretchesInTime(samples, MOST_STRETCHES).filter(({ startMs }) => startMs > 0);
  if (stretches.length < FEWEST_STRETCHES) return undefined;
  const shown: Statistic =
    statistic.name === 'p' || statistic.name === 'med' || statistic.name === 'avg' ? statistic : { name: 'p', rank: 95 };
  const points = stretches.map(({ startMs, block }) => ({ at: startMs, value: Number(statisticOf(block, shown).toPrecision(6)) }));
  return { statistic: statisticText(shown), points };
}

function statisticOf({ count, sum, histogram }: Block, statistic: Statistic): number {
  if (statistic.name === 'avg') return sum / count;
  const rank = statistic.name === 'p' ? statistic.rank : 50;
  const index = bucketOfRank(histogram, Math.floor(((count - 1) * rank) / 100));
  // The middle of a bucket that is 3 % of the value wide.
  return (bucketLow(index, BLOCK_BITS) + bucketLow(index + 1, BLOCK_BITS)) / 2;
}
