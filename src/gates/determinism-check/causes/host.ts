import { byCulprit, byMark, type Cause, heaviest } from './cause.ts';

/** The name of the machine. */
export const host: Cause = {
  id: 'host',
  weigh: (evidence) => heaviest(byMark(evidence, 'host', 88), byCulprit(evidence, 88, 'domain-host')),
};
