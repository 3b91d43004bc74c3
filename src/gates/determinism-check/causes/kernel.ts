import { byCulprit, type Cause } from './cause.ts';

/** The release of the kernel. */
export const kernel: Cause = { id: 'kernel', weigh: (evidence) => byCulprit(evidence, 88, 'kernel') };
