import type { Verdict } from '../../core/index.ts';
import { escapeControls } from './escape.ts';
import { type Paint, plain } from './paint.ts';
import { columnsOf, pad, WIDTH, wrapText } from './wrap.ts';

export interface TableRow {
  readonly name: string;
  readonly verdict: string;
  readonly headline: string;
  /** What the verdict's word means, for its colour. */
  readonly meaning?: Verdict;
}

/** A table of names, verdicts and the number that decided, at most 80 columns wide; a long headline goes on below itself. */
export function renderTable(head: TableRow, rows: readonly TableRow[], paint: Paint = plain): string {
  const all = [head, ...rows].map((row) => ({
    ...row,
    name: escapeControls(row.name),
    verdict: escapeControls(row.verdict),
    headline: escapeControls(row.headline),
  }));
  const nameWidth = Math.max(...all.map((row) => columnsOf(row.name)));
  const verdictWidth = Math.max(...all.map((row) => columnsOf(row.verdict)));
  const headlineWidth = Math.max(20, WIDTH - nameWidth - verdictWidth - 4);
  const wrapped = all.map((row) => wrapText(row.headline, headlineWidth));
  const lines = all.map(({ name, verdict, meaning }, row) =>
    (wrapped[row] ?? []).map((part, index) => {
      const word = pad(index === 0 ? verdict : '', verdictWidth);
      const painted = meaning === undefined || index > 0 ? word : word.replace(verdict, paint(meaning, verdict));
      return `${pad(index === 0 ? name : '', nameWidth)}  ${painted}  ${part}`.trimEnd();
    }),
  );
  const longest = Math.max(...wrapped.flat().map(columnsOf));
  const rule = `${'-'.repeat(nameWidth)}  ${'-'.repeat(verdictWidth)}  ${'-'.repeat(Math.min(headlineWidth, longest))}`;
  return `${[...(lines[0] ?? []), rule, ...lines.slice(1).flat()].join('\n')}\n`;
}
