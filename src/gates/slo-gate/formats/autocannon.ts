import type { Series } from '../series/series.ts';
import { asNumber, asRecord, defined, type JsonFormat } from './format.ts';

/**
 * The JSON result of autocannon (`--json`). Its percentiles are keyed `p97_5`; there is no p95. A request failed when its connection broke or timed
 * out (`errors`), when its answer was not 2xx, or when its body was not the expected one (`mismatches`); those that broke are not in `requests.total`.
 */
export const autocannon: JsonFormat = {
  id: 'autocannon',
  title: 'autocannon JSON',
  matches(document) {
    const root = asRecord(document);
    return asRecord(root?.latency) !== undefined && asRecord(root?.requests) !== undefined && asNumber(root?.non2xx) !== undefined;
  },
  parse(document) {
    const root = asRecord(document) ?? {};
    const [latency, requests, throughput] = [asRecord(root.latency) ?? {}, asRecord(root.requests) ?? {}, asRecord(root.throughput) ?? {}];
    const answered = asNumber(requests.total);
    const errors = asNumber(root.errors);
    if (answered === undefined || errors === undefined) {
      return { at: answered === undefined ? '/requests/total' : '/errors', found: 'no number', expected: 'the number of requests' };
    }
    const count = asNumber(latency.totalCount) ?? answered;
    const failed = errors + (asNumber(root.non2xx) ?? 0) + (asNumber(root.mismatches) ?? 0);
    const percentiles: Record<string, number> = {};
    for (const [key, value] of Object.entries(latency)) {
      const rank = /^p(\d+)(?:_(\d+))?$/.exec(key);
      const known = asNumber(value);
      if (rank && known !== undefined) percentiles[String(Number(`${rank[1]}.${rank[2] ?? 0}`))] = known;
    }
    const trend = {
      kind: 'trend-summary',
      count: answered === 0 ? 0 : count,
      ...defined({
        min: asNumber(latency.min),
        max: asNumber(latency.max),
        mean: asNumber(latency.mean) ?? asNumber(latency.average),
        median: percentiles['50'],
      }),
      percentiles,
    } as const;
    const perSecond = defined({ perSecond: asNumber(requests.average) });
    const series: Series[] = [
      { metric: 'http_req_duration', tags: {}, unit: 'ms', data: trend },
      { metric: 'latency', tags: {}, unit: 'ms', data: trend },
      { metric: 'http_req_failed', tags: {}, unit: '1', data: { kind: 'rate', matches: failed, total: answered + errors } },
      { metric: 'http_reqs', tags: {}, unit: '1', data: { kind: 'counter', sum: answered + errors, ...perSecond } },
      { metric: 'requests', tags: {}, unit: '1', data: { kind: 'counter', sum: answered, ...perSecond } },
    ];
    const bytes = asNumber(throughput.total);
    if (bytes !== undefined) {
      series.push({
        metric: 'data_received',
        tags: {},
        unit: 'By',
        data: { kind: 'counter', sum: bytes, ...defined({ perSecond: asNumber(throughput.average) }) },
      });
    }
    for (const name of ['errors', 'timeouts', 'mismatches', 'non2xx', 'resets'] as const) {
      const sum = asNumber(root[name]);
      if (sum !== undefined) series.push({ metric: name, tags: {}, unit: '1', data: { kind: 'counter', sum } });
    }
    const [startedMs, finishedMs] = [Date.parse(String(root.start)), Date.parse(String(root.finish))];
    return { series, ...(Number.isFinite(startedMs) ? { startedMs } : {}), ...(Number.isFinite(finishedMs) ? { finishedMs } : {}) };
  },
};
