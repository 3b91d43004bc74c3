import { byCulprit, type Cause } from './cause.ts';

/** The text of PATH. */
export const searchPath: Cause = { id: 'search-path', weigh: (evidence) => byCulprit(evidence, 88, 'exec-path') };
