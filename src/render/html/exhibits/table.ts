import type { Exhibit } from '../../../core/index.ts';
import { formatNumber } from '../../number.ts';
import type { Content } from '../markup.ts';
import { leftOut, table } from '../parts.ts';

const MOST_ROWS = 500;

/** Columns and rows as they are. */
export function drawTable(exhibit: Extract<Exhibit, { kind: 'table' }>): Content {
  if (exhibit.rows.length === 0) return undefined;
  const rows = exhibit.rows.slice(0, MOST_ROWS).map((row) => row.map(show));
  return [table(exhibit.title, exhibit.columns, rows), leftOut(exhibit.rows.length - MOST_ROWS, 'all in the evidence')];
}

function show(cell: string | number | boolean | null): string {
  if (cell === null) return '–';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return typeof cell === 'number' ? formatNumber(cell) : cell;
}
