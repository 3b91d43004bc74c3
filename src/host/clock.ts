import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../core/ports/clock.ts';

/** The machine's clock; `now` replaces the wall clock. */
export function createClock(now: () => number = Date.now): Clock {
  return { now, monotonicMs: () => performance.now(), sleep: (durationMs) => wait(durationMs) };
}
