import type { Series } from '../series/series.ts';
import { asInstant, asNumber, asRecord, defined, type FormatProblem, type JsonFormat, type StreamFormat } from './format.ts';
import { forEachLine, lineText } from './lines.ts';

const NS_PER_MS = 1e6;

/** `vegeta report -type=json`: latencies in nanoseconds; a request succeeded when its status was 2xx or 3xx. */
export const vegetaReport: JsonFormat = {
  id: 'vegeta-report',
  title: 'vegeta report (JSON)',
  matches(document) {
    const root = asRecord(document);
    return asRecord(root?.latencies) !== undefined && asNumber(root?.requests) !== undefined && asNumber(root?.success) !== undefined;
  },
  parse(document) {
    const root = asRecord(document) ?? {};
    const latencies = asRecord(root.latencies) ?? {};
    const [count, success] = [asNumber(root.requests) ?? 0, asNumber(root.success) ?? 0];
    const ms = (key: string) => {
      const value = asNumber(latencies[key]);
      return value === undefined ? undefined : value / NS_PER_MS;
    };
    const percentiles: Record<string, number> = {};
    for (const key of Object.keys(latencies)) {
      const rank = /^(\d+(?:\.\d+)?)th$/.exec(key)?.[1];
      const value = ms(key);
      if (rank !== undefined && value !== undefined && count > 0) percentiles[String(Number(rank))] = value;
    }
    const rest = defined({ min: ms('min'), max: ms('max'), mean: ms('mean'), median: percentiles['50'] });
    const failed = count - Math.round(success * count);
    const [received, sent] = [asNumber(asRecord(root.bytes_in)?.total), asNumber(asRecord(root.bytes_out)?.total)];
    const series: Series[] = [
      { metric: 'http_req_duration', tags: {}, unit: 'ms', data: { kind: 'trend-summary', count, ...rest, percentiles } },
      { metric: 'http_req_failed', tags: {}, unit: '1', data: { kind: 'rate', matches: failed, total: count } },
      { metric: 'http_reqs', tags: {}, unit: '1', data: { kind: 'counter', sum: count, ...defined({ perSecond: asNumber(root.rate) }) } },
      ...(received === undefined
        ? []
        : [{ metric: 'data_received', tags: {}, unit: 'By', data: { kind: 'counter', sum: received } } as const]),
      ...(sent === undefined ? [] : [{ metric: 'data_sent', tags: {}, unit: 'By', data: { kind: 'counter', sum: sent } } as const]),
    ];
    return { series, ...defined({ startedMs: asInstant(root.earliest), finishedMs: asInstant(root.end) }) } as { series: Series[] };
  },
};

/** `vegeta encode -to json`: one result in each line. */
export const vegetaResults: StreamFormat = {
  id: 'vegeta-results',
  title: 'vegeta results (encode -to json)',
  matches: (head) => /^\s*\{"attack":/.test(head),
  async read(chunks, recording) {
    const duration = recording.sink('http_req_duration', 'trend', 'ms');
    const failed = recording.sink('http_req_failed', 'rate', '1');
    const requests = recording.sink('http_reqs', 'counter', '1');
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const problem = await forEachLine(chunks, (line): FormatProblem | undefined => {
      const text = lineText(line);
      if (text.trim() === '') return undefined;
      let result: ReturnType<typeof asRecord>;
      try {
        result = asRecord(JSON.parse(text));
      } catch {
        const found = line.unended ? 'a line that is truncated: the file ends inside of it' : 'a line that is not JSON';
        return { at: `line ${line.number}`, found, expected: 'one result in each line' };
      }
      const [latency, code, timeMs] = [asNumber(result?.latency), asNumber(result?.code), asInstant(result?.timestamp)];
      if (latency === undefined || code === undefined || timeMs === undefined) {
        return { at: `line ${line.number}`, found: 'no `latency`, `code` or `timestamp`', expected: 'a result of vegeta' };
      }
      const tags: Readonly<Record<string, unknown>> = {
        name: result?.url,
        url: result?.url,
        method: result?.method,
        status: String(code),
        attack: result?.attack,
      };
      const tag = (name: string) => (typeof tags[name] === 'string' ? tags[name] : undefined);
      duration?.add(latency / NS_PER_MS, timeMs, tag);
      failed?.add(code >= 200 && code < 400 ? 0 : 1, timeMs, tag);
      requests?.add(1, timeMs, tag);
      if (timeMs < first) first = timeMs;
      if (timeMs + latency / NS_PER_MS > last) last = timeMs + latency / NS_PER_MS;
      return undefined;
    });
    if (problem) return problem;
    return Number.isFinite(first) ? { startedMs: first, finishedMs: last } : defined({});
  },
};
