import { sortBy } from '../../../core/index.ts';
import { type Ask, type Limit, limitText, type Objective, selectorsOf, within } from '../objectives/objective.ts';
import { type MetricSelector, selectorText } from '../objectives/selector.ts';
import { bucketIndex } from '../stats/log-histogram.ts';
import { addSample, createSamples, type Samples } from '../stats/samples.ts';
import { type Series, type SeriesData, SLICE_BITS, type Slice, type Slices, type Tags } from './series.ts';

export type MetricType = 'trend' | 'rate' | 'counter' | 'gauge';
export type TagReader = (name: string) => string | undefined;

/** A stretch of time in milliseconds since the epoch, `to` exclusive. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Parts of a run that are judged apart. */
export type Phase = 'all' | 'inside' | 'outside';

/** Takes the samples of one metric. A rate's value is 1 where it held and 0 where not; a counter's is the increment. */
export interface Sink {
  /** Tags that some objective tells samples apart by. */
  readonly tagNames: readonly string[];
  add(value: number, timeMs: number, tag: TagReader): void;
}

/** Collects of many samples only what the objectives ask for, and the names of everything else. */
export interface Recording {
  /** `undefined` when nobody asks for this metric. */
  sink(metric: string, type: MetricType, unit: string): Sink | undefined;
  /** The type that a metric must have for what the objectives ask of it; `undefined` when they do not say. */
  typeAsked(metric: string): MetricType | undefined;
  /** Notes that a metric is there, for messages about misspelt ones. */
  see(metric: string): void;
  /** Time that the run covered beyond the samples' own times. */
  cover(timeMs: number): void;
  /** Whose samples come next. */
  begin(label: string): void;
  readonly names: ReadonlySet<string>;
  series(phase: Phase): readonly Series[];
}

interface Part {
  readonly samples: Samples;
  readonly good: Map<string, number>;
  matches: number;
  sum: number;
  count: number;
  last: number;
  min: number;
  max: number;
}

interface Track {
  readonly tags: Tags;
  readonly pairs: readonly (readonly [string, string])[];
  readonly limits: readonly (readonly [string, Limit])[];
  readonly slices: readonly (Slices & { readonly buckets: boolean })[];
  readonly parts: Readonly<Record<Phase, Part>>;
  readonly from: Set<string>;
}

interface Metric {
  readonly name: string;
  readonly type: MetricType;
  readonly unit: string;
  readonly tracks: readonly Track[];
}

/** What the objectives want of one selector. */
interface Want {
  readonly selector: MetricSelector;
  readonly limits: Map<string, Limit>;
  /** Slice lengths, and whether a percentile of each is wanted. */
  readonly slices: Map<number, boolean>;
}

/** A recording for these objectives; `faults` are stretches whose samples are kept apart as well. */
export function createRecording(objectives: readonly Objective[], faults: readonly TimeRange[] = []): Recording {
  const wants = wantsOf(objectives);
  const metrics = new Map<string, Metric>();
  const names = new Set<string>();
  const span = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  let label = '';
  const open = (name: string, type: MetricType, unit: string): Metric | undefined => {
    const key = `${type} ${name}`;
    const known = metrics.get(key);
    if (known) return known;
    const wanted = wants.filter((want) => want.selector.metric === name);
    if (wanted.length === 0) return undefined;
    const metric: Metric = { name, type, unit, tracks: wanted.map(trackOf) };
    metrics.set(key, metric);
    return metric;
  };
  return {
    names,
    typeAsked: (name) => typeAsked(objectives, name),
    see: (name) => void names.add(name),
    begin: (next) => {
      label = next;
    },
    cover: (timeMs) => {
      if (timeMs < span.first) span.first = timeMs;
      if (timeMs > span.last) span.last = timeMs;
    },
    sink(name, type, unit) {
      names.add(name);
      const metric = open(name, type, unit);
      if (!metric) return undefined;
      const adders = metric.tracks.map((track) => adderOf(track, type, faults));
      const fresh = new Set(metric.tracks);
      const mark = (track: Track) => {
        track.from.add(label);
        fresh.delete(track);
      };
      const tagNames = [...new Set(metric.tracks.flatMap((track) => track.pairs.map(([tag]) => tag)))].sort();
      const untagged = metric.tracks.length === 1 && tagNames.length === 0;
      const [onlyTrack, onlyAdder] = [metric.tracks[0] as Track, adders[0] as (value: number, timeMs: number) => void];
      return {
        tagNames,
        add: untagged
          ? (value, timeMs) => {
              if (fresh.size > 0) mark(onlyTrack);
              if (timeMs < span.first) span.first = timeMs;
              if (timeMs > span.last) span.last = timeMs;
              onlyAdder(value, timeMs);
            }
          : (value, timeMs, tag) => {
              if (timeMs < span.first) span.first = timeMs;
              if (timeMs > span.last) span.last = timeMs;
              metric.tracks.forEach((track, index) => {
                if (!track.pairs.every(([name, wanted]) => tag(name) === wanted)) return;
                mark(track);
                (adders[index] as (value: number, timeMs: number) => void)(value, timeMs);
              });
            },
      };
    },
    series(phase) {
      const seconds = (span.last - span.first) / 1000;
      const all = [...metrics.values()].flatMap(({ name, type, unit, tracks }) =>
        tracks
          .filter((track) => phase === 'all' || track.parts.all.count > 0)
          .map((track) => ({
            metric: name,
            tags: track.tags,
            unit,
            data: dataOf(track, type, phase, seconds),
            from: [...track.from].sort(),
          })),
      );
      return sortBy(all, (one) => selectorText(one));
    },
  };
}

function wantsOf(objectives: readonly Objective[]): readonly Want[] {
  const wants = new Map<string, Want>();
  const want = (selector: MetricSelector) => {
    const key = selectorText(selector);
    const known = wants.get(key) ?? { selector, limits: new Map(), slices: new Map() };
    wants.set(key, known);
    return known;
  };
  const take = (ask: Ask, sliceMs?: number) => {
    if (ask.kind === 'slices') return take(ask.of, ask.sliceMs);
    for (const selector of selectorsOf(ask)) {
      const one = want(selector);
      if (ask.kind === 'share') one.limits.set(limitText(ask.good), ask.good);
      if (sliceMs !== undefined) {
        const percentile = ask.kind === 'statistic' && (ask.statistic.name === 'p' || ask.statistic.name === 'med');
        one.slices.set(sliceMs, percentile || (one.slices.get(sliceMs) ?? false));
      }
    }
  };
  for (const { ask, budget } of objectives) {
    take(ask);
    if (budget) take(ask, budget.sliceMs);
  }
  return [...wants.values()];
}

function typeAsked(objectives: readonly Objective[], metric: string): MetricType | undefined {
  const asks = objectives
    .map(({ ask }) => (ask.kind === 'slices' ? ask.of : ask))
    .filter((ask) => selectorsOf(ask).some((one) => one.metric === metric));
  for (const ask of asks) {
    if (ask.kind !== 'statistic') return ask.kind === 'share' ? 'trend' : 'counter';
    if (ask.statistic.name === 'rate') return 'rate';
    if (ask.statistic.name === 'count') return 'counter';
    return ask.statistic.name === 'value' ? 'gauge' : 'trend';
  }
  return undefined;
}

function trackOf(want: Want): Track {
  return {
    tags: want.selector.tags,
    pairs: Object.entries(want.selector.tags),
    limits: [...want.limits],
    slices: [...want.slices].map(([sliceMs, buckets]) => ({ sliceMs, buckets, cells: new Map() })),
    parts: { all: emptyPart(), inside: emptyPart(), outside: emptyPart() },
    from: new Set(),
  };
}

function emptyPart(): Part {
  return {
    samples: createSamples(),
    good: new Map(),
    matches: 0,
    sum: 0,
    count: 0,
    last: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  };
}

function adderOf(track: Track, type: MetricType, faults: readonly TimeRange[]): (value: number, timeMs: number) => void {
  const { parts, limits, slices } = track;
  const plain = limits.length === 0 && slices.length === 0 && faults.length === 0;
  const all = parts.all;
  if (plain && type === 'trend') {
    return (value, timeMs) => {
      all.count += 1;
      addSample(all.samples, value, timeMs);
    };
  }
  return (value, timeMs) => {
    addToPart(all, type, value, timeMs, limits);
    if (faults.length > 0) {
      const inside = faults.some(({ from, to }) => timeMs >= from && timeMs < to);
      addToPart(inside ? parts.inside : parts.outside, type, value, timeMs, limits);
    }
    for (const slice of slices) addToSlice(slice, type, value, timeMs, limits);
  };
}

function addToPart(part: Part, type: MetricType, value: number, timeMs: number, limits: Track['limits']): void {
  part.count += 1;
  part.last = value;
  if (value < part.min) part.min = value;
  if (value > part.max) part.max = value;
  if (type === 'trend') addSample(part.samples, value, timeMs);
  else if (type === 'rate') part.matches += value === 0 ? 0 : 1;
  else part.sum += value;
  for (const [text, limit] of limits) if (within(value, limit)) part.good.set(text, (part.good.get(text) ?? 0) + 1);
}

function addToSlice(slices: Track['slices'][number], type: MetricType, value: number, timeMs: number, limits: Track['limits']): void {
  const key = Math.floor(timeMs / slices.sliceMs);
  if (!Number.isFinite(key)) return;
  let cell: Slice | undefined = slices.cells.get(key);
  if (!cell) {
    const bounds = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
    cell = { count: 0, sum: 0, matches: 0, good: new Map(), ...bounds, buckets: slices.buckets ? new Map() : undefined };
    slices.cells.set(key, cell);
  }
  cell.count += 1;
  cell.sum += value;
  if (value < cell.min) cell.min = value;
  if (value > cell.max) cell.max = value;
  if (type === 'rate' && value !== 0) cell.matches += 1;
  for (const [text, limit] of limits) if (within(value, limit)) cell.good.set(text, (cell.good.get(text) ?? 0) + 1);
  if (cell.buckets) {
    const index = bucketIndex(value, SLICE_BITS);
    cell.buckets.set(index, (cell.buckets.get(index) ?? 0) + 1);
  }
}

function dataOf(track: Track, type: MetricType, phase: Phase, seconds: number): SeriesData {
  const part = track.parts[phase];
  const slices = phase === 'all' ? track.slices : [];
  switch (type) {
    case 'trend':
      return { kind: 'samples', samples: part.samples, good: part.good, slices };
    case 'rate':
      return { kind: 'rate', matches: part.matches, total: part.count, slices };
    case 'counter':
      return { kind: 'counter', sum: part.sum, slices, ...(phase === 'all' && seconds > 0 ? { perSecond: part.sum / seconds } : {}) };
    case 'gauge':
      if (part.count === 0) return { kind: 'trend-summary', count: 0, percentiles: {} };
      return { kind: 'gauge', value: part.last, min: part.min, max: part.max };
  }
}
