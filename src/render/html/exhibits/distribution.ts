import type { Exhibit } from '../../../core/index.ts';
import { formatNumber, formatQuantity } from '../../number.ts';
import { chart, linear, logarithmic, PLOT, round, type Scale, verticalMarks } from '../chart.ts';
import { type Content, h } from '../markup.ts';
import { bulk, table } from '../parts.ts';

const MOST_BUCKETS = 400;
/** From this ratio of largest to smallest on, a linear axis would press most buckets into one bar. */
const WIDE_RATIO = 100;

/** A histogram with its percentiles and the limit, and the same in numbers. */
export function drawDistribution(exhibit: Extract<Exhibit, { kind: 'distribution' }>): Content {
  const { title, unit, markers, limit } = exhibit;
  const buckets = exhibit.buckets.filter(({ low, high }) => high > low).slice(0, MOST_BUCKETS);
  if (buckets.length === 0) return undefined;
  const x = scaleFor([
    ...buckets.flatMap(({ low, high }) => [low, high]),
    ...markers.map(({ value }) => value),
    ...(limit === undefined ? [] : [limit]),
  ]);
  const y = linear(0, Math.max(...buckets.map(({ count }) => count)), [PLOT.height, 0]);
  const marks = [...markers].sort((a, b) => a.value - b.value);
  const told = marks.map(({ label, value }) => `${label} ${formatQuantity(value, unit)}`).join(', ');
  return h(
    'figure',
    {},
    h('figcaption', {}, title),
    h(
      'div',
      { class: 'beside' },
      chart(
        `${title}: histogram; ${told}${limit === undefined ? '' : `; limit ${formatQuantity(limit, unit)}`}`,
        { x, y, xTick: formatNumber, xTitle: unit, yTitle: 'samples' },
        buckets.map(({ low, high, count }) => {
          const [from, to, top] = [x(low), x(high), y(count)];
          const over = limit !== undefined && low >= limit;
          return h('rect', {
            class: over ? 'bar over' : 'bar',
            x: round(from),
            y: round(top),
            width: round(Math.max(0.6, to - from - 0.8)),
            height: round(PLOT.height - top),
          });
        }),
        verticalMarks([
          ...marks.map(({ label, value }) => ({ x: x(value), label, kind: 'marker' as const })),
          ...(limit === undefined ? [] : [{ x: x(limit), label: 'limit', kind: 'limit' as const }]),
        ]),
      ),
      h(
        'div',
        {},
        table(
          `${title}: numbers`,
          [{ name: 'mark' }, { name: unit, numeric: true }],
          [
            ...marks.map(({ label, value }) => [label, formatNumber(value)]),
            ...(limit === undefined ? [] : [['limit', formatNumber(limit)]]),
          ],
        ),
      ),
    ),
    bulk(
      'All buckets',
      table(
        `${title}: buckets`,
        [
          { name: `from (${unit})`, numeric: true },
          { name: `to (${unit})`, numeric: true },
          { name: 'samples', numeric: true },
        ],
        buckets.map(({ low, high, count }) => [formatNumber(low), formatNumber(high), formatNumber(count)]),
      ),
    ),
  );
}

function scaleFor(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  const [low, high] = [Math.min(...positive), Math.max(...values)];
  const wide = values.every((value) => value > 0) && high / low > WIDE_RATIO;
  return wide ? logarithmic(low, high, [0, PLOT.width]) : linear(Math.min(...values), high, [0, PLOT.width]);
}
