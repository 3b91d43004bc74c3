import type { Columns } from '../formats/columns.ts';
import type { Match } from '../rules/rule.ts';
import { createAnchors, findAnchors } from './anchors.ts';
import { literalRules } from './literals.ts';
import type { Scanner } from './scanner.ts';
import type { Window } from './window.ts';

/** Longer cells hold prose, where words stand beside their values anyway. */
const MAX_CELL = 256;

/**
 * In a table the word that explains a value stands in the head, far from it. So the rules whose words are in a column's name are asked of every cell of
 * that column.
 */
export function askColumns(
  scanner: Scanner,
  bytes: Buffer,
  from: number,
  to: number,
  columns: Columns,
  report: (match: Match, base: number) => void,
): void {
  const rules = columns.names.map((name) => rulesNamedBy(scanner, name));
  if (rules.every((asked) => asked.length === 0)) return;
  for (let lineStart = from; lineStart < to; ) {
    const lineFeed = bytes.indexOf(10, lineStart);
    const lineEnd = lineFeed < 0 || lineFeed > to ? to : lineFeed;
    let index = 0;
    let quoted = false;
    let cellStart = lineStart;
    for (let at = lineStart; at <= lineEnd; at++) {
      if (at < lineEnd && bytes[at] === 34) quoted = !quoted;
      if (at < lineEnd && (quoted || bytes[at] !== columns.separator)) continue;
      const asked = rules[index] ?? [];
      if (asked.length > 0 && at > cellStart && at - cellStart <= MAX_CELL) {
        const window: Window = {
          text: bytes.toString('latin1', cellStart, at),
          base: cellStart,
          columnAt: columnOfCell(columns.names[index]),
        };
        for (const rule of asked)
          scanner.rules[rule]?.find(window, bytes[cellStart] === 34 ? 1 : 0, window.text.length, (match) => report(match, cellStart));
      }
      index++;
      cellStart = at + 1;
    }
    lineStart = lineEnd + 1;
  }
}

function columnOfCell(name: string | undefined): () => string | undefined {
  return () => name;
}

function rulesNamedBy(scanner: Scanner, name: string): readonly number[] {
  // A space after it, so that a name of three letters has a byte to follow.
  const bytes = Buffer.from(`${name} `, 'latin1');
  const anchors = createAnchors(64);
  findAnchors(bytes, 0, bytes.length, scanner.starts.keys, scanner.ends.keys, anchors);
  const found = new Set<number>();
  for (let index = 0; index < anchors.count; index++)
    literalRules(scanner.starts.table, scanner.ends.table, bytes, 0, bytes.length, anchors, index, (rule) => found.add(rule));
  return [...found].sort((a, b) => a - b);
}
