import type { Exhibit } from '../../../core/index.ts';
import { badge, sign } from '../mark.ts';
import { type Content, h } from '../markup.ts';
import { leftOut, table } from '../parts.ts';

type Grid = Extract<Exhibit, { kind: 'grid' }>;
type Cell = Grid['rows'][number]['cells'][number];

const MOST_ROWS = 200;

/** Marks by row and column; the first difference, read from the left and from above, stands out. */
export function drawGrid({ title, columns, rows, dense }: Grid): Content {
  if (rows.length === 0) return undefined;
  let found = false;
  const cells = rows.slice(0, MOST_ROWS).map((row) => [
    row.name,
    ...row.cells.map((cell, index) => {
      const first = !found && (cell.verdict === 'fail' || cell.verdict === 'inconclusive');
      found ||= first;
      return dense && index >= WORDY ? drawMark(cell) : drawCell(cell, first);
    }),
  ]);
  const names = [{ name: 'what' }, ...columns.map((name, index) => ({ name, upright: dense === true && index >= WORDY }))];
  return [table(title, names, cells, dense ? 'grid dense' : 'grid'), leftOut(rows.length - MOST_ROWS, 'all in the evidence')];
}

/** Of a dense grid the first two columns have room for words. */
const WORDY = 2;

function drawCell({ verdict, note }: Cell, first: boolean): Content {
  // A word without a mark: nothing was judged there.
  if (verdict === null) return note === '' ? h('span', { class: 'note' }, '–') : h('span', { class: 'note' }, note);
  return h(
    'div',
    { class: `cell ${verdict}${first ? ' first' : ''}` },
    badge(verdict),
    first ? h('strong', {}, 'first difference') : undefined,
    note === '' ? undefined : h('span', { class: 'note' }, note),
  );
}

function drawMark({ verdict, note }: Cell): Content {
  if (verdict === null) return h('span', { class: 'hidden' }, 'not');
  return [sign(verdict), h('span', { class: 'hidden' }, [verdict, note].filter(Boolean).join(' '))];
}
