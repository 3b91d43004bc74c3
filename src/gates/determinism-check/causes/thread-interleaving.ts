import { byCulprit, type Cause, heaviest, isIntrinsic, signOf } from './cause.ts';

/** Whichever thread or process is first writes first. */
export const threadInterleaving: Cause = {
  id: 'thread-interleaving',
  weigh: (evidence) => {
    if (evidence.reordered === undefined) return undefined;
    const moved = isIntrinsic(evidence) ? { score: evidence.reordered === 'lines' ? 82 : 60, sign: signOf(evidence) } : undefined;
    return heaviest(moved, byCulprit(evidence, 90, 'num-cpus'));
  },
};
