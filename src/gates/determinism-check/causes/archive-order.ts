import { type Cause, clip } from './cause.ts';

/** Members of an archive come in another order. */
export const archiveOrder: Cause = {
  id: 'archive-order',
  weigh: ({ leaves }) => {
    const leaf = leaves.find((one) => one.type === 'order' && one.format !== 'keys');
    return leaf?.type !== 'order'
      ? undefined
      : { score: 98, sign: clip(`${leaf.left.slice(0, 4).join(', ')} → ${leaf.right.slice(0, 4).join(', ')}`) };
  },
};
