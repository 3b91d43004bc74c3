const SHORTEST = 4;
const MAX_RUNS = 20_000;

/** Runs of at least four printable characters in binary data, in order, as `strings` gives them. */
export function printableRuns(bytes: Uint8Array): readonly string[] {
  const runs: string[] = [];
  let from = -1;
  for (let at = 0; at <= bytes.length && runs.length < MAX_RUNS; at += 1) {
    const byte = bytes[at] ?? 0;
    const printable = at < bytes.length && byte >= 32 && byte < 127;
    if (printable && from === -1) from = at;
    if (printable || from === -1) continue;
    if (at - from >= SHORTEST) runs.push(Buffer.from(bytes.subarray(from, at)).toString('latin1'));
    from = -1;
  }
  return runs;
}

const ROW = 16;
const ROWS_AROUND = 2;

/** Rows of sixteen bytes around a place: offset, hexadecimal, printable characters. */
export function hexRows(bytes: Uint8Array, around: number): readonly string[] {
  const first = Math.max(0, Math.floor(around / ROW) - ROWS_AROUND);
  const rows: string[] = [];
  for (let row = first; row <= first + 2 * ROWS_AROUND && row * ROW < bytes.length; row += 1) {
    const part = bytes.subarray(row * ROW, (row + 1) * ROW);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...part].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    rows.push(`${(row * ROW).toString(16).padStart(8, '0')}  ${hex.padEnd(ROW * 3 - 1)}  ${text}`);
  }
  return rows;
}
