/** JSON as this example writes it: two spaces and a final newline. */
export function toJson(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * Block-style YAML of plain maps, lists and scalars. Strings are written as JSON strings, which YAML 1.2 reads as they are.
 * @param {unknown} value
 * @param {string} [indent]
 * @returns {string}
 */
export function toYaml(value, indent = '') {
  if (value === null || typeof value !== 'object') return `${indent}${JSON.stringify(value)}\n`;
  const entries = Array.isArray(value) ? value.map((item) => ['-', item]) : Object.entries(value).map(([key, item]) => [`${key}:`, item]);
  return entries
    .map(([head, item]) => {
      if (item === null || typeof item !== 'object') return `${indent}${head} ${JSON.stringify(item)}\n`;
      if (Object.keys(item).length === 0) return `${indent}${head} ${Array.isArray(item) ? '[]' : '{}'}\n`;
      const nested = toYaml(item, `${indent}  `);
      return head === '-' ? `${indent}- ${nested.slice(indent.length + 2)}` : `${indent}${head}\n${nested}`;
    })
    .join('');
}

/**
 * CSV after RFC 4180 with LF line ends; the fields of this example need no quotes.
 * @param {string[]} columns
 * @param {Array<Record<string, string | number>>} rows
 */
export function toCsv(columns, rows) {
  return `${[columns, ...rows.map((row) => columns.map((column) => row[column]))].map((cells) => cells.join(',')).join('\n')}\n`;
}
