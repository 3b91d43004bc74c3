import { byField, type Cause } from './cause.ts';

/** The header of gzip carries the time and the name of the file that was packed. */
export const gzipHeader: Cause = {
  id: 'gzip-header',
  weigh: (evidence) => byField(evidence, ['gzip'], ['mtime', 'name', 'comment', 'system'], 97),
};
