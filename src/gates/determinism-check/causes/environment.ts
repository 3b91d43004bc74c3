import { byCulprit, type Cause, clip, heaviest } from './cause.ts';

/** A variable that nobody means to be an input, or all of them. */
export const environment: Cause = {
  id: 'environment',
  weigh: (evidence) => {
    const seen = evidence.variedValues.filter(
      (value) => value.length > 3 && evidence.changes.some(({ rightLine }) => rightLine.includes(value)),
    );
    const dumped = seen.length >= 3 ? { score: 95, sign: clip(seen.join(', ')) } : undefined;
    return heaviest(dumped, byCulprit(evidence, 88, 'environment'));
  },
};
