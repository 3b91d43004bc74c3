import type { Exhibit } from '../../core/exhibit.ts';
import type { FileFact } from './facts.ts';
import { exhibitTitles } from './words.ts';

const MAX_TABLE_ROWS = 200;
const MAX_DIFFS = 20;
const MAX_LINES_IN_ALL = 1000;

/** A table of the files that differ, then the first of them side by side. */
export function drawExhibits(broken: readonly FileFact[]): Exhibit[] {
  if (broken.length === 0) return [];
  const table: Exhibit = {
    kind: 'table',
    title: exhibitTitles.files,
    columns: [{ name: 'file' }, { name: 'what' }, { name: 'format' }, { name: 'differences', numeric: true }],
    rows: broken.slice(0, MAX_TABLE_ROWS).map(({ path, status, format = '', total = 1 }) => [path, status, format, total]),
  };
  const exhibits: Exhibit[] = [table];
  let room = MAX_LINES_IN_ALL;
  for (const { path, lines = [] } of broken.filter((file) => (file.lines?.length ?? 0) > 0).slice(0, MAX_DIFFS)) {
    if (room <= 0) break;
    exhibits.push({
      kind: 'diff',
      title: `${exhibitTitles.diff}: ${path}`,
      left: `${exhibitTitles.left}/${path}`,
      right: `${exhibitTitles.right}/${path}`,
      lines: lines.slice(0, room).map((line) => ({ ...line })),
    });
    room -= lines.length;
  }
  return exhibits;
}
