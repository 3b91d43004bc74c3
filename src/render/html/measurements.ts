import type { Measurement } from '../../core/index.ts';
import { formatNumber, formatQuantity } from '../number.ts';
import { linear, round } from './chart.ts';
import { badge } from './mark.ts';
import { type Content, code, h } from './markup.ts';
import { count, disclosure, leftOut, table } from './parts.ts';

const MOST_ROWS = 200;
const WIDTH = 110;
/** So many numbers without a limit need no fold. */
const FEW = 3;

/**
 * What was measured: number, limit and interval, each with a small picture of where the value stands against its limit; missed limits first. Numbers without
 * a limit open when they are asked for, where there are many.
 */
export function drawMeasurements(measurements: readonly Measurement[]): Content {
  if (measurements.length === 0) return undefined;
  const grave = ({ value, limit }: Measurement): number => (limit === undefined ? 3 : value === null ? 1 : holds(value, limit) ? 2 : 0);
  const sorted = [...measurements].sort((a, b) => grave(a) - grave(b));
  const limited = sorted.filter(({ limit }) => limit);
  const free = sorted.filter(({ limit }) => !limit);
  if (limited.length === 0 || free.length <= FEW) return drawRows('Measurements', sorted);
  return [
    drawRows('Measurements with a limit', limited),
    disclosure(count(free.length, 'further number'), drawRows('Further numbers', free)),
  ];
}

function drawRows(caption: string, measurements: readonly Measurement[]): Content {
  const shown = measurements.slice(0, MOST_ROWS);
  const has = {
    limit: shown.some(({ limit }) => limit),
    interval: shown.some(({ interval }) => interval),
    samples: shown.some(({ samples }) => samples !== undefined),
  };
  const confidences = [...new Set(shown.flatMap(({ interval }) => (interval ? [interval.confidence] : [])))];
  const confidence = confidences.length === 1 ? confidences[0] : undefined;
  const columns = [
    { name: 'measurement' },
    { name: 'value', numeric: true },
    ...(has.limit ? [{ name: 'limit', numeric: true }, { name: 'kept' }, { name: 'against limit' }] : []),
    ...(has.interval
      ? [{ name: confidence === undefined ? 'interval' : `${formatNumber(confidence * 100)} % interval`, numeric: true }]
      : []),
    ...(has.samples ? [{ name: 'samples', numeric: true }] : []),
  ];
  const rows = shown.map((one) => {
    const { id, value, unit, limit, interval, samples } = one;
    const shownLimit = limit ? `${SIGNS[limit.comparison]} ${formatQuantity(limit.value, unit)}` : '';
    return [
      code(id),
      value === null ? h('em', {}, 'not measured') : formatQuantity(value, unit),
      ...(has.limit ? [shownLimit, kept(one), limit && value !== null ? bullet(one, value, limit.value) : undefined] : []),
      ...(has.interval
        ? [
            interval
              ? `${formatQuantity(interval.low, unit)} – ${formatQuantity(interval.high, unit)}${confidence === undefined ? ` (${formatNumber(interval.confidence * 100)} %)` : ''}`
              : '',
          ]
        : []),
      ...(has.samples ? [samples === undefined ? '' : formatNumber(samples)] : []),
    ];
  });
  return [table(caption, columns, rows, 'measured'), leftOut(measurements.length - MOST_ROWS, 'all in the evidence')];
}

const SIGNS = { '<': '<', '<=': '≤', '>': '>', '>=': '≥', '==': '=', '!=': '≠' } as const;

/** Whether a value is within its limit. */
export function holds(value: number, { comparison, value: limit }: NonNullable<Measurement['limit']>): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
    default:
      return value !== limit;
  }
}

function kept({ value, limit, warnLimit }: Measurement): Content {
  if (!limit) return undefined;
  if (value === null) return badge('inconclusive', 'unknown');
  if (!holds(value, limit)) return badge('fail', 'no');
  return warnLimit && !holds(value, warnLimit) ? badge('warn', 'barely') : badge('pass', 'yes');
}

/** Value as a bar, limit as a line, interval as a whisker, on an axis from 0. The numbers stand in the same row. */
function bullet({ interval, limit }: Measurement, value: number, at: number): Content {
  const all = [value, at, ...(interval ? [interval.low, interval.high] : [])];
  const x = linear(Math.min(...all), Math.max(...all), [2, WIDTH - 4]);
  const zero = x(0);
  const good = limit ? holds(value, limit) : true;
  return h(
    'svg',
    { class: 'bullet', viewBox: `0 0 ${WIDTH} 18`, width: WIDTH, height: 18, 'aria-hidden': 'true', focusable: 'false' },
    h('rect', { class: 'track', x: 0, y: 5, width: WIDTH, height: 8, rx: 2 }),
    h('rect', {
      class: good ? 'bar' : 'bar over',
      x: round(Math.min(zero, x(value))),
      y: 5,
      width: round(Math.max(1, Math.abs(x(value) - zero))),
      height: 8,
      rx: 2,
    }),
    interval
      ? h('path', {
          class: 'whisker',
          d: `M${round(x(interval.low))} 9H${round(x(interval.high))}M${round(x(interval.low))} 5v8M${round(x(interval.high))} 5v8`,
        })
      : undefined,
    h('line', { class: 'limit', x1: round(x(at)), x2: round(x(at)), y1: 0, y2: 18 }),
  );
}
