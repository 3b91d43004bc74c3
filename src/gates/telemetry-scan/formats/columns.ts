/** Names of the columns of a table in text, from its first line. */
export interface Columns {
  readonly names: readonly string[];
  readonly separator: number;
}

const NAME = /^"?[A-Za-z_][\w .\-/()#]{0,60}"?$/;

/** Reads the first line as the head of a table (RFC 4180, or with tabs or semicolons); `undefined` when it does not look like one. */
export function readColumns(firstLines: Buffer): Columns | undefined {
  const end = firstLines.indexOf(10);
  if (end < 0 || end > 8_192) return undefined;
  const head = firstLines
    .toString('latin1', 0, end)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .replace(/\r$/, '');
  for (const separator of [',', '\t', ';']) {
    const cells = head.split(separator);
    if (cells.length >= 2 && cells.every((cell) => NAME.test(cell.trim()))) {
      return { names: cells.map((cell) => cell.trim().replace(/^"|"$/g, '')), separator: separator.charCodeAt(0) };
    }
  }
  return undefined;
}

/** The column that an offset lies in: separators outside of quotes are counted from the start of its line. */
export function columnOf(columns: Columns, bytes: Uint8Array, at: number): string | undefined {
  let start = at;
  while (start > 0 && bytes[start - 1] !== 10) start--;
  let index = 0;
  let quoted = false;
  for (let i = start; i < at; i++) {
    if (bytes[i] === 34) quoted = !quoted;
    else if (bytes[i] === columns.separator && !quoted) index++;
  }
  return columns.names[index];
}
