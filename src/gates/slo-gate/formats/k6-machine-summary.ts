import type { Series, SeriesData } from '../series/series.ts';
import { asNumber, asRecord, defined, type FormatProblem, type JsonFormat } from './format.ts';
import { countOfTrend, k6Series, unitOf } from './k6-names.ts';

/**
 * k6's machine-readable summary, schema 1.0.0 (`--new-machine-readable-summary`). It carries no thresholds, no rate per second, and percentiles as
 * `p95`. Source: internal/lib/summary/machinereadable of k6 1.8.
 */
export const k6MachineSummary: JsonFormat = {
  id: 'k6-machine-summary',
  title: 'k6 machine-readable summary (schema 1.x)',
  matches(document) {
    const results = asRecord(asRecord(document)?.results);
    return Array.isArray(results?.metrics) && asRecord(asRecord(document)?.config) !== undefined;
  },
  parse(document) {
    const root = asRecord(document) ?? {};
    const version = root.version;
    if (typeof version === 'string' && !version.startsWith('1.'))
      return { at: '/version', found: JSON.stringify(version), expected: 'schema 1.x' };
    const results = asRecord(root.results) ?? {};
    const durationSeconds = asNumber(asRecord(root.config)?.duration);
    const all = [...(results.metrics as readonly unknown[]), ...checksOf(results)];
    const named = new Map(all.map((raw) => [String(asRecord(raw)?.name), asRecord(asRecord(raw)?.values) ?? {}]));
    const httpRequests = asNumber(named.get('http_reqs')?.count);
    const series: Series[] = [];
    for (const [index, raw] of all.entries()) {
      const metric = asRecord(raw);
      const name = metric?.name;
      if (typeof name !== 'string') return { at: `/results/metrics/${index}`, found: 'a metric without a name', expected: '`name`' };
      const data = dataOf(name, metric?.type, asRecord(metric?.values) ?? {}, { httpRequests, durationSeconds });
      if ('at' in data) return data;
      series.push(k6Series(name, unitOf(metric?.contains, name, data), data));
      // The checks of a run are one rate in every other output of k6.
      if (name === 'checks_succeeded' && !named.has('checks')) series.push(k6Series('checks', '1', data));
    }
    const generatedAt = Date.parse(String(asRecord(root.metadata)?.generated_at));
    return { series, ...(Number.isFinite(generatedAt) ? { finishedMs: generatedAt } : {}) };
  },
};

function checksOf(results: Readonly<Record<string, unknown>>): readonly unknown[] {
  const metrics = asRecord(results.checks)?.metrics;
  return Array.isArray(metrics) ? metrics : [];
}

function dataOf(
  name: string,
  type: unknown,
  values: Readonly<Record<string, unknown>>,
  run: { readonly httpRequests: number | undefined; readonly durationSeconds: number | undefined },
): SeriesData | FormatProblem {
  const number = (key: string) => asNumber(values[key]);
  const wrong = (expected: string): FormatProblem => ({
    at: `/results/metrics/${name}/values`,
    found: `the fields ${Object.keys(values).join(', ') || 'none'}`,
    expected,
  });
  switch (type) {
    case 'counter': {
      const sum = number('count');
      if (sum === undefined) return wrong('`count`');
      return { kind: 'counter', sum, ...(run.durationSeconds ? { perSecond: sum / run.durationSeconds } : {}) };
    }
    case 'rate': {
      const [matches, total] = [number('matches'), number('total')];
      return matches === undefined || total === undefined ? wrong('`matches` and `total`') : { kind: 'rate', matches, total };
    }
    case 'gauge': {
      const value = number('value');
      return value === undefined ? wrong('`value`') : { kind: 'gauge', value, ...defined({ min: number('min'), max: number('max') }) };
    }
    case 'trend': {
      const percentiles: Record<string, number> = {};
      for (const [key, statistic] of Object.entries(values)) {
        const rank = /^p\(?(\d+(?:\.\d+)?)\)?$/.exec(key)?.[1];
        const known = asNumber(statistic);
        if (rank !== undefined && known !== undefined) percentiles[String(Number(rank))] = known;
      }
      const max = number('max');
      const rest = defined({ min: number('min'), max, mean: number('avg'), median: number('med') });
      return { kind: 'trend-summary', count: countOfTrend(name, max, number('count'), run.httpRequests), ...rest, percentiles };
    }
    default:
      return {
        at: `/results/metrics/${name}/type`,
        found: JSON.stringify(type) ?? 'nothing',
        expected: '`counter`, `gauge`, `rate` or `trend`',
      };
  }
}
