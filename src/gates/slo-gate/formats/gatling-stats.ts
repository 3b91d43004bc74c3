import type { Series } from '../series/series.ts';
import { asNumber, asRecord, defined, type FormatProblem, type JsonFormat } from './format.ts';

/** The percentiles of a report unless gatling.conf says otherwise (charting.indicators.percentile1 to 4); the file does not name them. */
const DEFAULT_RANKS = [50, 75, 95, 99] as const;

/** Gatling's `stats.json` and `global_stats.json`, of all versions: all requests at the top, each request by its name below. */
export const gatlingStats: JsonFormat = {
  id: 'gatling-stats',
  title: 'Gatling stats.json',
  matches(document) {
    const root = asRecord(document);
    return asRecord(asRecord(root?.stats)?.numberOfRequests) !== undefined || asRecord(root?.numberOfRequests) !== undefined;
  },
  parse(document) {
    const series: Series[] = [];
    const problem = addNode(asRecord(document) ?? {}, [], series);
    return problem ?? { series };
  },
};

function addNode(node: Readonly<Record<string, unknown>>, groups: readonly string[], series: Series[]): FormatProblem | undefined {
  const stats = asRecord(node.stats) ?? node;
  const name = typeof node.name === 'string' ? node.name : undefined;
  const top = series.length === 0;
  const group = groups.length === 0 ? {} : { group: groups.join(' / ') };
  const tags: Record<string, string> = top || name === undefined ? {} : { ...group, name };
  const total = (field: string) => asNumber(asRecord(stats[field])?.total);
  const [count, failed] = [total('numberOfRequests'), asNumber(asRecord(stats.numberOfRequests)?.ko)];
  if (count === undefined || failed === undefined)
    return { at: name ?? 'stats', found: 'no numberOfRequests', expected: '`total` and `ko`' };
  const percentiles: Record<string, number> = {};
  DEFAULT_RANKS.forEach((rank, index) => {
    const value = total(`percentiles${index + 1}`);
    if (value !== undefined && count > 0) percentiles[rank] = value;
  });
  const rest = defined({
    min: total('minResponseTime'),
    max: total('maxResponseTime'),
    mean: total('meanResponseTime'),
    median: percentiles['50'],
  });
  const dimensional = top ? {} : { dimensional: true as const };
  series.push(
    { metric: 'http_req_duration', tags, unit: 'ms', data: { kind: 'trend-summary', count, ...rest, percentiles }, ...dimensional },
    { metric: 'http_req_failed', tags, unit: '1', data: { kind: 'rate', matches: failed, total: count }, ...dimensional },
    {
      metric: 'http_reqs',
      tags,
      unit: '1',
      data: { kind: 'counter', sum: count, ...defined({ perSecond: total('meanNumberOfRequestsPerSecond') }) },
      ...dimensional,
    },
  );
  for (const child of Object.values(asRecord(node.contents) ?? {})) {
    const one = asRecord(child) ?? {};
    const inside = one.type === 'GROUP' && typeof one.name === 'string';
    // A group's own times add up those of its requests; only the requests count.
    const problem = inside ? addChildren(one, [...groups, String(one.name)], series) : addNode(one, groups, series);
    if (problem) return problem;
  }
  return undefined;
}

function addChildren(group: Readonly<Record<string, unknown>>, groups: readonly string[], series: Series[]): FormatProblem | undefined {
  for (const child of Object.values(asRecord(group.contents) ?? {})) {
    const one = asRecord(child) ?? {};
    const problem = one.type === 'GROUP' ? addChildren(one, [...groups, String(one.name)], series) : addNode(one, groups, series);
    if (problem) return problem;
  }
  return undefined;
}
