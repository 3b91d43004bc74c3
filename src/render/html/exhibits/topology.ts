import { linkHorizontal } from 'd3-shape';
import type { Exhibit } from '../../../core/index.ts';
import { round } from '../chart.ts';
import { badge } from '../mark.ts';
import { type Content, h } from '../markup.ts';
import { table } from '../parts.ts';

const MOST_PARTS = 10;
const ROW = 92;
const START = 150;
const STEP = 76;
const HUB = { x: 48, radius: 36 };

/** Groups of parts behind one hub: which are ready, and how many are needed. */
export function drawTopology({ title, groups }: Extract<Exhibit, { kind: 'topology' }>): Content {
  if (groups.length === 0) return undefined;
  const height = groups.length * ROW;
  const width = START + STEP * Math.max(3, ...groups.map(({ parts }) => Math.min(parts.length, MOST_PARTS) + 1));
  const link = linkHorizontal<unknown, readonly [number, number]>()
    .x((point) => point[0])
    .y((point) => point[1]);
  const told = groups.map(
    ({ name, needed, parts }) => `${parts.filter(({ ready }) => ready).length} of ${parts.length} ${name} ready, ${needed} needed`,
  );
  return h(
    'figure',
    {},
    h('figcaption', {}, title),
    h(
      'div',
      { class: 'beside' },
      h(
        'div',
        { class: 'chart', role: 'group', 'aria-label': 'Chart, scrolls sideways where there is no room', tabindex: 0 },
        h(
          'svg',
          {
            role: 'img',
            'aria-label': `${title}: ${told.join('; ')}`,
            viewBox: `0 0 ${width} ${height}`,
            width,
            height,
            class: 'topology',
          },
          groups.map(({ name, needed, parts }, index) => {
            const y = index * ROW + ROW / 2;
            const ready = parts.filter((part) => part.ready).length;
            const enough = ready >= needed;
            return [
              h('path', {
                class: enough ? 'link' : 'link short',
                d: link({ source: [HUB.x + HUB.radius, height / 2], target: [START - 6, y + 2] } as never) ?? '',
              }),
              h(
                'text',
                { class: 'name', x: START + 2, y: y - 26 },
                `${name.length > 40 ? `${name.slice(0, 39)}…` : name} `,
                h('tspan', { class: enough ? 'enough' : 'short' }, `${ready} ready, ${needed} needed`),
              ),
              parts.slice(0, MOST_PARTS).map(({ id, ready: up }, part) => {
                const x = START + 20 + part * STEP;
                return [
                  h('circle', { class: up ? 'node ready' : 'node', cx: x, cy: y + 2, r: 14 }),
                  h('path', {
                    class: up ? 'tick' : 'cross',
                    d: up ? `M${x - 6} ${y + 2}l4 4l8 -8` : `M${x - 5} ${y - 3}l10 10m0 -10l-10 10`,
                  }),
                  h('text', { x, y: y + 34, 'text-anchor': 'middle' }, id.length > 11 ? `${id.slice(0, 10)}…` : id),
                ];
              }),
              parts.length > MOST_PARTS
                ? h('text', { x: START + 20 + MOST_PARTS * STEP, y: y + 6 }, `+${parts.length - MOST_PARTS}`)
                : undefined,
            ];
          }),
          h('circle', { class: 'hub', cx: HUB.x, cy: round(height / 2), r: HUB.radius }),
          h('text', { class: 'name', x: HUB.x, y: round(height / 2) + 4, 'text-anchor': 'middle' }, 'preview'),
        ),
      ),
      table(
        `${title}: numbers`,
        [{ name: 'group' }, { name: 'needed', numeric: true }, { name: 'ready', numeric: true }, { name: 'verdict' }],
        groups.map(({ name, needed, parts }) => {
          const ready = parts.filter((part) => part.ready).length;
          return [
            name,
            needed,
            `${ready} of ${parts.length}`,
            badge(ready >= needed ? 'pass' : 'fail', ready >= needed ? 'enough' : 'too few'),
          ];
        }),
        'compact',
      ),
    ),
  );
}
