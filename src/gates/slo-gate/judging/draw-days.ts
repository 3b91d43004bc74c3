import type { Exhibit } from '../../../core/index.ts';
import type { StreakDay } from '../ledger/streak.ts';
import { pictureWords, quantity, titles } from '../words.ts';
import type { Row } from './row.ts';

/** What an entry of the ledger, or the present evaluation, measured on a day. */
export interface DayRecord {
  readonly day: string;
  readonly measurements: readonly { readonly id: string; readonly value: number | null }[];
}

const MOST_BUDGETS = 3;

/** The days as a calendar, each with the number of the row that decides today; and what each day left of the error budgets. */
export function drawDays(
  days: readonly StreakDay[],
  records: readonly DayRecord[],
  decisive: Row | undefined,
  rows: readonly Row[],
): readonly Exhibit[] {
  const lastOf = (day: string, id: string): number | undefined =>
    records
      .filter((record) => record.day === day)
      .flatMap(({ measurements }) => measurements.filter((one) => one.id === id).flatMap(({ value }) => (value === null ? [] : [value])))
      .at(-1);
  const noteOf = ({ day, state, missingKinds }: StreakDay): string => {
    const said = state === 'kind-missing' ? pictureWords.lacks(missingKinds) : (pictureWords.dayState[state] ?? state);
    const value = decisive && lastOf(day, decisive.id);
    return value === undefined || !decisive?.shown ? said : `${said}: ${decisive.shown.statistic} ${quantity(value, decisive.shown.unit)}`;
  };
  const calendar: Exhibit = {
    kind: 'calendar',
    title: titles.days,
    days: days.map((day) => ({ day: day.day, verdict: day.verdict, note: noteOf(day) })),
  };
  const budgets = rows.flatMap(({ id }): readonly Exhibit[] => {
    const points = days.flatMap(({ day }) => {
      const left = lastOf(day, `${id}: error budget left`);
      return left === undefined ? [] : [{ at: Date.parse(`${day}T00:00:00Z`), value: Number((left * 100).toPrecision(6)) }];
    });
    if (points.length < 2) return [];
    return [{ kind: 'series', title: `${titles.budgetLeft}: ${id}`.slice(0, 120), unit: '%', overTime: true, points, limit: 0 }];
  });
  return [calendar, ...budgets.slice(0, MOST_BUDGETS)];
}
