import { byCulprit, byField, type Cause, heaviest } from './cause.ts';

/** Who ran it: a name or number of the user or the group. */
export const user: Cause = {
  id: 'user',
  weigh: (evidence) =>
    heaviest(byField(evidence, ['tar', 'zip'], ['uid', 'gid', 'user', 'group'], 93), byCulprit(evidence, 88, 'user-group')),
};
