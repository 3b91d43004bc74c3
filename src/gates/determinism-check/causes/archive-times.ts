import { byField, type Cause } from './cause.ts';

/** Times of members of an archive. */
export const archiveTimes: Cause = {
  id: 'archive-times',
  weigh: (evidence) => byField(evidence, ['tar', 'zip'], ['mtime', 'extended mtime'], 97),
};
