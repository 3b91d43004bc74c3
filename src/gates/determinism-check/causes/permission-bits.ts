import { byCulprit, byField, type Cause, heaviest } from './cause.ts';

/** Modes: of the output itself, or of members of an archive. */
export const permissionBits: Cause = {
  id: 'permission-bits',
  weigh: (evidence) =>
    heaviest(
      evidence.aspects.includes('mode') ? { score: 90, sign: '' } : undefined,
      byField(evidence, ['tar', 'zip'], ['mode'], 96),
      byCulprit(evidence, 86, 'umask'),
    ),
};
