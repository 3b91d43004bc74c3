import type { Objective } from '../objectives/objective.ts';
import { windowStart } from '../objectives/time-window.ts';
import { sliceValues } from './evaluate-slices.ts';
import type { Reading } from './reading.ts';
import type { Series } from './series.ts';

/**
 * Narrows a share to the window of its objective, which ends with the last event, where the results reach back further than that. Results that are shorter than
 * the window, or carry no times, stay as they are.
 */
export function withinWindow(objective: Objective, reading: Reading, series: readonly Series[]): Reading {
  const { ask, budget, fail } = objective;
  if (!budget || reading.kind !== 'value' || reading.unit !== 'ratio') return reading;
  const sliced = ask.kind === 'slices';
  const inner = sliced ? ask.of : ask;
  if (inner.kind === 'statistic' && !sliced) return reading;
  const sliceMs = sliced ? ask.sliceMs : budget.sliceMs;
  const values = sliceValues(inner, sliceMs, sliced ? ask.good : fail, series);
  const [first, last] = [values?.[0], values?.at(-1)];
  if (!values || !first || !last) return reading;
  const start = windowStart(budget.window, last.startMs + sliceMs);
  if (first.startMs >= start) return reading;
  // A slice that the window cuts is left out: it is mostly of the time before.
  const inside = values.filter(({ startMs }) => startMs >= start);
  if (sliced) {
    const sum = inside.reduce((total, one) => total + (ask.method === 'slices' ? Number(one.good) : one.value), 0);
    return { ...reading, value: sum / inside.length, samples: inside.length };
  }
  const events = inside.reduce((total, one) => total + one.events, 0);
  const good = inside.reduce((total, one) => total + one.goodEvents, 0);
  return { ...reading, value: good / events, samples: events };
}
