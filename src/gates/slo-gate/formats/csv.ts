import { fitsRows, type RowBatch, readBatches } from './csv-rows.ts';
import type { FormatProblem } from './format.ts';
import { MAX_LINE_BYTES, parseNumber } from './lines.ts';
import { delimiterOf, splitRow } from './split-row.ts';

/** The selected fields of one row, in the order of the selection; valid until the handler returns. */
export interface Fields {
  text(index: number): string;
  number(index: number): number;
  /** Whether the field is exactly these ASCII bytes. */
  is(index: number, bytes: Uint8Array): boolean;
  /** From 1. */
  readonly row: number;
}

/** What a reader wants of a table once it knows its columns. */
export interface CsvPlan {
  /** Ascending indexes of the columns to hand out. */
  readonly columns: readonly number[];
  onRow(fields: Fields): FormatProblem | undefined;
}

const [LF, CR, QUOTE] = [10, 13, 34];

/**
 * Reads CSV after RFC 4180 (quoted fields may hold delimiters, doubled quotes and line feeds), one row after the other. Of a row without quotes only the
 * bytes up to the last selected column are looked at. The delimiter is the comma, or the first of tab and semicolon that the header has more of.
 * `plain`: without WebAssembly, as the reference that the fast way has to equal.
 */
export async function readCsv(
  chunks: AsyncIterable<Uint8Array>,
  onHeader: (names: readonly string[]) => CsvPlan | FormatProblem,
  plain = false,
): Promise<FormatProblem | undefined> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let state: State | undefined;
  const feed = (bytes: Buffer, last: boolean, from = 0): FormatProblem | number => {
    let at = from;
    if (state === undefined) {
      if (bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;
      const end = endOfRow(bytes, at, last);
      if (end < 0) return 0;
      const header = splitRow(bytes, at, trimEnd(bytes, at, end), undefined);
      const delimiter = delimiterOf(bytes.toString('utf8', at, end));
      const names = delimiter === 44 ? header : splitRow(bytes, at, trimEnd(bytes, at, end), delimiter);
      const plan = onHeader(names.map((name) => name.trim()));
      if ('at' in plan) return plan;
      state = createState(plan, delimiter, names.length, plain);
      at = Math.min(bytes.length, end + 1);
    }
    return readRows(state, bytes, at, last);
  };
  for await (const chunk of chunks) {
    const piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const end = piece.indexOf(LF);
    if (end < 0) {
      // Nothing ends here; the pieces are put together once.
      pending.push(Buffer.from(piece));
      pendingBytes += piece.length;
      if (pendingBytes > MAX_LINE_BYTES) return tooLong(state);
      continue;
    }
    let bytes = piece;
    let from = 0;
    if (pending.length > 0) {
      // Only the row that was begun is put together, unless a quoted line feed makes it longer than it looks.
      const row = Buffer.concat([...pending, piece.subarray(0, end + 1)]);
      const read = state === undefined ? 0 : feed(row, false);
      if (typeof read !== 'number') return read;
      if (read === row.length) from = end + 1;
      else bytes = Buffer.concat([...pending, piece]);
    }
    const done = feed(bytes, false, from);
    if (typeof done !== 'number') return done;
    pending = done === bytes.length ? [] : [Buffer.from(bytes.subarray(done))];
    pendingBytes = bytes.length - done;
    if (pendingBytes > MAX_LINE_BYTES) return tooLong(state);
  }
  const done = feed(Buffer.concat(pending), true);
  return typeof done === 'number' ? undefined : done;
}

function tooLong(state: State | undefined): FormatProblem {
  return { at: `row ${(state?.row ?? 0) + 1}`, found: 'a row of more than 64 MiB', expected: 'rows of a table' };
}

interface State {
  readonly plan: CsvPlan;
  readonly delimiter: number;
  readonly width: number;
  readonly plain: boolean;
  starts: Int32Array;
  ends: Int32Array;
  /** Of a batch: what fields of plain digits are worth, and where the fields of the row begin in the arrays. */
  values: Float64Array | undefined;
  base: number;
  readonly fields: Fields;
  readonly quoted: { values: readonly string[] | undefined };
  bytes: Buffer;
  row: number;
}

function createState(plan: CsvPlan, delimiter: number, width: number, plain: boolean): State {
  const [starts, ends] = [new Int32Array(plan.columns.length), new Int32Array(plan.columns.length)];
  const quoted: State['quoted'] = { values: undefined };
  const state: State = {
    plan,
    delimiter,
    width,
    plain: plain || !fitsRows(plan.columns),
    starts,
    ends,
    values: undefined,
    base: 0,
    quoted,
    bytes: Buffer.alloc(0),
    row: 1,
    fields: {
      get row() {
        return state.row;
      },
      text: (index) =>
        quoted.values
          ? (quoted.values[index] ?? '')
          : state.bytes.toString('utf8', state.starts[state.base + index] as number, state.ends[state.base + index] as number),
      number: (index) => {
        const at = state.base + index;
        if (state.values !== undefined) {
          const value = state.values[at] as number;
          if (!Number.isNaN(value)) return value;
        } else if (quoted.values) return quoted.values[index]?.trim() ? Number(quoted.values[index]) : Number.NaN;
        return parseNumber(state.bytes, state.starts[at] as number, state.ends[at] as number);
      },
      is: (index, wanted) => {
        if (quoted.values) return quoted.values[index] === Buffer.from(wanted).toString('latin1');
        const start = state.starts[state.base + index] as number;
        if ((state.ends[state.base + index] as number) - start !== wanted.length) return false;
        for (let at = 0; at < wanted.length; at += 1) if (state.bytes[start + at] !== wanted[at]) return false;
        return true;
      },
    },
  };
  return state;
}

/** Reads whole rows from `at`; returns where the first incomplete one starts. */
function readRows(state: State, bytes: Buffer, from: number, last: boolean): FormatProblem | number {
  const { plan, delimiter, starts, ends, fields, quoted } = state;
  const { columns } = plan;
  const wanted = columns.length;
  const lastColumn = columns[wanted - 1] ?? -1;
  state.bytes = bytes;
  let at = from;
  let nextQuote = bytes.indexOf(QUOTE, at);
  if (nextQuote < 0 && !state.plain) {
    const read = readBatches(bytes, from, columns, delimiter, (batch) => giveBatch(state, batch));
    if (typeof read !== 'number') return read;
    at = read;
  }
  while (at < bytes.length) {
    let end = bytes.indexOf(LF, at);
    if (end < 0) {
      if (!last) return at;
      end = bytes.length;
    }
    if (nextQuote >= 0 && nextQuote < at) nextQuote = bytes.indexOf(QUOTE, at);
    if (nextQuote >= 0 && nextQuote < end) {
      end = endOfRow(bytes, at, last);
      if (end < 0) {
        if (last)
          return { at: `row ${state.row + 1}`, found: 'a quoted field without an end: the file is truncated', expected: 'whole rows' };
        return at;
      }
      const all = splitRow(bytes, at, trimEnd(bytes, at, end), delimiter);
      quoted.values = columns.map((column) => all[column] ?? '');
      state.row += 1;
      if (all.length <= lastColumn || (end === bytes.length && all.length < state.width))
        return shortRow(state, all.length, end === bytes.length);
      const problem = plan.onRow(fields);
      if (problem) return problem;
      quoted.values = undefined;
      at = end + 1;
      continue;
    }
    const stop = end > at && bytes[end - 1] === CR ? end - 1 : end;
    if (stop === at) {
      at = end + 1;
      continue;
    }
    let column = 0;
    let next = 0;
    let start = at;
    let scan = at;
    while (next < wanted) {
      while (scan < stop && bytes[scan] !== delimiter) scan += 1;
      if (column === columns[next]) {
        starts[next] = start;
        ends[next] = scan;
        next += 1;
      }
      if (scan >= stop) break;
      scan += 1;
      column += 1;
      start = scan;
    }
    state.row += 1;
    if (next < wanted) return shortRow(state, column + 1, end === bytes.length);
    // Only the very last row of a file without a line feed at its end can have been cut off.
    if (end === bytes.length) {
      let width = column + 1;
      for (; scan < stop; scan += 1) if (bytes[scan] === delimiter) width += 1;
      if (width < state.width) return shortRow(state, width, true);
    }
    const problem = plan.onRow(fields);
    if (problem) return problem;
    at = end + 1;
  }
  return bytes.length;
}

/** Hands out the rows of a batch. */
function giveBatch(state: State, batch: RowBatch): FormatProblem | undefined {
  const { plan, fields, starts, ends } = state;
  const width = plan.columns.length;
  const { count } = batch;
  state.values = batch.values;
  state.starts = batch.starts;
  state.ends = batch.ends;
  let problem: FormatProblem | undefined;
  for (let row = 0; row < count && problem === undefined; row += 1) {
    state.row += 1;
    state.base = row * width;
    problem = plan.onRow(fields);
  }
  state.values = undefined;
  state.starts = starts;
  state.ends = ends;
  state.base = 0;
  return problem;
}

function shortRow(state: State, width: number, atEnd: boolean): FormatProblem {
  const found = `${width} of ${state.width} columns${atEnd ? ': the file is truncated' : ''}`;
  return { at: `row ${state.row}`, found, expected: 'as many columns as the header names' };
}

/** Index of the line feed that ends a row, or the end of the bytes when they are the last; -1 when the row is not whole. */
function endOfRow(bytes: Buffer, from: number, last: boolean): number {
  let inside = false;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) inside = !inside;
    else if (byte === LF && !inside) return at;
  }
  return last && !inside ? bytes.length : -1;
}

function trimEnd(bytes: Buffer, start: number, end: number): number {
  return end > start && bytes[end - 1] === CR ? end - 1 : end;
}
