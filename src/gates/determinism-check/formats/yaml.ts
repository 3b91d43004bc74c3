import { parseAllDocuments } from 'yaml';
import { compareValues } from './compare-values.ts';
import type { Document } from './format.ts';

export const yaml: Document = {
  id: 'yaml',
  recognizes: (_text, name) => /\.ya?ml$/i.test(name),
  compare: (left, right) => {
    const [a, b] = [read(left), read(right)];
    // The index of the document is part of the place only where there are several.
    return a.length === 1 && b.length === 1 ? compareValues(a[0], b[0]) : compareValues(a, b);
  },
};

function read(text: string): readonly unknown[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' });
  return [...documents].map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  });
}
