import type { Variation } from './variation.ts';

/** The work tree lies at another path of another length and depth. */
export const buildPath: Variation = {
  id: 'build-path',
  prepare: async () => ({
    id: 'build-path',
    applied: true,
    setting: 'another path, longer and deeper',
    atoms: [{ change: { otherWork: true } }],
  }),
};
