import type { Histogram, Series, SeriesData, Tags } from '../series/series.ts';
import { mergeHistograms } from '../stats/histogram.ts';
import {
  asList,
  asNumber,
  asRecord,
  asWideNumber,
  defined,
  type FormatProblem,
  type JsonFormat,
  type ParsedResults,
  type StreamFormat,
} from './format.ts';
import { forEachLine, lineText } from './lines.ts';

const CUMULATIVE = 2;

/** Data points of one metric and one set of attributes. */
interface Point {
  readonly metric: string;
  readonly unit: string;
  readonly tags: Tags;
  readonly cumulative: boolean;
  readonly timeNs: number;
  readonly data: SeriesData;
}

/** One export request of OTLP/JSON (opentelemetry.proto.metrics.v1, proto3 JSON mapping): sums, gauges, histograms of both kinds, summaries. */
export const otlpMetrics: JsonFormat = {
  id: 'otlp-metrics',
  title: 'OTLP/JSON metrics',
  matches: isExport,
  parse(document) {
    const read = pointsOf(document, '');
    return 'points' in read ? resultsOf(read.points) : read;
  },
};

/** The same, one request in each line, as the collector's file exporter writes it. */
export const otlpMetricsLines: StreamFormat = {
  id: 'otlp-metrics-lines',
  title: 'OTLP/JSON metrics, one request in each line',
  matches: (head) => /^\s*\{"resourceMetrics":.*\n\s*\{"resourceMetrics":/.test(head),
  async read(chunks) {
    const points: Point[] = [];
    const problem = await forEachLine(chunks, (line): FormatProblem | undefined => {
      const text = lineText(line);
      if (text.trim() === '') return undefined;
      let document: unknown;
      try {
        document = JSON.parse(text);
      } catch {
        const found = line.unended ? 'a line that is truncated: the file ends inside of it' : 'a line that is not JSON';
        return { at: `line ${line.number}`, found, expected: 'one export request in each line' };
      }
      const read = pointsOf(document, `line ${line.number} `);
      if (!('points' in read)) return read;
      points.push(...read.points);
      return undefined;
    });
    return problem ?? resultsOf(points);
  },
};

function isExport(document: unknown): boolean {
  const groups = asList(asRecord(document)?.resourceMetrics);
  return (
    groups.length > 0 && groups.every((group) => asRecord(group)?.scopeMetrics !== undefined || asRecord(group)?.resource !== undefined)
  );
}

function pointsOf(document: unknown, where: string): { readonly points: readonly Point[] } | FormatProblem {
  const points: Point[] = [];
  for (const [r, group] of asList(asRecord(document)?.resourceMetrics).entries()) {
    for (const [s, scope] of asList(asRecord(group)?.scopeMetrics).entries()) {
      for (const [m, raw] of asList(asRecord(scope)?.metrics).entries()) {
        const metric = asRecord(raw) ?? {};
        if (typeof metric.name !== 'string')
          return { at: `${where}/resourceMetrics/${r}/scopeMetrics/${s}/metrics/${m}`, found: 'no name', expected: '`name`' };
        points.push(...pointsOfMetric(metric, metric.name));
      }
    }
  }
  return { points };
}

function pointsOfMetric(metric: Readonly<Record<string, unknown>>, name: string): readonly Point[] {
  const unit = typeof metric.unit === 'string' && metric.unit !== '' ? metric.unit : '1';
  for (const kind of ['sum', 'gauge', 'histogram', 'exponentialHistogram', 'summary'] as const) {
    const body = asRecord(metric[kind]);
    if (!body) continue;
    const temporality = body.aggregationTemporality;
    const cumulative = temporality === CUMULATIVE || temporality === 'AGGREGATION_TEMPORALITY_CUMULATIVE';
    const monotonic = body.isMonotonic === true;
    return asList(body.dataPoints).flatMap((raw) => {
      const point = asRecord(raw) ?? {};
      const data = dataOf(kind, point, monotonic);
      if (!data) return [];
      return [
        {
          metric: name,
          unit,
          tags: tagsOf(point.attributes),
          cumulative: cumulative || kind === 'gauge' || kind === 'summary',
          timeNs: asWideNumber(point.timeUnixNano) ?? 0,
          data,
        },
      ];
    });
  }
  return [];
}

function dataOf(
  kind: 'sum' | 'gauge' | 'histogram' | 'exponentialHistogram' | 'summary',
  point: Readonly<Record<string, unknown>>,
  monotonic: boolean,
): SeriesData | undefined {
  const count = asWideNumber(point.count) ?? 0;
  switch (kind) {
    case 'sum':
    case 'gauge': {
      const value = asWideNumber(point.asInt) ?? asNumber(point.asDouble) ?? asWideNumber(point.asDouble);
      if (value === undefined) return undefined;
      return kind === 'sum' && monotonic ? { kind: 'counter', sum: value } : { kind: 'gauge', value };
    }
    case 'summary': {
      const percentiles: Record<string, number> = {};
      for (const raw of asList(point.quantileValues)) {
        const one = asRecord(raw) ?? {};
        // proto3 JSON leaves out zeros.
        percentiles[String(Number(((asNumber(one.quantile) ?? 0) * 100).toPrecision(12)))] = asNumber(one.value) ?? 0;
      }
      const sum = asNumber(point.sum);
      return { kind: 'trend-summary', count, ...(sum === undefined || count === 0 ? {} : { mean: sum / count }), percentiles };
    }
    case 'histogram':
      return explicitHistogram(point, count);
    case 'exponentialHistogram':
      return exponentialHistogram(point, count);
  }
}

/** Bucket i holds what is above bound i-1 and at most bound i. */
function explicitHistogram(point: Readonly<Record<string, unknown>>, count: number): Histogram {
  const bounds = asList(point.explicitBounds).map((bound) => asWideNumber(bound) ?? Number.NaN);
  const counts = asList(point.bucketCounts).map((one) => asWideNumber(one) ?? 0);
  const buckets = counts.flatMap((inside, index) => {
    const low = index === 0 ? ((bounds[0] ?? 0) > 0 ? 0 : Number.NEGATIVE_INFINITY) : (bounds[index - 1] as number);
    return inside > 0 ? [{ low, high: bounds[index] ?? Number.POSITIVE_INFINITY, count: inside }] : [];
  });
  return { kind: 'histogram', count, ...extremesOf(point), buckets, grid: `explicit ${bounds.join(' ')}` };
}

/** Bucket i holds what is above base^(offset+i) and at most base^(offset+i+1), with base 2^(2^-scale); negative values mirror that. */
function exponentialHistogram(point: Readonly<Record<string, unknown>>, count: number): Histogram {
  const scale = asNumber(point.scale) ?? 0;
  const edge = (index: number) => 2 ** (index * 2 ** -scale);
  const zeroCount = asWideNumber(point.zeroCount) ?? 0;
  const zeroThreshold = asNumber(point.zeroThreshold) ?? 0;
  const side = (name: 'positive' | 'negative') => {
    const buckets = asRecord(point[name]);
    const offset = asNumber(buckets?.offset) ?? 0;
    return asList(buckets?.bucketCounts).flatMap((raw, index) => {
      const inside = asWideNumber(raw) ?? 0;
      return inside > 0 ? [{ low: edge(offset + index), high: edge(offset + index + 1), count: inside }] : [];
    });
  };
  const buckets = [
    ...side('negative').map(({ low, high, count: inside }) => ({ low: -high, high: -low, count: inside })),
    ...(zeroCount > 0 ? [{ low: -zeroThreshold, high: zeroThreshold, count: zeroCount }] : []),
    ...side('positive'),
  ].sort((a, b) => a.low - b.low);
  return { kind: 'histogram', count, ...extremesOf(point), buckets, grid: `exponential ${scale}` };
}

function extremesOf(point: Readonly<Record<string, unknown>>) {
  return defined({ sum: asNumber(point.sum), min: asNumber(point.min), max: asNumber(point.max) });
}

function tagsOf(attributes: unknown): Tags {
  const pairs = asList(attributes).flatMap((raw): [string, string][] => {
    const one = asRecord(raw) ?? {};
    const value = asRecord(one.value) ?? {};
    const text = value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue;
    return typeof one.key === 'string' && text !== undefined ? [[one.key, String(text)]] : [];
  });
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Points of a series: of cumulative ones the last counts, deltas are added. */
function resultsOf(points: readonly Point[]): ParsedResults {
  const groups = new Map<string, Point[]>();
  for (const point of points) {
    const key = JSON.stringify([point.metric, point.unit, point.tags, point.data.kind]);
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  const series = [...groups.values()].flatMap((group): readonly Series[] => {
    const last = group.reduce((latest, point) => (point.timeNs >= latest.timeNs ? point : latest));
    const data = last.cumulative ? last.data : addDeltas(group.map((point) => point.data));
    return data ? [{ metric: last.metric, tags: last.tags, unit: last.unit, data, dimensional: true }] : [];
  });
  return { series };
}

function addDeltas(parts: readonly SeriesData[]): SeriesData | undefined {
  const [first] = parts;
  if (parts.length === 1) return first;
  if (first?.kind === 'counter')
    return { kind: 'counter', sum: parts.reduce((sum, part) => sum + (part.kind === 'counter' ? part.sum : 0), 0) };
  return first?.kind === 'histogram' ? mergeHistograms(parts as readonly Histogram[]) : parts.at(-1);
}
