import type { Series } from '../series/series.ts';
import { asNumber, asRecord, defined, type JsonFormat } from './format.ts';

/** github-action-benchmark's custom JSON: `[{ name, unit, value, range?, extra? }]`; each name is a metric with one value. */
export const githubActionBenchmark: JsonFormat = {
  id: 'github-action-benchmark',
  title: 'github-action-benchmark (custom JSON)',
  matches: (document) =>
    Array.isArray(document) &&
    document.length > 0 &&
    document.every((one) => typeof asRecord(one)?.name === 'string' && 'value' in (asRecord(one) ?? {}) && 'unit' in (asRecord(one) ?? {})),
  parse(document) {
    const series: Series[] = [];
    for (const [index, raw] of (document as readonly unknown[]).entries()) {
      const one = asRecord(raw) ?? {};
      const value = asNumber(one.value);
      if (value === undefined)
        return { at: `/${index}/value`, found: JSON.stringify(one.value)?.slice(0, 40) ?? 'nothing', expected: 'a number' };
      series.push({ metric: String(one.name), tags: {}, unit: String(one.unit), data: { kind: 'gauge', value } });
    }
    return { series };
  },
};

/** Bencher Metric Format: `{ benchmark: { measure: { value, lower_value?, upper_value? } } }`; the measure is the metric, the benchmark its tag `name`. */
export const bencher: JsonFormat = {
  id: 'bencher',
  title: 'Bencher Metric Format (JSON)',
  matches(document) {
    const benchmarks = Object.values(asRecord(document) ?? {});
    const measures = benchmarks.flatMap((one) => Object.values(asRecord(one) ?? { no: undefined }));
    return measures.length > 0 && measures.every((measure) => asNumber(asRecord(measure)?.value) !== undefined);
  },
  parse(document) {
    const series: Series[] = [];
    for (const [name, measures] of Object.entries(asRecord(document) ?? {})) {
      for (const [metric, raw] of Object.entries(asRecord(measures) ?? {})) {
        const one = asRecord(raw) ?? {};
        const data = {
          kind: 'gauge',
          value: asNumber(one.value) ?? Number.NaN,
          ...defined({ min: asNumber(one.lower_value), max: asNumber(one.upper_value) }),
        } as const;
        series.push({ metric, tags: { name }, unit: '1', data, dimensional: true });
      }
    }
    return { series };
  },
};
