import type { Exhibit } from '../../../core/index.ts';
import { badge } from '../mark.ts';
import { type Content, h } from '../markup.ts';
import { leftOut, table } from '../parts.ts';

const MOST_ROWS = 200;

/** Marks by row and column; the first difference, read from the left and from above, stands out. */
export function drawGrid({ title, columns, rows }: Extract<Exhibit, { kind: 'grid' }>): Content {
  if (rows.length === 0) return undefined;
  let found = false;
  const cells = rows.slice(0, MOST_ROWS).map((row) => [
    row.name,
    ...row.cells.map(({ verdict, note }) => {
      // A word without a mark: nothing was judged there.
      if (verdict === null && note !== '') return h('span', { class: 'note' }, note);
      const first = !found && (verdict === 'fail' || verdict === 'inconclusive');
      found ||= first;
      return h(
        'div',
        { class: `cell ${verdict ?? 'none'}${first ? ' first' : ''}` },
        badge(verdict ?? 'none', verdict ?? '–'),
        first ? h('strong', {}, 'first difference') : undefined,
        note === '' ? undefined : h('span', { class: 'note' }, note),
      );
    }),
  ]);
  return [
    table(title, [{ name: '' }, ...columns.map((name) => ({ name }))].map(nameless), cells, 'grid'),
    leftOut(rows.length - MOST_ROWS, 'all in the evidence'),
  ];
}

function nameless(column: { readonly name: string }): { readonly name: string } {
  return column.name === '' ? { name: 'what' } : column;
}
