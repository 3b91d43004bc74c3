import { CsvError, parse } from 'csv-parse/sync';
import { diffNodes } from '../../../core/structural-diff.ts';
import { arrayNode, nodeOfValue, objectNode, type StructuralNode, scalarNode } from '../../../core/structural-diff-node.ts';
import { infinity, NOT_A_NUMBER, readDecimal } from '../../../core/structural-diff-number.ts';
import { type CompiledRules, compileRules } from '../../../core/structural-diff-rules.ts';
import type { Change, Side } from '../facts.ts';
import { changeOf, leavesNothing, linesOf } from './documents.ts';
import {
  type Comparison,
  type Format,
  MAX_CHANGES_PER_FILE,
  MAX_DIFF_LINES,
  MAX_SHOWN_CHARACTERS,
  malformed,
  NOTHING_LEFT,
  type Pair,
} from './format.ts';

/** Comma-separated values with a header row. */
export const csv: Format = { name: 'csv', extensions: ['.csv'], compare: (pair) => compareTables(pair, ',') };

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Pointer of the list of columns; no row has this name, since rows are named by index or by their key. */
const COLUMNS = '/#columns';
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Compares two tables: the list of columns, then the rows over the columns that both have. With key columns rows are matched by them, whatever their order;
 * else they are a list. Cells that are spelled as JSON numbers compare as numbers, `NaN` and `inf` too; everything else as text.
 */
export async function compareTables({ base, actual, rules }: Pair, delimiter: string): Promise<Comparison> {
  const [left, right] = [readTable(await base.read(), delimiter, 'baseline'), readTable(await actual.read(), delimiter, 'actual')];
  const broken = [left, right].filter((side): side is Change => 'kind' in side);
  if (broken.length > 0) return malformed(broken);
  const [a, b] = [left as Table, right as Table];
  const missing = (rules.keyColumns ?? []).filter((column) => !a.columns.includes(column) || !b.columns.includes(column));
  if (missing.length > 0)
    return malformed(
      missing.map((column) => ({
        kind: 'malformed',
        side: a.columns.includes(column) ? 'actual' : 'baseline',
        reason: `no key column ${column}`,
      })),
    );
  const options = { maxDifferences: MAX_CHANGES_PER_FILE, maxShown: MAX_SHOWN_CHARACTERS };
  const columns = diffNodes(nodeOfValue({ '#columns': a.columns }), nodeOfValue({ '#columns': b.columns }), {
    ...options,
    rules: onlyUnder(rules.values),
  });
  const common = a.columns.filter((column) => b.columns.includes(column));
  const [before, now] = [rowsNode(a, common, rules.keyColumns), rowsNode(b, common, rules.keyColumns)];
  const rows = diffNodes(before, now, { ...options, rules: rules.values });
  if (columns.total + rows.total === 0 && leavesNothing(before, rules.values) && leavesNothing(now, rules.values)) return NOTHING_LEFT;
  const differences = [...columns.differences, ...rows.differences];
  return {
    changes: differences.map(changeOf).slice(0, MAX_CHANGES_PER_FILE),
    total: columns.total + rows.total,
    lines: differences.flatMap(linesOf).slice(0, MAX_DIFF_LINES),
  };
}

/** Rules that name the list of columns itself; a rule for every cell is none for the header. */
function onlyUnder({ rules }: CompiledRules): CompiledRules {
  return compileRules(rules.filter(({ path }) => path.startsWith(COLUMNS)));
}

function readTable(bytes: Uint8Array, delimiter: string, side: Side): Table | Change {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { kind: 'malformed', side, reason: 'utf8' };
  }
  try {
    const records = parse(text, { delimiter, relaxColumnCount: true, skipEmptyLines: true }) as string[][];
    const [header = [], ...rows] = records;
    return { columns: distinct(header), rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = (error as { lines?: unknown }).lines;
    return {
      kind: 'malformed',
      side,
      reason: error.code.toLowerCase().replaceAll('_', ' '),
      ...(typeof line === 'number' ? { line } : {}),
    };
  }
}

/** Columns of the same name are told apart by a counter. */
function distinct(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}

function rowsNode(table: Table, common: readonly string[], key: readonly string[] | undefined): StructuralNode {
  const places = new Map(table.columns.map((column, index) => [column, index]));
  const nodes = table.rows.map((row) => {
    const members = new Map<string, StructuralNode>();
    for (const column of common) {
      const cell = row[places.get(column) as number];
      if (cell !== undefined) members.set(column, cellNode(cell));
    }
    // Cells beyond the header have no name but their place.
    for (let index = table.columns.length; index < row.length; index++) members.set(`#${index}`, cellNode(row[index] as string));
    return objectNode(members);
  });
  if (!key) return arrayNode(nodes);
  const names = distinct(table.rows.map((row) => key.map((column) => row[places.get(column) as number] ?? '').join(',')));
  return objectNode(new Map(names.map((name, index) => [name, nodes[index] as StructuralNode])));
}

function cellNode(cell: string): StructuralNode {
  const trimmed = cell.trim();
  if (/^[+-]?nan$/i.test(trimmed)) return scalarNode(NOT_A_NUMBER);
  if (/^[+-]?inf(inity)?$/i.test(trimmed)) return scalarNode(infinity(trimmed.startsWith('-')));
  return scalarNode((JSON_NUMBER.test(cell) ? readDecimal(cell) : undefined) ?? cell);
}
