import type { Exhibit } from '../../core/exhibit.ts';
import type { FileFact } from './facts.ts';
import { exhibitTitles } from './words.ts';

const MAX_TABLE_ROWS = 200;
const MAX_DIFFS = 20;
const MAX_LINES_IN_ALL = 1000;

/** Bytes of pictures, in base64, that one report carries: with all else it stays below 1 MB. */
const MAX_PICTURE_CHARACTERS = 600_000;

/** A table of the files that differ, then the first of them side by side: pictures, which are seen at a glance, before texts. */
export function drawExhibits(differing: readonly FileFact[]): Exhibit[] {
  const broken = differing.flatMap((file): readonly FileFact[] => (file.members ? leavesOf(file.members) : [file]));
  if (broken.length === 0) return [];
  const table: Exhibit = {
    kind: 'table',
    title: exhibitTitles.files,
    columns: [{ name: 'file' }, { name: 'what' }, { name: 'format' }, { name: 'differences', numeric: true }],
    rows: broken.slice(0, MAX_TABLE_ROWS).map(({ path, status, format = '', total = 1 }) => [path, status, format, total]),
  };
  const exhibits: Exhibit[] = [table];
  let left = MAX_PICTURE_CHARACTERS;
  for (const { path, pictures = [] } of broken) {
    const weight = pictures.reduce((sum, { pngBase64 }) => sum + pngBase64.length, 0);
    if (pictures.length === 0 || weight > left) continue;
    left -= weight;
    exhibits.push({ kind: 'pictures', title: `${exhibitTitles.pictures}: ${path}`, pictures: pictures.map((picture) => ({ ...picture })) });
  }
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

function leavesOf(members: readonly FileFact[]): readonly FileFact[] {
  return members.flatMap((member) => (member.members ? leavesOf(member.members) : [member]));
}
