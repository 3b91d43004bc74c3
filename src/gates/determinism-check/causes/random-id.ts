import { type Cause, clip, isIntrinsic, within } from './cause.ts';

/** Long words of hexadecimal, base 32, 58 or 64, or plain numbers. */
const LONG = /\b(?=[\w-]*\d)[A-Za-z0-9_-]{8,}={0,2}|[A-Za-z0-9+/]{16,}={0,2}|\b[0-9a-f]{6,}\b/g;
const NUMBER = /\b\d+(?:\.\d+)?\b/g;

/** Something made up anew in each run. */
export const randomId: Cause = {
  id: 'random-id',
  weigh: (evidence) => {
    if (!isIntrinsic(evidence) || evidence.changes.length === 0 || evidence.reordered !== undefined) return undefined;
    const long = within(evidence, LONG);
    if (long.share >= 1 / 3) return { score: 60 + 12 * long.share, sign: clip(long.sign) };
    const number = within(evidence, NUMBER);
    if (number.share >= 1 / 3) return { score: 40 + 12 * number.share, sign: clip(number.sign) };
    const [first] = evidence.changes;
    return { score: 30, sign: clip(`${first?.left ?? ''} → ${first?.right ?? ''}`) };
  },
};
