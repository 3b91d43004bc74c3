import { byCulprit, type Cause, heaviest, isIntrinsic, signOf } from './cause.ts';

/** The order in which a hash table gives its entries. */
export const hashOrder: Cause = {
  id: 'hash-order',
  weigh: (evidence) => {
    const keys = evidence.leaves.some((leaf) => leaf.type === 'order' && leaf.format === 'keys');
    const moved = isIntrinsic(evidence) && (keys || evidence.reordered === 'words') ? { score: 80, sign: signOf(evidence) } : undefined;
    const lines = isIntrinsic(evidence) && evidence.reordered === 'lines' ? { score: 55, sign: signOf(evidence) } : undefined;
    return heaviest(byCulprit(evidence, 92, 'hash-seeds'), moved, lines);
  },
};
