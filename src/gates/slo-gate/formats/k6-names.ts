import { parseSelector } from '../objectives/selector.ts';
import type { MetricType } from '../series/recording.ts';
import type { Series, SeriesData } from '../series/series.ts';

/**
 * k6 lists a trend without samples as zeros. Durations of connections and of transfers are rightly zero when a connection is reused; any other
 * trend whose maximum is zero measured nothing: k6 records `http_req_duration` 0 when the connection was refused.
 */
const MAY_BE_ZERO = new Set([
  'http_req_blocked',
  'http_req_connecting',
  'http_req_tls_handshaking',
  'http_req_sending',
  'http_req_receiving',
]);

/**
 * Samples behind a trend of a k6 summary: its own `count` when the script asked for it, else `http_reqs` for `http_req_*`; otherwise unknown.
 * `max` decides whether there were any.
 */
export function countOfTrend(
  name: string,
  max: number | undefined,
  own: number | undefined,
  httpRequests: number | undefined,
): number | null {
  const base = parseSelector(name)?.metric ?? name;
  if (max === 0 && !MAY_BE_ZERO.has(base)) return 0;
  if (own !== undefined) return own;
  if (!base.startsWith('http_req_')) return null;
  if (httpRequests === undefined) return 0;
  return base === name ? httpRequests : null;
}

/** Unit of a k6 metric by its `contains`; trends that do not say so are times. */
export function unitOf(contains: unknown, name: string, data: SeriesData): string {
  if (contains === 'data' || /^data_(sent|received)/.test(name)) return 'By';
  if (contains === 'time') return 'ms';
  if (contains !== undefined) return '1';
  return data.kind === 'trend-summary' ? 'ms' : '1';
}

/** A series under the name of a k6 metric or submetric, `http_req_duration{name:cart}`. */
export function k6Series(name: string, unit: string, data: SeriesData): Series {
  const selector = parseSelector(name) ?? { metric: name, tags: {} };
  return { metric: selector.metric, tags: selector.tags, unit, data };
}

/** Unit of the samples of a k6 metric. */
export function unitOfPoint(contains: unknown, type: MetricType): string {
  return contains === 'data' ? 'By' : contains === 'time' && type === 'trend' ? 'ms' : '1';
}
