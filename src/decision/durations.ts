import { z } from 'zod';

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90m`, `24h`, `7d`. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[mhd]$/, 'a duration such as 90m, 24h or 7d')
  .describe('A duration: a whole number of minutes, hours or days, `90m`, `24h`, `7d`');

/** Milliseconds of a duration that the schema accepted. */
export function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * UNITS_MS[text.slice(-1) as keyof typeof UNITS_MS];
}
