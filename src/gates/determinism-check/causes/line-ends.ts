import type { Cause } from './cause.ts';

/** The same lines, ended by LF on one side and CR LF on the other. */
export const lineEnds: Cause = {
  id: 'line-ends',
  weigh: ({ onlyLineEnds }) => (onlyLineEnds ? { score: 99, sign: 'LF → CR LF' } : undefined),
};
