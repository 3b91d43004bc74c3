import { escapeControls } from './escape.ts';

export interface TableRow {
  readonly name: string;
  readonly verdict: string;
  readonly headline: string;
}

const WIDTH = 80;

/** A table of names, verdicts and the number that decided, at most 80 columns wide. */
export function renderTable(head: TableRow, rows: readonly TableRow[]): string {
  const all = [head, ...rows].map((row) => ({
    name: escapeControls(row.name),
    verdict: escapeControls(row.verdict),
    headline: escapeControls(row.headline),
  }));
  const nameWidth = Math.max(...all.map((row) => row.name.length));
  const verdictWidth = Math.max(...all.map((row) => row.verdict.length));
  const headlineWidth = WIDTH - nameWidth - verdictWidth - 4;
  const lines = all.map((row) =>
    `${row.name.padEnd(nameWidth)}  ${row.verdict.padEnd(verdictWidth)}  ${cut(row.headline, headlineWidth)}`.trimEnd(),
  );
  const rule = `${'-'.repeat(nameWidth)}  ${'-'.repeat(verdictWidth)}  ${'-'.repeat(Math.min(headlineWidth, Math.max(...all.map((row) => row.headline.length))))}`;
  return `${[lines[0], rule, ...lines.slice(1)].join('\n')}\n`;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
