/** All fields of a row (RFC 4180), quotes removed. */
export function splitRow(bytes: Buffer, start: number, end: number, delimiter = 44): string[] {
  const text = bytes.toString('utf8', start, end);
  const separator = String.fromCharCode(delimiter);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let value = '';
      let scan = at + 1;
      for (;;) {
        const quote = text.indexOf('"', scan);
        if (quote < 0) {
          value += text.slice(scan);
          scan = text.length;
          break;
        }
        value += text.slice(scan, quote);
        scan = quote + 1;
        if (text[scan] !== '"') break;
        value += '"';
        scan += 1;
      }
      const next = text.indexOf(separator, scan);
      fields.push(value + (next < 0 ? text.slice(scan) : text.slice(scan, next)));
      if (next < 0) return fields;
      at = next + 1;
    } else {
      const next = text.indexOf(separator, at);
      fields.push(next < 0 ? text.slice(at) : text.slice(at, next));
      if (next < 0) return fields;
      at = next + 1;
    }
  }
}

/** The comma, or the first of tab and semicolon that the header has more of. */
export function delimiterOf(header: string): number {
  const count = (separator: string) => header.split(separator).length;
  const commas = count(',');
  if (count('\t') > commas) return 9;
  return count(';') > commas ? 59 : 44;
}
