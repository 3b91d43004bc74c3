import { line } from 'd3-shape';
import type { Exhibit } from '../../../core/index.ts';
import { formatNumber, formatQuantity } from '../../number.ts';
import { chart, clockTick, horizontalLimit, linear, PLOT, round, spanBands, time } from '../chart.ts';
import { type Content, h } from '../markup.ts';
import { bulk, leftOut, table } from '../parts.ts';

const MOST_POINTS = 1500;
const MOST_DOTS = 60;
const MOST_ROWS = 500;
const MOST_SPANS = 50;

/** Values over time, or over an index, with the limit, and the same in numbers. */
export function drawSeries(exhibit: Extract<Exhibit, { kind: 'series' }>): Content {
  const { title, unit, overTime, limit, spans = [] } = exhibit;
  const sorted = [...exhibit.points].sort((a, b) => a.at - b.at);
  const points = thin(sorted);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return undefined;
  const values = [...points.map(({ value }) => value), ...(limit === undefined ? [] : [limit])];
  const y = linear(Math.min(...values), Math.max(...values), [PLOT.height, 0]);
  const x = (overTime ? time : linear)(first.at, last.at, [0, PLOT.width]);
  const path = line<{ at: number; value: number }>(
    (point) => round(x(point.at)),
    (point) => round(y(point.value)),
  )(points);
  const bands = spans.slice(0, MOST_SPANS).map(({ label, from, to }) => ({ label, from: x(from), to: to === null ? PLOT.width : x(to) }));
  const at = (value: number): string => (overTime ? `${new Date(value).toISOString().slice(0, 19)}Z` : formatNumber(value));
  const [low, high] = [Math.min(...points.map(({ value }) => value)), Math.max(...points.map(({ value }) => value))];
  return h(
    'figure',
    {},
    h('figcaption', {}, title),
    chart(
      `${title}: ${points.length} values from ${formatQuantity(low, unit)} to ${formatQuantity(high, unit)}, last ${formatQuantity(last.value, unit)}${limit === undefined ? '' : `; limit ${formatQuantity(limit, unit)}`}${spans.length === 0 ? '' : `; meanwhile ${spans.map(({ label }) => label).join(', ')}`}`,
      { x, y, xTick: overTime ? clockTick : formatNumber, xTitle: overTime ? 'UTC' : '', yTitle: unit },
      spanBands(bands),
      h('path', { class: 'line', d: path ?? '' }),
      points.length <= MOST_DOTS
        ? points.map((point) => h('circle', { class: 'dot', cx: round(x(point.at)), cy: round(y(point.value)), r: 3 }))
        : undefined,
      limit === undefined ? undefined : horizontalLimit(y(limit), `limit ${formatQuantity(limit, unit)}`),
    ),
    bulk(
      'Numbers',
      table(
        `${title}: numbers`,
        [{ name: overTime ? 'at' : 'index' }, { name: unit, numeric: true }],
        sorted.slice(0, MOST_ROWS).map((point) => [at(point.at), formatNumber(point.value)]),
      ),
      leftOut(sorted.length - MOST_ROWS, 'all in the evidence'),
    ),
  );
}

/** Keeps the lowest and the highest of each run of points, so that no peak is lost. */
function thin<P extends { readonly value: number; readonly at: number }>(points: readonly P[]): readonly P[] {
  if (points.length <= MOST_POINTS) return points;
  const size = Math.ceil(points.length / (MOST_POINTS / 2));
  const kept: P[] = [];
  for (let start = 0; start < points.length; start += size) {
    const run = points.slice(start, start + size);
    const [low, high] = [
      run.reduce((best, point) => (point.value < best.value ? point : best)),
      run.reduce((best, point) => (point.value > best.value ? point : best)),
    ];
    kept.push(...(low === high ? [low] : low.at < high.at ? [low, high] : [high, low]));
  }
  return kept;
}
