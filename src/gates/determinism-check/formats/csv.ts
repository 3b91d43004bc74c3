import type { Document, DocumentDifference } from './format.ts';

/** RFC 4180, with the separator that the first line shows most; rows count from 1, columns by the name in the first row. */
export const csv: Document = {
  id: 'csv',
  recognizes: (_text, name) => /\.(?:csv|tsv)$/i.test(name),
  compare: (left, right) => {
    const separator = separatorOf(left);
    const [a, b] = [rowsOf(left, separator), rowsOf(right, separator)];
    const header = a[0] ?? [];
    const found: DocumentDifference[] = [];
    for (let row = 0; row < Math.max(a.length, b.length) && found.length < 50; row += 1) {
      const [x, y] = [a[row] ?? [], b[row] ?? []];
      for (let column = 0; column < Math.max(x.length, y.length); column += 1) {
        if (x[column] === y[column]) continue;
        const name = row === 0 ? undefined : header[column];
        found.push({ pointer: `row ${row + 1}, column ${name || column + 1}`, left: x[column] ?? '', right: y[column] ?? '' });
      }
    }
    return found;
  },
};

function separatorOf(text: string): string {
  const [first = ''] = text.split('\n', 1);
  const counts = [',', ';', '\t'].map((separator) => ({ separator, count: first.split(separator).length }));
  return counts.sort((a, b) => b.count - a.count)[0]?.separator ?? ',';
}

function rowsOf(text: string, separator: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endField = (): void => {
    row.push(field);
    field = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && field === '') quoted = true;
    else if (character === separator) endField();
    else if (character === '\n') {
      endField();
      rows.push(row);
      row = [];
    } else if (character !== '\r') field += character;
  }
  if (field !== '' || row.length > 0) {
    endField();
    rows.push(row);
  }
  return rows;
}
