import { contextOf, fieldHas, fieldOf, findIn } from '../engine/window.ts';
import { digitsOf } from './checks.ts';
import type { Rule } from './rule.ts';

const SHAPE = /(?<![\w.]|\d[-/])(\d{3})([- .]?)(\d{2})\2(\d{4})(?![\w]|[-.,]\d|-\w)/g;
const WORDS = /\b(?:ssns?|ss#|social ?security|social ?sec|sozialversicherung us|tax ?payer|itin|taxpayer id)\b|\bss ?(?:no|num|#)/;
const FIELD = /\b(?:ssn|social|itin|tax ?(?:payer)? ?id|national id|government id)/;
/** What begins every word of the two expressions above; a number without hyphens is looked at only where one of them is near. */
export const SOCIAL_WORDS = ['ssn', 'ss#', 'ss n', 'ss #', 'social', 'sozial', 'tax', 'itin', 'national', 'government'] as const;
/** Numbers that were printed on advertising (SSA, "misused numbers"), and counting. */
const TEST_VALUES = new Set(['078051120', '219099999', '123456789', '987654321', '111111111']);

/** US social security numbers and, beginning with 9, individual taxpayer numbers (SSA and IRS ranges; there is no check digit). */
export const usSsn: Rule = {
  id: 'us-ssn',
  severity: 'high',
  wish: { digits: [9, 9], sieve: 'social' },
  find(window, from, to, report) {
    for (const { start, end, groups } of findIn(SHAPE, window.text, from, to)) {
      const [whole, area, separator, group, serial] = groups as unknown as [string, string, string, string, string];
      const value = digitsOf(whole);
      if (area === '000' || area === '666' || group === '00' || serial === '0000') continue;
      const individual = area[0] === '9';
      if (individual && !/^(?:5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9])$/.test(group)) continue;
      const { before, after } = contextOf(window, start, end);
      const named = fieldHas(fieldOf(window, start), FIELD);
      const spoken = WORDS.test(before) || WORDS.test(after);
      if (separator !== '-' && !named && !spoken) continue;
      if (TEST_VALUES.has(value)) {
        report({ rule: 'test-value', severity: 'low', start, end, score: 0.9, reasons: ['known-test-value'], value });
        continue;
      }
      report({
        rule: individual ? 'us-itin' : 'us-ssn',
        severity: 'high',
        start,
        end,
        score: named || spoken ? 1 : 0.7,
        reasons: ['shape', 'range', ...(named ? (['field'] as const) : []), ...(spoken ? (['context'] as const) : [])],
        value,
      });
    }
  },
};
