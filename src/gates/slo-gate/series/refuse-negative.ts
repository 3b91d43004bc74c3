import { UserError } from '../../../core/index.ts';
import type { Series, SeriesData } from './series.ts';

/** Metrics that are durations, whatever the tool: k6's names, and those that other tools' names become. */
const DURATION = /(^|_)(duration|waiting|blocked|connecting|receiving|sending|handshaking|latency|ttfb)$/;

/** A duration below zero comes from a clock that was set back or from an edited file; every limit would hold. @throws UserError for one. */
export function refuseNegative(label: string, series: readonly Series[]): void {
  for (const { metric, unit, data, from } of series) {
    if (unit !== 'ms' || !DURATION.test(metric)) continue;
    const lowest = lowestOf(data);
    if (!(lowest < 0)) continue;
    throw new UserError({
      where: `${from === undefined || from.length === 0 ? label : from.join(', ')}: ${metric}`,
      found: `a duration of ${Number(lowest.toPrecision(6))} ms`,
      expected: 'durations of at least 0 ms',
      todo: 'run the load test again, on a machine whose clock is not set back meanwhile',
    });
  }
}

function lowestOf(data: SeriesData): number {
  switch (data.kind) {
    case 'samples':
      return data.samples.min;
    case 'trend-summary':
      return Math.min(...[data.min, data.mean, data.median, ...Object.values(data.percentiles)].filter((value) => value !== undefined));
    case 'histogram':
      return Math.min(data.min ?? 0, ...Object.values(data.percentiles ?? {}), ...data.buckets.map(({ high }) => Math.min(high, 0)));
    default:
      return 0;
  }
}
