import { byCulprit, byMark, byPattern, type Cause, heaviest, isIntrinsic } from './cause.ts';

/** Names that `mktemp`, `mkdtemp` and their like make up. */
const TEMPORARY =
  /\btmp[._-]?[A-Za-z0-9_-]{6,}|\b[\w.-]*(?:tmp|temp|scratch)[\w-]*[.-][A-Za-z0-9_]{5,}|\/tmp\/[\w./-]+|\bcc[A-Za-z0-9]{6}\.o\b/g;

export const temporaryName: Cause = {
  id: 'temporary-name',
  weigh: (evidence) =>
    heaviest(
      isIntrinsic(evidence) ? byPattern(evidence, TEMPORARY, 93) : undefined,
      byMark(evidence, 'temporary', 90),
      byCulprit(evidence, 88, 'temp-folder'),
    ),
};
