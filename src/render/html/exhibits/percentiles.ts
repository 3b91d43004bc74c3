import { area, curveMonotoneX, line } from 'd3-shape';
import type { Exhibit } from '../../../core/index.ts';
import { formatNumber, formatQuantity } from '../../number.ts';
import { chart, linear, PLOT, round, type Scale } from '../chart.ts';
import { badge } from '../mark.ts';
import { type Content, h } from '../markup.ts';
import { table } from '../parts.ts';

type Point = Extract<Exhibit, { kind: 'percentiles' }>['points'][number];

const MOST_POINTS = 60;
/** Labelled where there is room: each step is a tenth of the samples before. */
const TICKS = [0, 50, 90, 99, 99.9, 99.99, 99.999];

/**
 * The value at each rank. Equal widths are equal ratios of what is left: 0 to 90 %, 90 to 99 %, 99 to 99.9 %, so that the tail, about which limits are, has
 * room. A limit is drawn from the left up to its rank: the curve must pass below its end.
 */
export function drawPercentiles(exhibit: Extract<Exhibit, { kind: 'percentiles' }>): Content {
  const { title, unit, limits } = exhibit;
  const points = [...exhibit.points].sort((a, b) => a.rank - b.rank).slice(0, MOST_POINTS);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return undefined;
  const known = [...points, ...limits];
  const deepest = Math.max(90, ...known.filter(({ rank }) => rank < 100).map(({ rank }) => rank));
  const x = ranks(deepest);
  const y = linear(0, Math.max(...known.map(({ value }) => value)), [PLOT.height, 0]);
  const at = [(point: Point) => round(x(point.rank)), (point: Point) => round(y(point.value))] as const;
  const curve = line<Point>(...at).curve(curveMonotoneX)(points);
  const below = area<Point>(at[0], PLOT.height, at[1]).curve(curveMonotoneX)(points);
  const told = [
    ...points.map(({ rank, value }) => `${rankName(rank)} ${formatQuantity(value, unit)}`),
    ...limits.map(({ label, verdict }) => `limit ${label}: ${verdict}`),
  ];
  return h(
    'figure',
    {},
    h('figcaption', {}, title),
    h(
      'div',
      { class: 'beside' },
      chart(
        `${title}: percentiles; ${told.join(', ')}`,
        { x, y, xTick: rankName, xTitle: 'percentile', yTitle: unit },
        h('path', { class: 'area', d: below ?? '' }),
        h('path', { class: 'line', d: curve ?? '' }),
        points.map((point) => h('circle', { class: 'dot', cx: at[0](point), cy: at[1](point), r: 3 })),
        limits.map((limit) => drawLimit(limit, x, y)),
      ),
      table(
        `${title}: numbers`,
        [{ name: 'percentile' }, { name: unit, numeric: true }, { name: 'limit' }],
        points.map(({ rank, value }) => [
          rankName(rank),
          formatNumber(value),
          limits
            .filter((limit) => limit.rank === rank)
            .map((limit) => h('div', {}, badge(limit.verdict, `${formatNumber(limit.value)} ${WORDS[limit.verdict]}`))),
        ]),
        'compact',
      ),
    ),
  );
}

const WORDS = { pass: 'kept', warn: 'close', fail: 'missed', inconclusive: 'not settled' } as const;

function drawLimit(limit: Extract<Exhibit, { kind: 'percentiles' }>['limits'][number], x: Scale, y: Scale): Content {
  const [end, height] = [round(x(limit.rank)), round(y(limit.value))];
  const label = limit.label.length > 40 ? `${limit.label.slice(0, 39)}…` : limit.label;
  return [
    h('path', { class: 'limit', d: `M0 ${height}H${end}` }),
    h('path', { class: 'limit', d: `M${end} ${height - 6}v12` }),
    h('text', { class: 'limit', x: 6, y: height - 6 }, label),
  ];
}

/** `p99.9`; the ends by name. */
function rankName(rank: number): string {
  return rank === 0 ? 'min' : rank === 100 ? 'max' : `p${rank}`;
}

/** Ranks by the share that lies beyond them; 100 stands a step after the deepest that is known. */
function ranks(deepest: number): Scale {
  const depth = (rank: number): number => -Math.log10(1 - rank / 100);
  const most = depth(deepest) + 0.35;
  const scale = (rank: number): number => (rank >= 100 ? PLOT.width : (Math.min(depth(rank), most) / most) * PLOT.width);
  return Object.assign(scale, { ticks: () => [...TICKS.filter((rank) => rank <= deepest), 100] });
}
