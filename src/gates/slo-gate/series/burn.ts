import type { BurnCondition, Objective } from '../objectives/objective.ts';
import { windowStart } from '../objectives/time-window.ts';
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

/** What was left of an error budget after each slice of the results, as a share of all of it; below 0 it is overspent. */
export interface BudgetCourse {
  readonly objective: string;
  readonly source: string;
  readonly points: readonly { readonly at: number; readonly left: number }[];
}

const MOST_POINTS = 200;

/** How an error budget was spent over its window, as far as the results reach; of results without times, nothing. */
export function readBudgetCourse(objective: Objective, source: string, series: readonly Series[]): readonly BudgetCourse[] {
  const { budget, ask } = objective;
  const inner = ask.kind === 'slices' ? ask.of : ask;
  if (!budget || budget.allowed <= 0 || ask.kind === 'slices' || inner.kind === 'statistic') return [];
  const values = sliceValues(inner, budget.sliceMs, objective.fail, series);
  const last = values?.at(-1);
  if (!values || !last) return [];
  const start = windowStart(budget.window, last.startMs + budget.sliceMs);
  // As the objective's own reading: a slice that the window cuts is left out, where the results reach back further.
  const inside = (values[0]?.startMs ?? start) < start ? values.filter(({ startMs }) => startMs >= start) : values;
  const events = inside.reduce((sum, one) => sum + one.events, 0);
  if (inside.length < 3 || events === 0) return [];
  const each = Math.ceil(inside.length / MOST_POINTS);
  let bad = 0;
  const points = inside.flatMap(({ startMs, events: all, goodEvents }, index) => {
    bad += all - goodEvents;
    const kept = (index + 1) % each === 0 || index === inside.length - 1;
    const left = Number((1 - bad / events / budget.allowed).toPrecision(9));
    return kept ? [{ at: startMs + budget.sliceMs, left }] : [];
  });
  return [{ objective: objective.id, source, points }];
}
