import { byCulprit, byMark, type Cause, heaviest } from './cause.ts';

/** The path of the home, or what lies in it. */
export const home: Cause = { id: 'home', weigh: (evidence) => heaviest(byMark(evidence, 'home', 88), byCulprit(evidence, 86, 'home')) };
