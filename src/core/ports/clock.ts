export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that never goes back, from an arbitrary start. */
  monotonicMs(): number;
  sleep(durationMs: number): Promise<void>;
}
