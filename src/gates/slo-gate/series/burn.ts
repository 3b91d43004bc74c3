import type { BurnCondition, Objective } from '../objectives/objective.ts';
import { sliceValues } from './evaluate-slices.ts';
import type { Series } from './series.ts';

/** How fast the error budget burnt over the windows of a condition, as a multiple of the rate that would just spend it; ends at the last event. */
export interface BurnReading {
  readonly objective: string;
  readonly source: string;
  readonly condition: BurnCondition;
  /** `null`: the results do not reach back that far. */
  readonly long: number | null;
  readonly short: number | null;
  /** Time from the first to the last slice with events. */
  readonly coveredMs: number;
}

/** Burn rates of an objective with a budget; of one whose results carry no times, none. */
export function readBurn(objective: Objective, source: string, series: readonly Series[]): readonly BurnReading[] {
  const { budget, ask } = objective;
  if (!budget || budget.burn.length === 0 || budget.allowed <= 0) return [];
  const inner = ask.kind === 'slices' ? ask.of : ask;
  if (inner.kind === 'statistic') return [];
  const values = sliceValues(inner, budget.sliceMs, objective.fail, series);
  const [first, last] = [values?.[0], values?.at(-1)];
  if (!values || !first || !last) return [];
  const end = last.startMs + budget.sliceMs;
  const coveredMs = end - first.startMs;
  const burnOver = (windowMs: number): number | null => {
    if (coveredMs < windowMs) return null;
    const inside = values.filter(({ startMs }) => startMs >= end - windowMs);
    const events = inside.reduce((sum, one) => sum + one.events, 0);
    const good = inside.reduce((sum, one) => sum + one.goodEvents, 0);
    return events === 0 ? null : (events - good) / events / budget.allowed;
  };
  return budget.burn.map((condition) => ({
    objective: objective.id,
    source,
    condition,
    long: burnOver(condition.lookbackMs),
    short: condition.shortMs === undefined ? null : burnOver(condition.shortMs),
    coveredMs,
  }));
}
