import { compareTables } from './csv.ts';
import type { Format } from './format.ts';

/** Tab-separated values with a header row. */
export const tsv: Format = { name: 'tsv', extensions: ['.tsv', '.tab'], compare: (pair) => compareTables(pair, '\t') };
