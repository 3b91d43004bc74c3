import { type Cause, clip } from './cause.ts';

const FLOAT = /[+-]?\d+\.\d{4,}(?:e[+-]?\d+)?/gi;
const NOISE = 1e-6;

/** Numbers that agree to six digits and more: sums in another order, other instructions. */
export const floatNoise: Cause = {
  id: 'float-noise',
  weigh: ({ changes }) => {
    let hits = 0;
    let sign = '';
    for (const { leftLine, rightLine } of changes) {
      const [left, right] = [leftLine.match(FLOAT) ?? [], rightLine.match(FLOAT) ?? []];
      const pair = left.map((text, at) => [text, right[at] ?? ''] as const).find(([a, b]) => a !== b);
      if (pair === undefined || left.length !== right.length) continue;
      const [a, b] = pair.map(Number) as [number, number];
      if (!(Math.abs(a - b) <= NOISE * Math.max(Math.abs(a), Math.abs(b)))) continue;
      hits += 1;
      if (sign === '') sign = pair.join(' → ');
    }
    return changes.length === 0 || hits / changes.length < 1 / 2 ? undefined : { score: 94, sign: clip(sign) };
  },
};
