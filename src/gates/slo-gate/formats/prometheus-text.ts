import type { Histogram, Series, Tags } from '../series/series.ts';
import { defined, type FormatProblem, type StreamFormat } from './format.ts';
import { forEachLine, lineText } from './lines.ts';

type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

interface Part {
  readonly tags: Tags;
  value?: number;
  count?: number;
  sum?: number;
  /** Upper bound and the count of samples up to it. */
  readonly bounds: { bound: number; count: number }[];
  readonly quantiles: Record<string, number>;
}

interface Family {
  readonly type: FamilyType;
  readonly parts: Map<string, Part>;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{.*\})?\s+([^\s#]+)(?:\s+([^\s#]+))?\s*(?:#.*)?$/;

/**
 * Prometheus' text exposition format 0.0.4 and OpenMetrics 1.0 (which ends with `# EOF`): one scrape. Counters and histograms count from the start of the
 * process. A metric keeps its own name and unit; series of a name are told apart by their labels, and add up.
 */
export const prometheusText: StreamFormat = {
  id: 'prometheus-text',
  title: 'Prometheus or OpenMetrics text',
  matches: (head) => {
    const first = head.split('\n').find((line) => line.trim() !== '') ?? '';
    return /^#\s+(?:HELP|TYPE|UNIT|EOF)\b/.test(first) || (SAMPLE.test(first) && isValue(SAMPLE.exec(first)?.[3]));
  },
  async read(chunks) {
    const families = new Map<string, Family>();
    const types = new Map<string, FamilyType>();
    let [ended, open] = [false, false];
    const problem = await forEachLine(chunks, (line): FormatProblem | undefined => {
      const text = lineText(line).trim();
      if (text === '') return undefined;
      if (text.startsWith('#')) {
        const [, word, name, type] = text.split(/\s+/);
        if (word === 'EOF') ended = true;
        if (word === 'UNIT') open = true;
        if (word === 'TYPE' && name !== undefined) {
          if (type === 'unknown' || type === 'stateset' || type === 'info') open = true;
          types.set(name, type === 'counter' || type === 'gauge' || type === 'histogram' || type === 'summary' ? type : 'untyped');
        }
        return undefined;
      }
      const sample = SAMPLE.exec(text);
      const labels = sample?.[2] === undefined ? {} : parseLabels(sample[2]);
      if (!sample || !labels || !isValue(sample[3])) {
        const found = line.unended
          ? 'a sample that is truncated: the file ends inside of it'
          : `no sample: ${JSON.stringify(text.slice(0, 60))}`;
        return { at: `line ${line.number}`, found, expected: '`name{label="value"} number`' };
      }
      addSample(families, types, sample[1] ?? '', labels, numberOf(sample[3] ?? ''));
      return undefined;
    });
    if (problem) return problem;
    if (open && !ended) return { at: 'the end', found: 'OpenMetrics without `# EOF`: the file is truncated', expected: 'a whole scrape' };
    return { series: [...families].flatMap(([name, family]) => seriesOf(name, family)) };
  },
};

function addSample(families: Map<string, Family>, types: ReadonlyMap<string, FamilyType>, name: string, labels: Tags, value: number): void {
  const suffix = /_(bucket|count|sum|total|created)$/.exec(name)?.[1];
  const base = suffix === undefined ? name : name.slice(0, -suffix.length - 1);
  const baseType = types.get(base);
  const partOfFamily =
    baseType === 'histogram' || baseType === 'summary' ? ['bucket', 'count', 'sum', 'created'].includes(suffix ?? '') : false;
  const family = partOfFamily ? base : name;
  const type = partOfFamily ? (baseType as FamilyType) : (types.get(name) ?? (suffix === 'total' ? 'counter' : 'untyped'));
  if (suffix === 'created' && (partOfFamily || types.has(base))) return;
  const { le, quantile, ...rest } = labels as Record<string, string>;
  const tags: Tags =
    type === 'histogram' ? withoutUndefined({ ...rest, quantile }) : type === 'summary' ? withoutUndefined({ ...rest, le }) : labels;
  const known = families.get(family) ?? { type, parts: new Map<string, Part>() };
  families.set(family, known);
  const key = JSON.stringify(Object.entries(tags).sort());
  const part = known.parts.get(key) ?? { tags, bounds: [], quantiles: {} };
  known.parts.set(key, part);
  if (type === 'histogram' && suffix === 'bucket' && le !== undefined) part.bounds.push({ bound: numberOf(le), count: value });
  else if (type === 'summary' && quantile !== undefined && suffix === undefined) part.quantiles[quantile] = value;
  else if ((type === 'histogram' || type === 'summary') && suffix === 'count') part.count = value;
  else if ((type === 'histogram' || type === 'summary') && suffix === 'sum') part.sum = value;
  else part.value = value;
}

function seriesOf(name: string, { type, parts }: Family): readonly Series[] {
  const unit = /_seconds(_total)?$/.test(name) ? 's' : /_bytes(_total)?$/.test(name) ? 'By' : '1';
  return [...parts.values()].flatMap((part): readonly Series[] => {
    const common = { metric: name, tags: part.tags, unit, dimensional: true as const };
    const counted =
      part.count === undefined
        ? []
        : [{ ...common, metric: `${name}_count`, unit: '1', data: { kind: 'counter', sum: part.count } } as const];
    if (type === 'histogram') return [{ ...common, data: histogramOf(part) }, ...counted];
    if (type === 'summary') {
      const percentiles: Record<string, number> = {};
      for (const [quantile, value] of Object.entries(part.quantiles)) {
        if (!Number.isNaN(value)) percentiles[String(Number((Number(quantile) * 100).toPrecision(12)))] = value;
      }
      const mean = part.sum !== undefined && part.count ? part.sum / part.count : undefined;
      return [{ ...common, data: { kind: 'trend-summary', count: part.count ?? null, ...defined({ mean }), percentiles } }, ...counted];
    }
    const value = part.value;
    if (value === undefined || Number.isNaN(value)) return [];
    return [{ ...common, data: type === 'counter' ? { kind: 'counter', sum: value } : { kind: 'gauge', value } }];
  });
}

/** Cumulative counts up to bounds as buckets; `+Inf` is the open one. */
function histogramOf(part: Part): Histogram {
  const bounds = [...part.bounds].sort((a, b) => a.bound - b.bound);
  const buckets: { low: number; high: number; count: number }[] = [];
  let seen = 0;
  // Prometheus takes zero as the lower end of the first bucket when its bound is positive.
  let low = (bounds[0]?.bound ?? 0) > 0 ? 0 : Number.NEGATIVE_INFINITY;
  for (const { bound, count } of bounds) {
    if (count > seen) buckets.push({ low, high: bound, count: count - seen });
    seen = Math.max(seen, count);
    low = bound;
  }
  return {
    kind: 'histogram',
    count: seen,
    ...(part.sum === undefined ? {} : { sum: part.sum }),
    buckets,
    grid: `explicit ${bounds.map(({ bound }) => bound).join(' ')}`,
  };
}

function parseLabels(text: string): Tags | undefined {
  const labels: Record<string, string> = {};
  const pair = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:\\.|[^"\\])*)"\s*(,|$)/y;
  const inside = text.slice(1, -1);
  let at = 0;
  while (at < inside.length) {
    pair.lastIndex = at;
    const match = pair.exec(inside);
    if (!match) return inside.slice(at).trim() === '' ? labels : undefined;
    labels[match[1] ?? ''] = (match[2] ?? '').replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
    at = pair.lastIndex;
  }
  return labels;
}

function isValue(text: string | undefined): boolean {
  return text !== undefined && (/^[+-]?(?:Inf|NaN)$/i.test(text) || (text !== '' && Number.isFinite(Number(text))));
}

function numberOf(text: string): number {
  const match = /^([+-]?)Inf$/i.exec(text);
  if (match) return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

function withoutUndefined(tags: Readonly<Record<string, string | undefined>>): Tags {
  return Object.fromEntries(Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
