import type { BurnCondition } from './objective.ts';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

interface Row {
  readonly severity: 'page' | 'ticket';
  /** Share of the whole budget that may be spent over the long window before this fires. */
  readonly share: number;
  readonly shortMs: number;
  readonly longMs: number;
}

/** Multi-window, multi-burn-rate tables: for 30 days after Google's SRE workbook (chapter 5), for 7 days after Sloth's example of alert windows. */
const TABLES: Readonly<Record<'30d' | '7d', { readonly periodMs: number; readonly rows: readonly Row[] }>> = {
  '30d': {
    periodMs: 30 * DAY_MS,
    rows: [
      { severity: 'page', share: 0.02, shortMs: 5 * MINUTE_MS, longMs: HOUR_MS },
      { severity: 'page', share: 0.05, shortMs: 30 * MINUTE_MS, longMs: 6 * HOUR_MS },
      { severity: 'ticket', share: 0.1, shortMs: 2 * HOUR_MS, longMs: DAY_MS },
      { severity: 'ticket', share: 0.1, shortMs: 6 * HOUR_MS, longMs: 3 * DAY_MS },
    ],
  },
  '7d': {
    periodMs: 7 * DAY_MS,
    rows: [
      { severity: 'page', share: 0.08, shortMs: 5 * MINUTE_MS, longMs: HOUR_MS },
      { severity: 'page', share: 0.125, shortMs: 30 * MINUTE_MS, longMs: 6 * HOUR_MS },
      { severity: 'ticket', share: 0.2, shortMs: 2 * HOUR_MS, longMs: DAY_MS },
      { severity: 'ticket', share: 0.42, shortMs: 6 * HOUR_MS, longMs: 3 * DAY_MS },
    ],
  },
};

/** The conditions of a table; a share s of the budget of a period P over a window w is the burn rate s · P / w. */
export function burnTable(period: '30d' | '7d'): readonly BurnCondition[] {
  const { periodMs, rows } = TABLES[period];
  return rows.map(({ severity, share, shortMs, longMs }) => ({
    name: `${spanText(shortMs)}/${spanText(longMs)}`,
    comparison: '>',
    threshold: Number(((share * periodMs) / longMs).toPrecision(12)),
    lookbackMs: longMs,
    shortMs,
    severity,
  }));
}

/** `5m`, `6h`, `3d`. */
export function spanText(ms: number): string {
  if (ms % DAY_MS === 0) return `${ms / DAY_MS}d`;
  if (ms % HOUR_MS === 0) return `${ms / HOUR_MS}h`;
  return ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS}m` : `${ms / 1000}s`;
}
