import { findNear } from './near.ts';
import type { Rule } from './rule.ts';

/** Letters and digits as the states print them: up to three letters, five to nine digits among them. */
const SHAPE = /(?<![\w/.-])(?=[A-Z\d]*\d{2})[A-Z]{0,3}\d[A-Z\d]{5,9}(?![\w/]|[-.]\w)/gi;
const WORDS = /passport|passeport|reisepass|passnummer|pasaporte|passaporto|paszport|pass no/;

/** Passport numbers; they have no check that could be made without the machine-readable line, so a word beside them is needed. */
export const passport: Rule = {
  id: 'passport',
  severity: 'high',
  wish: { literals: ['passport', 'passeport', 'reisepass', 'passnummer', 'pasaporte', 'passaporto'] },
  find(window, from, to, report) {
    for (const { start, end, groups, named } of findNear(window, SHAPE, WORDS, from, to)) {
      const value = groups[0].toUpperCase();
      if ((value.match(/\d/g) ?? []).length < 5 || value.length < 6) continue;
      report({ rule: 'passport', severity: 'high', start, end, score: 0.7, reasons: ['shape', named ? 'field' : 'context'], value });
    }
  },
};
