import { byCulprit, byMark, type Cause, heaviest } from './cause.ts';

/** The absolute path of the work tree stands in the output. */
export const buildPath: Cause = {
  id: 'build-path',
  weigh: (evidence) => heaviest(byMark(evidence, 'work', 92), byCulprit(evidence, 88, 'build-path')),
};
