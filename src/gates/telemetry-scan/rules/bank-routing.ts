import { digitsOf, weightedSum } from './checks.ts';
import { findNear } from './near.ts';
import type { Rule } from './rule.ts';

const SHAPE = /(?<![\w.])\d{4}-?\d{4}-?\d(?![\w]|[-.]\d)/g;
const WORDS = /\b(?:aba|routing|rtn|transit|bank ?number|wire|ach)\b/;
/** First two digits that the American Bankers Association gives out. */
const DISTRICTS = /^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/;

/** US bank routing numbers (ABA): nine digits whose weighted sum 3-7-1 is a multiple of ten, beside a word for them. */
export const bankRouting: Rule = {
  id: 'bank-routing',
  severity: 'high',
  wish: { literals: ['routing', 'aba|', 'rtn|', 'transit|'] },
  find(window, from, to, report) {
    for (const { start, end, groups, named, spoken } of findNear(window, SHAPE, WORDS, from, to)) {
      const value = digitsOf(groups[0]);
      if (!DISTRICTS.test(value) || weightedSum(value, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 !== 0 || value === '000000000') continue;
      report({
        rule: 'bank-routing',
        severity: 'high',
        start,
        end,
        score: 0.9,
        reasons: ['checksum', ...(named ? (['field'] as const) : []), ...(spoken ? (['context'] as const) : [])],
        value,
      });
    }
  },
};
