import { byCulprit, type Cause } from './cause.ts';

/** Other output for people on a terminal than for files. */
export const terminal: Cause = { id: 'terminal', weigh: (evidence) => byCulprit(evidence, 88, 'terminal') };
