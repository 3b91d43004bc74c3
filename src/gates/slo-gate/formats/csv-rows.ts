import { CSV_WASM } from './generated/csv-wasm.ts';

/** Where the module expects things; see csv.assembly. */
const WANTED = 1_024;
const ROWS = 2_048;
const PAGE = 65_536;
/** Rows of one call. */
const BATCH = 2_048;
/** Larger pieces hold rows that are not worth a copy. */
const MAX_BYTES = 16 << 20;

/** As much of the global as is used here; its types come with the browser's library, which this project does not load. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  layout(rows: number, wanted: number): number;
  read(from: number, size: number, rows: number, wanted: number, lastColumn: number, delimiter: number): number;
  end(): number;
}

let loaded: Exports | undefined;

/** Cells of a batch of rows, row after row; offsets are those of the bytes that were given. */
export interface RowBatch {
  readonly count: number;
  /** Numbers of plain digits; `NaN` for every other text. */
  readonly values: Float64Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Whether the module can read these columns. */
export function fitsRows(columns: readonly number[]): boolean {
  return columns.length > 0 && columns.length < 64 && (columns.at(-1) as number) < 255;
}

/**
 * Gives whole rows of bytes without quotes to `onBatch`, which may stop with a problem; returns that, or where the first row begins that was not read:
 * it is too short, or not whole. The arrays of a batch hold until `onBatch` returns.
 */
export function readBatches<Problem extends object>(
  bytes: Uint8Array,
  from: number,
  columns: readonly number[],
  delimiter: number,
  onBatch: (batch: RowBatch) => Problem | undefined,
): Problem | number {
  if (bytes.length > MAX_BYTES) return from;
  loaded ??= new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(CSV_WASM, 'base64'))).exports as Exports;
  const { memory, layout, read, end } = loaded;
  const wanted = columns.length;
  const input = layout(BATCH, wanted);
  const lacking = Math.ceil((input + bytes.length + 128 - memory.buffer.byteLength) / PAGE);
  if (lacking > 0) memory.grow(lacking);
  const view = new Uint8Array(memory.buffer);
  view.fill(255, WANTED, WANTED + 256);
  columns.forEach((column, index) => {
    view[WANTED + column] = index;
  });
  view.set(bytes, input);
  const cells = BATCH * wanted;
  const values = new Float64Array(memory.buffer, ROWS, cells);
  const starts = new Int32Array(memory.buffer, ROWS + cells * 8, cells);
  const ends = new Int32Array(memory.buffer, ROWS + cells * 12, cells);
  for (let at = from; ; ) {
    const count = read(at, bytes.length, BATCH, wanted, columns.at(-1) as number, delimiter);
    at = end();
    const problem = count === 0 ? undefined : onBatch({ count, values, starts, ends });
    if (problem) return problem;
    if (count < BATCH) return at;
  }
}
