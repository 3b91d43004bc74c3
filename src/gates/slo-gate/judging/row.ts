import type { FindingOf, Measurement, Place, Verdict } from '../../../core/index.ts';
import type { Arguments } from '../arguments.ts';
import { type Limit, type Objective, statisticText, within } from '../objectives/objective.ts';
import type { Interval, Reading } from '../series/reading.ts';
import type { Phase } from '../series/recording.ts';

export type SloFinding = FindingOf<Arguments>;

/** The number that a row is about. */
export interface Shown {
  readonly statistic: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: Limit;
  readonly warn?: Limit;
  readonly samples: number | null;
  readonly interval?: Interval;
}

/** One objective in one source (or in what was merged, or in one phase of it), judged. */
export interface Row {
  readonly id: string;
  readonly objective: string;
  readonly source: string;
  readonly verdict: Verdict;
  readonly findings: readonly SloFinding[];
  readonly shown?: Shown;
  readonly fromSummary: boolean;
  readonly phase?: Phase;
}

export interface RowParts {
  readonly id: string;
  readonly objective: Objective;
  readonly source: string;
  readonly reading: Reading;
  readonly fail: Limit;
  readonly minSamples: number | undefined;
}

/** Holds a reading against its objective. What is not there is inconclusive, and so is an interval that holds the limit. */
export function judgeReading({ id, objective, source, reading, fail, minSamples }: RowParts): Row {
  const base = { id, objective: objective.id, source, fromSummary: false };
  const args = { objective: objective.id, source };
  const place = placeOfObjective(objective);
  const unmeasured = (finding: SloFinding, shown?: Shown): Row => ({
    ...base,
    verdict: 'inconclusive',
    findings: [finding],
    ...(shown ? { shown } : {}),
  });
  switch (reading.kind) {
    case 'absent':
      return { ...base, verdict: 'inconclusive', findings: [] };
    case 'no-samples':
      return unmeasured({ code: 'slo-gate/no-samples', level: 'error', args, ...place });
    case 'no-times':
      return unmeasured({ code: 'slo-gate/no-times', level: 'error', args, ...place });
    case 'not-in-summary':
      return unmeasured({
        code: 'slo-gate/statistic-absent',
        level: 'error',
        args: { ...args, wanted: reading.wanted, has: reading.has },
        ...place,
      });
    case 'wrong-type': {
      const { wanted, type, has } = reading;
      return unmeasured({ code: 'slo-gate/statistic-impossible', level: 'error', args: { ...args, wanted, type, has }, ...place });
    }
    case 'value':
      break;
  }
  const limit = reading.limit ?? fail;
  const { value, unit, samples, interval } = reading;
  const statistic = reading.readAs ?? statisticOf(objective);
  const { warn } = objective;
  const shown: Shown = { statistic, value, unit, limit, ...(warn ? { warn } : {}), samples, ...(interval ? { interval } : {}) };
  if (minSamples !== undefined && samples === null) {
    return unmeasured({ code: 'slo-gate/count-unknown', level: 'error', args: { ...args, needed: minSamples }, ...place }, shown);
  }
  if (minSamples !== undefined && samples !== null && samples < minSamples) {
    return unmeasured(
      { code: 'slo-gate/too-few-samples', level: 'error', args: { ...args, samples, needed: minSamples }, ...place },
      shown,
    );
  }
  const row = { ...base, shown, fromSummary: reading.basis === 'tool' };
  const said = (against: Limit) => ({ ...args, statistic, value, unit, comparison: against.comparison, limit: against.value });
  const position = interval ? positionOf(interval, limit) : within(value, limit) ? 'inside' : 'outside';
  if (position === 'outside') {
    return { ...row, verdict: 'fail', findings: [{ code: 'slo-gate/objective-missed', level: 'error', args: said(limit), ...place }] };
  }
  if (position === 'straddles' && interval) {
    const { low, high, settles } = interval;
    const finding: SloFinding = {
      code: 'slo-gate/interval-holds-limit',
      level: 'error',
      args: { ...said(limit), low, high, samples: samples ?? 0, needed: settles },
      ...place,
    };
    return { ...row, verdict: 'inconclusive', findings: [finding] };
  }
  if (warn && !within(value, warn)) {
    return { ...row, verdict: 'warn', findings: [{ code: 'slo-gate/objective-close', level: 'warning', args: said(warn), ...place }] };
  }
  return { ...row, verdict: 'pass', findings: [] };
}

/** Where an interval lies to a limit. For equality a point is wanted, so the interval decides nothing there. */
export function positionOf({ low, high }: Pick<Interval, 'low' | 'high'>, limit: Limit): 'inside' | 'outside' | 'straddles' {
  const [bottom, top] = [low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY];
  const [lowGood, highGood] = [within(bottom, limit), within(top, limit)];
  if (lowGood && highGood && limit.comparison !== '!=') return 'inside';
  return lowGood || highGood ? 'straddles' : 'outside';
}

/** The unit in evidence: there `1` is a share of the whole, and a number of things is a `count`. */
export function evidenceUnit(unit: string): string {
  return unit === 'ratio' ? '1' : unit === '1' ? 'count' : unit;
}

/** What a row measured, as evidence carries it. */
export function measurementOf({ id, shown }: Row): Measurement {
  if (!shown) return { id, value: null, unit: '1' };
  const { value, unit, limit, warn, samples, interval } = shown;
  const closed =
    interval && interval.low !== null && interval.high !== null ? { low: interval.low, high: interval.high, confidence: 0.95 } : undefined;
  return {
    id,
    value,
    unit: evidenceUnit(unit),
    limit,
    ...(warn ? { warnLimit: warn } : {}),
    ...(closed ? { interval: closed } : {}),
    ...(samples === null ? {} : { samples }),
  };
}

export function placeOfObjective(objective: Objective): { readonly place?: Place } {
  return Object.keys(objective.place).length === 0 ? {} : { place: objective.place };
}

export function placeOf(file: string | undefined): { readonly place?: Place } {
  return file === undefined ? {} : { place: { file } };
}

function statisticOf({ ask }: Objective): string {
  return ask.kind === 'statistic' ? statisticText(ask.statistic) : ask.kind === 'share' ? 'share of good samples' : 'share of good events';
}
