import type { Series } from '../series/series.ts';
import { asNumber, asRecord, defined, type JsonFormat } from './format.ts';

/**
 * Artillery's JSON report (`artillery run --output`), version 2: counters and summaries under `aggregate`. A percentile key is `p95`, and `p999` for 99.9. A
 * request failed when it had no answer or one of status 400 and above.
 */
export const artillery: JsonFormat = {
  id: 'artillery',
  title: 'Artillery report (JSON)',
  matches(document) {
    const aggregate = asRecord(asRecord(document)?.aggregate);
    return asRecord(aggregate?.counters) !== undefined && (asRecord(aggregate?.summaries) ?? asRecord(aggregate?.rates)) !== undefined;
  },
  parse(document) {
    const aggregate = asRecord(asRecord(document)?.aggregate) ?? {};
    const counters = asRecord(aggregate.counters) ?? {};
    const series: Series[] = [];
    for (const [name, value] of Object.entries(counters)) {
      const sum = asNumber(value);
      if (sum !== undefined) series.push({ metric: name, tags: {}, unit: '1', data: { kind: 'counter', sum } });
    }
    for (const [name, raw] of Object.entries(asRecord(aggregate.summaries) ?? {})) {
      const data = summaryOf(asRecord(raw) ?? {});
      series.push({ metric: name, tags: {}, unit: 'ms', data });
      if (name === 'http.response_time') series.push({ metric: 'http_req_duration', tags: {}, unit: 'ms', data });
    }
    const requests = asNumber(counters['http.requests']);
    if (requests !== undefined) {
      const rate = asNumber(asRecord(aggregate.rates)?.['http.request_rate']);
      series.push({ metric: 'http_reqs', tags: {}, unit: '1', data: { kind: 'counter', sum: requests, ...defined({ perSecond: rate }) } });
      const responses = asNumber(counters['http.responses']) ?? 0;
      const refused = Object.entries(counters).reduce(
        (sum, [name, value]) => sum + (/^http\.codes\.[45]\d\d$/.test(name) ? (asNumber(value) ?? 0) : 0),
        0,
      );
      const matches = Math.min(requests, Math.max(0, requests - responses) + refused);
      series.push({ metric: 'http_req_failed', tags: {}, unit: '1', data: { kind: 'rate', matches, total: requests } });
    }
    const [startedMs, finishedMs] = [asNumber(aggregate.firstMetricAt), asNumber(aggregate.lastMetricAt)];
    return { series, ...defined({ startedMs, finishedMs }) } as { series: Series[] };
  },
};

function summaryOf(summary: Readonly<Record<string, unknown>>) {
  const count = asNumber(summary.count) ?? null;
  const percentiles: Record<string, number> = {};
  for (const [key, value] of Object.entries(summary)) {
    const digits = /^p(\d{1,2})(\d*)$/.exec(key);
    const known = asNumber(value);
    if (digits && known !== undefined) percentiles[String(Number(`${digits[1]}.${digits[2] || 0}`))] = known;
  }
  const rest = defined({
    min: asNumber(summary.min),
    max: asNumber(summary.max),
    mean: asNumber(summary.mean),
    median: asNumber(summary.median),
  });
  return { kind: 'trend-summary', count, ...rest, percentiles: count === 0 ? {} : percentiles } as const;
}
