import { byCulprit, type Cause } from './cause.ts';

/** How many processors there are. */
export const processorCount: Cause = {
  id: 'processor-count',
  weigh: (evidence) => byCulprit(evidence, evidence.reordered === undefined ? 88 : 50, 'num-cpus'),
};
