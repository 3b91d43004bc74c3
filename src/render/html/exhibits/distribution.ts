import type { Exhibit } from '../../../core/index.ts';
import { formatNumber, formatQuantity } from '../../number.ts';
import { chart, intervalBand, linear, logarithmic, PLOT, round, type Scale, verticalMarks } from '../chart.ts';
import { type Content, h } from '../markup.ts';
import { bulk, table } from '../parts.ts';

type Limit = Extract<Exhibit, { kind: 'distribution' }>['limits'][number];

const MOST_BUCKETS = 400;
/** From this ratio of largest to smallest on, a linear axis would press most buckets into one bar. */
const WIDE_RATIO = 100;

/** A histogram with its percentiles, their intervals and the limits, and the same in numbers. */
export function drawDistribution(exhibit: Extract<Exhibit, { kind: 'distribution' }>): Content {
  const { title, unit, markers, limits } = exhibit;
  const buckets = exhibit.buckets.filter(({ low, high }) => high > low).slice(0, MOST_BUCKETS);
  if (buckets.length === 0) return undefined;
  const marks = [...markers].sort((a, b) => a.value - b.value);
  const x = scaleFor([
    ...buckets.flatMap(({ low, high }) => [low, high]),
    ...marks.flatMap(({ value, interval }) => [value, ...(interval ? [interval.low, interval.high] : [])]),
    ...limits.map(({ value }) => value),
  ]);
  const y = linear(0, Math.max(...buckets.map(({ count }) => count)), [PLOT.height, 0]);
  // What lies beyond the lowest limit is what a limit is about.
  const over = Math.min(...limits.map(({ value }) => value));
  const told = [
    ...marks.map(({ label, value }) => `${label} ${formatQuantity(value, unit)}`),
    ...limits.map(({ label, value }) => `limit ${label} at ${formatQuantity(value, unit)}`),
  ].join(', ');
  return h(
    'figure',
    {},
    h('figcaption', {}, title),
    h(
      'div',
      { class: 'beside' },
      chart(
        `${title}: histogram; ${told}`,
        { x, y, xTick: formatNumber, xTitle: unit, yTitle: 'samples' },
        buckets.map(({ low, high, count }) => {
          const [from, to, top] = [x(low), x(high), y(count)];
          return h('rect', {
            class: low >= over ? 'bar over' : 'bar',
            x: round(from),
            y: round(top),
            width: round(Math.max(0.6, to - from - 0.8)),
            height: round(PLOT.height - top),
          });
        }),
        marks.map(({ interval }) => (interval ? intervalBand(x(interval.low), x(interval.high)) : undefined)),
        verticalMarks([
          ...marks.map(({ label, value }) => ({ x: x(value), label, kind: 'marker' as const })),
          ...byValue(limits).map(({ label, value }) => ({ x: x(value), label, kind: 'limit' as const })),
        ]),
      ),
      table(
        `${title}: numbers`,
        [{ name: 'mark' }, { name: unit, numeric: true }, { name: 'interval', numeric: true }],
        [
          ...marks.map(({ label, value, interval }) => [
            label,
            formatNumber(value),
            interval ? `${formatNumber(interval.low)} – ${formatNumber(interval.high)}` : '',
          ]),
          ...limits.map(({ label, value }) => [h('span', { class: 'limit' }, 'limit ', label), formatNumber(value), '']),
        ],
        'compact',
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

/** Limits at one place share a line. */
function byValue(limits: readonly Limit[]): readonly Limit[] {
  const values = [...new Set(limits.map(({ value }) => value))];
  return values.map((value) => {
    const [first, ...others] = limits.filter((limit) => limit.value === value);
    return { value, label: others.length === 0 ? (first?.label ?? '') : `${first?.label} +${others.length}` };
  });
}

function scaleFor(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  const [low, high] = [Math.min(...positive), Math.max(...values)];
  const wide = values.every((value) => value > 0) && high / low > WIDE_RATIO;
  return wide ? logarithmic(low, high, [0, PLOT.width]) : linear(Math.min(...values), high, [0, PLOT.width]);
}
