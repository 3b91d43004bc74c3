import type { Series, SeriesData } from '../series/series.ts';
import { asNumber, asRecord, defined, type FormatProblem, type JsonFormat, type ParsedResults, type ToolThreshold } from './format.ts';
import { countOfTrend, k6Series, unitOf } from './k6-names.ts';

/**
 * k6's legacy summaries: `--summary-export` (statistics beside each other, thresholds `true` when *breached*) and the data of `handleSummary`
 * (statistics under `values`, thresholds with `ok`). Source: internal/js/summary-wrapper.js of k6 1.x.
 */
export const k6Summary: JsonFormat = {
  id: 'k6-summary',
  title: 'k6 summary (--summary-export or handleSummary)',
  matches(document) {
    const metrics = asRecord(asRecord(document)?.metrics);
    if (!metrics || !asRecord(asRecord(document)?.root_group)) return false;
    return Object.values(metrics).every((metric) => asRecord(metric) !== undefined);
  },
  parse(document) {
    const metrics = asRecord(asRecord(document)?.metrics) ?? {};
    const httpRequests = asNumber(valuesOf(asRecord(metrics.http_reqs) ?? {}).count);
    const series: Series[] = [];
    const toolThresholds: ToolThreshold[] = [];
    for (const [name, raw] of Object.entries(metrics)) {
      const metric = asRecord(raw) ?? {};
      const data = dataOf(name, metric, httpRequests);
      if ('at' in data) return data;
      series.push(k6Series(name, unitOf(metric.contains, name, data), data));
      for (const [expression, word] of Object.entries(asRecord(metric.thresholds) ?? {})) {
        const met = typeof word === 'boolean' ? !word : asRecord(word)?.ok;
        if (typeof met !== 'boolean') {
          return {
            at: `/metrics/${name}/thresholds/${expression}`,
            found: JSON.stringify(word).slice(0, 80),
            expected: 'a boolean, or `ok` with one',
          };
        }
        toolThresholds.push({ metric: name, expression, met });
      }
    }
    return { series, toolThresholds } satisfies ParsedResults;
  },
};

function valuesOf(metric: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return asRecord(metric.values) ?? metric;
}

function dataOf(name: string, metric: Readonly<Record<string, unknown>>, httpRequests: number | undefined): SeriesData | FormatProblem {
  const values = valuesOf(metric);
  const number = (key: string) => asNumber(values[key]);
  const [passes, fails, value] = [number('passes'), number('fails'), number('value')];
  if (passes !== undefined && fails !== undefined) return { kind: 'rate', matches: passes, total: passes + fails };
  if (metric.type === 'counter' || (metric.type === undefined && number('count') !== undefined && number('avg') === undefined)) {
    const sum = number('count');
    if (sum !== undefined) return { kind: 'counter', sum, ...defined({ perSecond: number('rate') }) };
  }
  if (metric.type === 'gauge' || (metric.type === undefined && value !== undefined)) {
    if (value !== undefined) return { kind: 'gauge', value, ...defined({ min: number('min'), max: number('max') }) };
  }
  const percentiles: Record<string, number> = {};
  for (const [key, statistic] of Object.entries(values)) {
    const rank = /^p\((\d+(?:\.\d+)?)\)$/.exec(key)?.[1];
    const known = asNumber(statistic);
    if (rank !== undefined && known !== undefined) percentiles[String(Number(rank))] = known;
  }
  const rest = defined({ min: number('min'), max: number('max'), mean: number('avg'), median: number('med') });
  const asTrend = metric.type === 'trend' || Object.keys(rest).length + Object.keys(percentiles).length > 0;
  if (!asTrend)
    return {
      at: `/metrics/${name}`,
      found: `the fields ${Object.keys(values).join(', ') || 'none'}`,
      expected: 'a k6 trend, rate, counter or gauge',
    };
  const largest = Math.max(...Object.values(rest), ...Object.values(percentiles), -1);
  return {
    kind: 'trend-summary',
    count: countOfTrend(name, largest < 0 ? undefined : largest, number('count'), httpRequests),
    ...rest,
    percentiles,
  };
}
