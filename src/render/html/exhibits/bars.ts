import type { Exhibit } from '../../../core/index.ts';
import { formatQuantity } from '../../number.ts';
import { round } from '../chart.ts';
import { badge } from '../mark.ts';
import { type Content, h } from '../markup.ts';
import { disclosure, leftOut, table } from '../parts.ts';

const MOST_ROWS = 100;
/** Seen at once. */
const FIRST_ROWS = 12;
const WIDTH = 220;
const HEIGHT = 14;
const MOST_TIMES = 2.5;

/** Amounts as bars in a table, each with its numbers beside it; parts add up, the gravest on the left. */
export function drawBars({ title, unit, parts, rows, limit }: Extract<Exhibit, { kind: 'bars' }>): Content {
  if (rows.length === 0) return undefined;
  const shown = rows.slice(0, MOST_ROWS);
  const wholes = shown.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  // One that is far beyond its limit must not press all others flat.
  const most = Math.min(Math.max(...wholes, limit ?? 0), limit === undefined ? Number.POSITIVE_INFINITY : limit * MOST_TIMES) || 1;
  const several = parts.length > 1;
  const judged = shown.some(({ verdict }) => verdict !== null);
  const noted = shown.some(({ note }) => note !== '');
  const columns = [
    { name: 'what' },
    { name: limit === undefined ? 'amount' : `amount, the line at ${formatQuantity(limit, unit)}` },
    ...parts.map(({ name }) => ({ name, numeric: true })),
    ...(several ? [{ name: 'all', numeric: true }] : []),
    ...(judged ? [{ name: 'verdict' }] : []),
    ...(noted ? [{ name: 'note' }] : []),
  ];
  const cells = shown.map(({ name, values, verdict, note }, index) => [
    name,
    drawBar(values, parts, most, limit),
    ...parts.map((_, part) => formatQuantity(values[part] ?? 0, unit)),
    ...(several ? [formatQuantity(wholes[index] ?? 0, unit)] : []),
    ...(judged ? [badge(verdict ?? 'none')] : []),
    ...(noted ? [h('span', { class: 'note' }, note)] : []),
  ]);
  const further = cells.slice(FIRST_ROWS);
  return [
    table(title, columns, cells.slice(0, FIRST_ROWS), 'bars'),
    further.length === 0
      ? undefined
      : disclosure(`${further.length} more of ${title}`, table(`${title}, continued`, columns, further, 'bars')),
    leftOut(rows.length - MOST_ROWS, 'all in the evidence'),
  ];
}

function drawBar(
  values: readonly number[],
  parts: Extract<Exhibit, { kind: 'bars' }>['parts'],
  most: number,
  limit: number | undefined,
): Content {
  const x = (value: number): number => round((Math.min(value, most) / most) * (WIDTH - 4));
  let from = 0;
  return h(
    'svg',
    { class: 'stack', viewBox: `0 0 ${WIDTH} ${HEIGHT + 4}`, width: WIDTH, height: HEIGHT + 4, 'aria-hidden': 'true', focusable: 'false' },
    h('rect', { class: 'track', x: 0, y: 2, width: WIDTH - 4, height: HEIGHT, rx: 2 }),
    values.map((value, index) => {
      const start = from;
      from += value;
      if (value <= 0) return undefined;
      const over = limit !== undefined && from > limit;
      const tone = over ? 'fail' : (parts[index]?.tone ?? 'data');
      return h('rect', { class: `part ${tone}`, x: x(start), y: 2, width: Math.max(1, x(from) - x(start)), height: HEIGHT });
    }),
    from > most
      ? h('path', {
          class: 'beyond',
          d: `M${WIDTH - 14} 2l4 ${HEIGHT / 2}l-4 ${HEIGHT / 2}M${WIDTH - 9} 2l4 ${HEIGHT / 2}l-4 ${HEIGHT / 2}`,
        })
      : undefined,
    limit === undefined ? undefined : h('line', { class: 'limit', x1: x(limit), x2: x(limit), y1: 0, y2: HEIGHT + 4 }),
  );
}
