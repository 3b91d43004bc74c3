import { findNear } from './near.ts';
import type { Rule } from './rule.ts';

const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const SHAPE = new RegExp(
  String.raw`(?<![\w.])(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|[12]\d|3[01])[-./](?:(?:19|20)\d\d|\d\d)|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|\d{1,2}\.? (?:${MONTH}),? (?:19|20)\d\d|(?:${MONTH}) \d{1,2},? (?:19|20)\d\d)(?!\w|[-./]\d)`,
  'gi',
);
const WORDS = /birth|\bdob\b|\bborn\b|geburt|naissance|nacimiento|nascita|\bnascimento|syntym|urodzen/;

/** Dates beside a word for birth. */
export const dateOfBirth: Rule = {
  id: 'date-of-birth',
  severity: 'medium',
  wish: {
    literals: ['birth', 'dob|', 'born|', 'geburt', 'naissance', 'nacimiento', 'nascita', 'nascimento'],
    endings: ['birthday', 'birthdate', 'birth'],
  },
  find(window, from, to, report) {
    for (const { start, end, groups, named } of findNear(window, SHAPE, WORDS, from, to, { before: 12, after: 40 })) {
      report({
        rule: 'date-of-birth',
        severity: 'medium',
        start,
        end,
        score: 0.8,
        reasons: ['shape', named ? 'field' : 'context'],
        value: groups[0].toLowerCase(),
      });
    }
  },
};
