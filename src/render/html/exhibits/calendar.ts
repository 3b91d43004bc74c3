import type { Exhibit } from '../../../core/index.ts';
import { badge } from '../mark.ts';
import { type Content, h } from '../markup.ts';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MOST_DAYS = 400;

/** One cell per UTC day, oldest first. */
export function drawCalendar({ title, days }: Extract<Exhibit, { kind: 'calendar' }>): Content {
  if (days.length === 0) return undefined;
  return h(
    'figure',
    {},
    h('figcaption', {}, title),
    h(
      'ol',
      { class: 'calendar' },
      days
        .slice(-MOST_DAYS)
        .map(({ day, verdict, note }) =>
          h(
            'li',
            { class: verdict ?? 'none' },
            h(
              'time',
              { datetime: day },
              h('span', { class: 'quiet' }, WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()]),
              ` ${day.slice(5)}`,
            ),
            badge(verdict ?? 'none', verdict ?? 'no record'),
            note === '' ? undefined : h('span', { class: 'note' }, note),
          ),
        ),
    ),
  );
}
