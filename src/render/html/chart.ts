import { scaleLinear, scaleLog, scaleUtc } from 'd3-scale';
import { formatNumber } from '../number.ts';
import { type Content, type Element, h } from './markup.ts';

/** Inner size of every chart, in units of its view box; the axes stand outside. */
export const PLOT = { width: 600, height: 168, left: 58, right: 14, top: 46, bottom: 30 } as const;

export type Scale = ((value: number) => number) & { ticks(count?: number): readonly number[] };

/** A chart with its axes: what it shows in words for those who do not see it, and what is drawn. */
export function chart(
  label: string,
  axes: {
    readonly x: Scale;
    readonly y: Scale;
    readonly xTick: (value: number) => string;
    readonly xTitle: string;
    readonly yTitle: string;
  },
  ...drawn: readonly Content[]
): Element {
  const { width, height, left, right, top, bottom } = PLOT;
  const vertical = axes.y.ticks(4).map((tick) => {
    const y = round(axes.y(tick));
    return [
      h('line', { class: 'rule', x1: 0, x2: width, y1: y, y2: y }),
      h('text', { x: -8, y: y + 4, 'text-anchor': 'end' }, formatNumber(tick)),
    ];
  });
  const horizontal = spread(axes.x.ticks(7), axes.x).map((tick) =>
    h('text', { x: round(axes.x(tick)), y: height + 18, 'text-anchor': axes.x(tick) > width - 16 ? 'end' : 'middle' }, axes.xTick(tick)),
  );
  return h(
    'div',
    { class: 'chart', role: 'group', 'aria-label': 'Chart, scrolls sideways where there is no room', tabindex: 0 },
    h(
      'svg',
      { role: 'img', 'aria-label': label, viewBox: `${-left} ${-top} ${width + left + right} ${height + top + bottom}` },
      vertical,
      horizontal,
      h('text', { class: 'axis', x: -left + 4, y: -top + 11 }, axes.yTitle),
      h('text', { class: 'axis', x: width + right - 2, y: -top + 11, 'text-anchor': 'end' }, axes.xTitle),
      ...drawn,
      h('line', { class: 'base', x1: 0, x2: width, y1: height, y2: height }),
    ),
  );
}

/** Ticks that are far enough apart for their numbers. */
function spread(ticks: readonly number[], scale: Scale): readonly number[] {
  let last = Number.NEGATIVE_INFINITY;
  return ticks.filter((tick) => {
    const at = scale(tick);
    if (at - last < 52) return false;
    last = at;
    return true;
  });
}

/** A linear scale that begins at 0 when it can, with room above. */
export function linear(low: number, high: number, range: readonly [number, number]): Scale {
  const end = high > low ? high : low + (Math.abs(low) || 1);
  return scaleLinear()
    .domain([Math.min(0, low), end])
    .range([...range])
    .nice() as unknown as Scale;
}

/** A scale of orders of magnitude; every value must be above 0. */
export function logarithmic(low: number, high: number, range: readonly [number, number]): Scale {
  const scale = scaleLog()
    .domain([low, Math.max(high, low * 10)])
    .range([...range]);
  return Object.assign((value: number) => scale(value), {
    ticks: () => scale.ticks(4).filter((tick) => /^[125]/.test(tick.toExponential())),
  });
}

/** A scale of instants, in milliseconds since the epoch, with ticks at round times in UTC. */
export function time(low: number, high: number, range: readonly [number, number]): Scale {
  const scale = scaleUtc()
    .domain([low, high > low ? high : low + 1000])
    .range([...range]);
  return Object.assign((value: number) => scale(value), { ticks: (count?: number) => scale.ticks(count).map(Number) });
}

/** The day at midnight, else the time, both in UTC. */
export function clockTick(value: number): string {
  const iso = new Date(value).toISOString();
  if (iso.slice(11, 19) === '00:00:00') return iso.slice(5, 10);
  return iso.slice(17, 19) === '00' ? iso.slice(11, 16) : iso.slice(11, 19);
}

export interface VerticalMark {
  readonly x: number;
  readonly label: string;
  readonly kind: 'marker' | 'limit';
}

const CHARACTER = 7.2;
const LEVEL = 13;

/** Vertical marks with labels above the plot; a label that would lie on another one is lifted. */
export function verticalMarks(marks: readonly VerticalMark[]): Content {
  const ends: number[] = [];
  return [...marks]
    .sort((a, b) => a.x - b.x)
    .map(({ x, label, kind }) => {
      const shown = label.length > 24 ? `${label.slice(0, 23)}…` : label;
      const { at: start, level } = placeLabel(ends, x + 4, shown);
      const y = -5 - level * LEVEL;
      return [
        h('line', { class: kind, x1: round(x), x2: round(x), y1: y - 8, y2: PLOT.height }),
        h('text', { class: kind, x: round(start), y }, shown),
      ];
    });
}

/** Where a value surely lies, as a band over the plot. */
export function intervalBand(low: number, high: number): Content {
  const [from, to] = [Math.max(0, low), Math.min(PLOT.width, high)];
  return h('rect', { class: 'band', x: round(from), y: 0, width: round(Math.max(1, to - from)), height: PLOT.height });
}

/** Stretches in which something else went on, with their names above the plot; a name that would lie on another one is lifted. */
export function spanBands(spans: readonly { readonly label: string; readonly from: number; readonly to: number }[]): Content {
  const ends: number[] = [];
  return [...spans]
    .sort((a, b) => a.from - b.from)
    .map(({ label, from, to }) => {
      const [start, end] = [Math.max(0, from), Math.min(PLOT.width, to)];
      if (end < 0 || start > PLOT.width) return undefined;
      const shown = label.length > 28 ? `${label.slice(0, 27)}…` : label;
      const { at, level } = placeLabel(ends, start, shown);
      return [
        h('rect', { class: 'span', x: round(start), y: 0, width: round(Math.max(2, end - start)), height: PLOT.height }),
        h('text', { class: 'span', x: round(at), y: -5 - level * LEVEL }, shown),
      ];
    });
}

/** Where a label begins, and on which of three levels it lies on no other. */
function placeLabel(ends: number[], from: number, label: string): { readonly at: number; readonly level: number } {
  const width = label.length * CHARACTER + 8;
  const at = Math.min(from, PLOT.width + PLOT.right - width);
  const free = ends.findIndex((end) => end <= at);
  const level = free === -1 ? ends.length : free;
  ends[level] = at + width;
  return { at, level: Math.min(level, 2) };
}

/** The limit as a horizontal line. */
export function horizontalLimit(y: number, label: string): Content {
  return [
    h('line', { class: 'limit', x1: 0, x2: PLOT.width, y1: round(y), y2: round(y) }),
    h('text', { class: 'limit', x: PLOT.width - 4, y: round(y) - 5, 'text-anchor': 'end' }, label),
  ];
}

/** Two decimals are finer than any screen. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
