import type { Variation } from './variation.ts';

/** What a strict machine uses; unvaried runs have the common 022. */
export const VARIED_UMASK = 0o077;
export const PLAIN_UMASK = 0o022;

export const umask: Variation = {
  id: 'umask',
  prepare: async () => ({ id: 'umask', applied: true, setting: '077 instead of 022', atoms: [{ change: { umask: VARIED_UMASK } }] }),
};
