import { byCulprit, byPattern, type Cause, heaviest, isIntrinsic } from './cause.ts';

const ADDRESS = /\b0x[0-9a-f]{6,16}\b|\b[0-9a-f]{8,16}-[0-9a-f]{8,16}\b/gi;

/** Where something lies in memory. */
export const memoryAddress: Cause = {
  id: 'memory-address',
  weigh: (evidence) => heaviest(byCulprit(evidence, 90, 'aslr'), isIntrinsic(evidence) ? byPattern(evidence, ADDRESS, 86) : undefined),
};
