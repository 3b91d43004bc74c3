import type { Series } from '../series/series.ts';
import { asNumber, asRecord, defined, type JsonFormat } from './format.ts';

/**
 * `oha --output-format json` (schema: schema.json of hatoo/oha): seconds, and percentiles under `latencyPercentiles`. Requests are those with a status and those
 * with an error; a request failed when it had no answer or a status of 400 and above.
 */
export const oha: JsonFormat = {
  id: 'oha',
  title: 'oha (JSON)',
  matches(document) {
    const root = asRecord(document);
    return asNumber(asRecord(root?.summary)?.successRate) !== undefined && asRecord(root?.latencyPercentiles) !== undefined;
  },
  parse(document) {
    const root = asRecord(document) ?? {};
    const summary = asRecord(root.summary) ?? {};
    const ms = (value: unknown) => {
      const seconds = asNumber(value);
      return seconds === undefined ? undefined : Number((seconds * 1000).toPrecision(15));
    };
    const statuses = Object.entries(asRecord(root.statusCodeDistribution) ?? {}).map(
      ([code, count]) => [Number(code), asNumber(count) ?? 0] as const,
    );
    const answered = statuses.reduce((sum, [, count]) => sum + count, 0);
    const errors = Object.values(asRecord(root.errorDistribution) ?? {}).reduce<number>((sum, count) => sum + (asNumber(count) ?? 0), 0);
    const refused = statuses.reduce((sum, [code, count]) => sum + (code >= 400 ? count : 0), 0);
    const percentiles: Record<string, number> = {};
    for (const [key, value] of Object.entries(asRecord(root.latencyPercentiles) ?? {})) {
      const rank = /^p(\d+(?:\.\d+)?)$/.exec(key)?.[1];
      const known = ms(value);
      if (rank !== undefined && known !== undefined && answered > 0) percentiles[String(Number(rank))] = known;
    }
    const rest = defined({ min: ms(summary.fastest), max: ms(summary.slowest), mean: ms(summary.average), median: percentiles['50'] });
    const series: Series[] = [
      { metric: 'http_req_duration', tags: {}, unit: 'ms', data: { kind: 'trend-summary', count: answered, ...rest, percentiles } },
      { metric: 'http_req_failed', tags: {}, unit: '1', data: { kind: 'rate', matches: errors + refused, total: answered + errors } },
      {
        metric: 'http_reqs',
        tags: {},
        unit: '1',
        data: { kind: 'counter', sum: answered + errors, ...defined({ perSecond: asNumber(summary.requestsPerSec) }) },
      },
    ];
    return { series };
  },
};
