import type { Histogram, Series } from '../series/series.ts';
import type { FormatProblem, StreamFormat } from './format.ts';
import { forEachLine, lineText } from './lines.ts';

/**
 * A percentile distribution as HdrHistogram prints it (`Value Percentile TotalCount 1/(1-Percentile)`): what wrk2 shows with `--latency`, `vegeta report
 * -type=hdrplot` and the outputPercentileDistribution of every port. Between one row and the next lie as many samples as `TotalCount` grew by. Values are
 * milliseconds unless the heading says otherwise.
 */
export const hdrText: StreamFormat = {
  id: 'hdr-text',
  title: 'HdrHistogram percentile distribution (wrk2, vegeta hdrplot, text)',
  matches: (head) => /^\s*Value(?:\(\w+\))?\s+Percentile\s+TotalCount\s+1\/\(1-Percentile\)/m.test(head),
  async read(chunks) {
    let factor: number | undefined;
    const buckets: { low: number; high: number; count: number }[] = [];
    const percentiles: Record<string, number> = {};
    let [seen, previous] = [0, 0];
    const footer: { mean?: number; max?: number; total?: number; failed?: number; requests?: number; perSecond?: number } = {};
    const problem = await forEachLine(chunks, (line): FormatProblem | undefined => {
      const text = lineText(line);
      const heading = /^\s*Value(?:\((\w+)\))?\s+Percentile/.exec(text);
      if (heading) {
        factor = heading[1] === 's' ? 1000 : heading[1] === 'us' || heading[1] === 'µs' ? 0.001 : heading[1] === 'ns' ? 1e-6 : 1;
        return undefined;
      }
      readAround(text, footer);
      const row = /^\s*(\d+(?:\.\d+)?)\s+([01](?:\.\d+)?)\s+(\d+)\s+(?:(\d+(?:\.\d+)?)|inf)?\s*$/.exec(text);
      if (!row || factor === undefined) return undefined;
      const [value, total] = [Number(row[1]) * factor, Number(row[3])];
      if (total < seen || value < previous)
        return { at: `line ${line.number}`, found: 'a row that goes back', expected: 'ascending values and counts' };
      // Equal values of consecutive rows are one bucket; the first row starts at its own value.
      if (total > seen) buckets.push({ low: buckets.length === 0 && previous === 0 ? value : previous, high: value, count: total - seen });
      percentiles[String(Number((Number(row[2]) * 100).toPrecision(12)))] = value;
      seen = total;
      previous = value;
      return undefined;
    });
    if (problem) return problem;
    if (footer.total !== undefined && footer.total !== seen) {
      return {
        at: 'the end',
        found: `${seen} samples in rows, ${footer.total} in total: the file is truncated`,
        expected: 'a whole distribution',
      };
    }
    if (seen === 0 && footer.total === undefined)
      return { at: 'the end', found: 'no row of the distribution', expected: 'a whole distribution' };
    const mean = footer.mean === undefined || factor === undefined ? {} : { sum: footer.mean * factor * seen };
    const data: Histogram = {
      kind: 'histogram',
      count: seen,
      ...mean,
      ...(buckets.length === 0 ? {} : { max: previous }),
      buckets,
      percentiles,
      grid: '',
    };
    const series: Series[] = [{ metric: 'http_req_duration', tags: {}, unit: 'ms', data }];
    const { failed = 0, requests, perSecond } = footer;
    if (requests !== undefined) {
      series.push({
        metric: 'http_reqs',
        tags: {},
        unit: '1',
        data: { kind: 'counter', sum: requests, ...(perSecond === undefined ? {} : { perSecond }) },
      });
      series.push({ metric: 'http_req_failed', tags: {}, unit: '1', data: { kind: 'rate', matches: failed, total: requests } });
    }
    return { series };
  },
};

/** The lines below the distribution, and those that wrk2 adds. */
function readAround(
  text: string,
  footer: { mean?: number; max?: number; total?: number; failed?: number; requests?: number; perSecond?: number },
): void {
  const mean = /^#\[Mean\s*=\s*([\d.]+)/.exec(text);
  if (mean) footer.mean = Number(mean[1]);
  const total = /Total count\s*=\s*(\d+)/.exec(text);
  if (total) footer.total = Number(total[1]);
  const requests = /^\s*(\d+) requests in /.exec(text);
  if (requests) footer.requests = Number(requests[1]);
  const perSecond = /^Requests\/sec:\s*([\d.]+)/.exec(text);
  if (perSecond) footer.perSecond = Number(perSecond[1]);
  const status = /^\s*Non-2xx or 3xx responses:\s*(\d+)/.exec(text);
  if (status) footer.failed = (footer.failed ?? 0) + Number(status[1]);
  const errors = /^\s*Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  if (errors) footer.failed = (footer.failed ?? 0) + [1, 2, 3, 4].reduce((sum, index) => sum + Number(errors[index]), 0);
}
