import type { Exhibit, Verdict } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import { quantity, titles } from '../words.ts';
import type { Row, Shown } from './row.ts';

const MAX_ROWS = 200;

/** The objective that decided, shortly. */
export function headlineOf(rows: readonly Row[], verdict: Verdict): string {
  const decisive = decisiveRow(rows, verdict);
  const counted = `${rows.filter((row) => row.verdict === 'pass').length} of ${rows.length} objectives met`;
  if (!decisive?.shown) return counted;
  const { statistic, value, unit, limit } = decisive.shown;
  const holds = decisive.verdict === 'fail' ? 'not ' : '';
  return `${statistic} ${quantity(value, unit)}, ${holds}${limit.comparison} ${quantity(limit.value, unit)}; ${counted}`.slice(0, 80);
}

/** The row that made the verdict; one with a number, where there is one. */
export function decisiveRow(rows: readonly Row[], verdict: Verdict): Row | undefined {
  return rows.find((row) => row.verdict === verdict && row.shown) ?? rows.find((row) => row.verdict === verdict);
}

/** Tables of objectives and of results. */
export function tablesOf(rows: readonly Row[], facts: Facts): readonly Exhibit[] {
  const objectives: Exhibit = {
    kind: 'table',
    title: titles.objectives,
    columns: [
      { name: 'Objective' },
      { name: 'Results' },
      { name: 'Measured', numeric: true },
      { name: '95 % interval', numeric: true },
      { name: 'Limit', numeric: true },
      { name: 'Samples', numeric: true },
      { name: 'Verdict' },
    ],
    rows: rows
      .slice(0, MAX_ROWS)
      .map(({ id, source, shown, verdict }) => [
        id,
        source,
        shown ? `${shown.statistic} ${quantity(shown.value, shown.unit)}` : null,
        shown ? intervalText(shown) : null,
        shown ? `${shown.limit.comparison} ${quantity(shown.limit.value, shown.unit)}` : null,
        shown?.samples ?? null,
        verdict,
      ]),
  };
  const sources: Exhibit = {
    kind: 'table',
    title: titles.sources,
    columns: [{ name: 'Results' }, { name: 'Format' }, { name: 'SHA-256' }],
    rows: facts.sources.slice(0, MAX_ROWS).map(({ label, format, sha256 }) => [label, format, sha256]),
  };
  return [objectives, ...(facts.sources.length === 0 ? [] : [sources])];
}

function intervalText({ interval, unit }: Shown): string {
  if (!interval) return 'no interval';
  const end = (value: number | null, open: string) => (value === null ? open : quantity(value, unit));
  return `${end(interval.low, '…')} to ${end(interval.high, '…')}`;
}
