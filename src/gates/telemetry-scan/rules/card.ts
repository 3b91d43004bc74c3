import { contextOf, fieldHas, fieldOf, findIn } from '../engine/window.ts';
import { digitsOf, luhn } from './checks.ts';
import type { Reason, Rule } from './rule.ts';

const SHAPE =
  /(?<![\w.])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ -]?)\d{6}\2\d{4,5}|\d{4}([ -]?)\d{4}\3\d{4}\3\d|\d{12,19})(?!\w|[.,]\d)/g;
const WORDS =
  /\b(?:card|cards|creditcard|cardnumber|cc|ccn|ccnum|pan|credit|debit|visa|mastercard|amex|american express|discover|diners|jcb|maestro|union ?pay|pay(?:ment|ing|s)?|paid|charged?|billing|billed|cvv|cvc|expir(?:y|es|ation))\b/;
const FIELD = /\b(?:card|cc|ccn|pan|credit|debit|payment|primary account|account ?num|acct)/;

const OTHER_FIELD =
  /(?:^|[._-])(?:id|ids|uuid|trace|span|time|timestamp|nano|offset|seq|sequence|version|size|bytes|length|count)$|(?:id|nano|time)$/;

/**
 * Numbers that the networks publish for tests: Stripe, Adyen, Braintree and PayPal documentation.
 */
const TEST_NUMBERS = new Set(
  (
    '4242424242424242 4000056655665556 4111111111111111 4012888888881881 4222222222222 4000000000000002 4000000000009995 4000002500003155 ' +
    '5555555555554444 5105105105105100 5200828282828210 2223003122003222 2223000048400011 5454545454545454 5431111111111111 ' +
    '378282246310005 371449635398431 378734493671000 341111111111111 6011111111111117 6011000990139424 6011981111111113 ' +
    '3056930009020004 36227206271667 30569309025904 38520000023237 3566002020360505 3530111333300000 6200000000000005 6759649826438453 ' +
    '4917610000000000 5019717010103742 4005519200000004 4009348888881881 4012000033330026 4500600000000061 4166676667666746 4646464646464644 ' +
    '2222400070000005 5136333333333335 5555341244441115 6011601160116611 6445644564456445 370000000000002 36006666333344 3569990010095841 4988438843884305'
  ).split(' '),
);

/** Issuer ranges and lengths after ISO/IEC 7812, as the networks publish them. */
function issuerFits(digits: string): boolean {
  const length = digits.length;
  const two = Number(digits.slice(0, 2));
  const three = Number(digits.slice(0, 3));
  const four = Number(digits.slice(0, 4));
  if (digits[0] === '4') return length === 13 || length === 16 || length === 19;
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16;
  if (two === 34 || two === 37) return length === 15;
  if (four === 2131 || four === 1800) return length === 15;
  if (four >= 3528 && four <= 3589) return length >= 16;
  if ((three >= 300 && three <= 305) || four === 3095 || two === 36 || two === 38 || two === 39) return length >= 14;
  if (four === 6011 || (three >= 644 && three <= 649) || two === 65 || two === 62) return length >= 16;
  if (four >= 2200 && four <= 2204) return length >= 16;
  // Maestro and other debit cards.
  return two === 50 || (two >= 56 && two <= 58) || two === 60 || two === 61 || two === 63 || (two >= 66 && two <= 69);
}

/** Numbers of payment cards: length and first digits of an issuer, Luhn, and words around. */
export const card: Rule = {
  id: 'card',
  severity: 'high',
  wish: { digits: [12, 19], sieve: 'card' },
  find(window, from, to, report) {
    // Most long numbers are no card; nine in ten end here.
    if (to - from <= 19 && !passesLuhn(window.text, from, to)) return;
    for (const { start, end, groups } of findIn(SHAPE, window.text, from, to)) {
      const digits = digitsOf(groups[0]);
      if (!luhn(digits) || /^(\d)\1+$/.test(digits)) continue;
      if (TEST_NUMBERS.has(digits)) {
        report({ rule: 'test-value', severity: 'low', start, end, score: 0.9, reasons: ['known-test-value'], value: digits });
        continue;
      }
      if (!issuerFits(digits)) continue;
      const reasons: Reason[] = ['checksum', 'issuer'];
      const field = fieldOf(window, start);
      const named = fieldHas(field, FIELD);
      const { before, after } = contextOf(window, start, end);
      const spoken = WORDS.test(before) || WORDS.test(after);
      const grouped = end - start > digits.length;
      if (named) reasons.push('field');
      if (spoken) reasons.push('context');
      if (grouped) reasons.push('shape');
      const sure = named || spoken || grouped;
      // Old cards of 13 digits, and fields for ids, are believed only with a word.
      if (!sure && (digits.length < 14 || OTHER_FIELD.test(field))) continue;
      if (!sure) reasons.push('-single-check-digit');
      // One random number in ten passes Luhn: without a word, a name or the usual groups it may be any identifier.
      report({
        rule: 'card',
        severity: sure ? 'high' : 'medium',
        start,
        end,
        score: sure ? (named || spoken ? 1 : 0.8) : 0.5,
        reasons,
        value: digits,
      });
    }
  },
};

/** Luhn over the digits of a stretch; with separators in it the answer is left to the expression. */
function passesLuhn(text: string, from: number, to: number): boolean {
  let sum = 0;
  for (let at = to - 1, place = 0; at >= from; at--, place++) {
    let digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return true;
    if (place % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
}
