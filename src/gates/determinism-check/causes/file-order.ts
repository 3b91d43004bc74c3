import { byCulprit, type Cause } from './cause.ts';

/** The order in which the file system lists a folder. */
export const fileOrder: Cause = { id: 'file-order', weigh: (evidence) => byCulprit(evidence, 88, 'file-ordering') };
