import { type Cause, clip } from './cause.ts';

/** SHA-256 in hexadecimal. */
const DIGEST = /\b[0-9a-f]{64}\b/gi;

/** It carries the digest of another output that differs: not a cause of its own. */
export const digestOfOutput: Cause = {
  id: 'digest-of-output',
  weigh: ({ changes, differingDigests }) => {
    for (const { leftLine } of changes)
      for (const [digest] of leftLine.matchAll(DIGEST)) {
        const output = differingDigests.get(digest.toLowerCase());
        if (output !== undefined) return { score: 97, sign: clip(output) };
      }
    return undefined;
  },
};
