import { findIn } from '../engine/window.ts';
import { mod97 } from './checks.ts';
import { IBAN_REGISTRY, PARTIAL_IBAN_LENGTHS } from './iban-registry.ts';
import type { Rule } from './rule.ts';

/** By country: the length of the whole, and what the account after the check digits looks like. */
const COUNTRIES = new Map(
  [
    ...IBAN_REGISTRY.map(([country, structure]) => [country, structure] as const),
    // Some of these begin with the letters of a bank.
    ...Object.entries(PARTIAL_IBAN_LENGTHS).map(([country, length]) => [country, `c2n${length - 6}`] as const),
  ].map(([country, structure]) => {
    const parts = [...structure.matchAll(/([nac])(\d+)/g)].map((part) => [part[1], Number(part[2])] as const);
    const source = parts.map(([kind, count]) => `${kind === 'n' ? '\\d' : kind === 'a' ? '[A-Z]' : '[A-Z0-9]'}{${count}}`).join('');
    return [country, { length: parts.reduce((sum, [, count]) => sum + count, 4), account: new RegExp(`^${source}$`) }] as const;
  }),
);
/** Their two letters. */
export const IBAN_COUNTRIES: readonly string[] = [...COUNTRIES.keys()];
const HEAD = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g;

/** Examples of the registry, and of documentation. */
const TEST_VALUES = new Set([
  ...IBAN_REGISTRY.map(([, , example]) => example),
  ...'GB82WEST12345698765432 GB33BUKB20201555555555 DE75512108001245126199 DE12500105170648489890 NL91ABNA0417164300 ES9121000418450200051332'.split(
    ' ',
  ),
]);

/** International bank account numbers, ISO 13616: country, the structure of its accounts, and MOD 97-10. */
export const iban: Rule = {
  id: 'iban',
  severity: 'high',
  wish: { digits: [6, 34], insideWords: true, sieve: 'iban' },
  find(window, from, to, report) {
    const { text } = window;
    const left = text[from - 1];
    if (left === undefined || !/[A-Za-z0-9 -]/.test(left)) return;
    let last = -1;
    // A word that is followed by digits may hide the account that starts inside of the match, so the heads alone are looked for.
    for (const { start } of findIn(HEAD, text, Math.max(0, from - 14), to)) {
      if (start < last) continue;
      const country = COUNTRIES.get(text.slice(start, start + 2).toUpperCase());
      if (country === undefined) continue;
      const end = endOf(text, start, country.length);
      if (end === undefined || /[A-Za-z0-9]/.test(text[end] ?? '')) continue;
      const value = text.slice(start, end).replace(/[ -]/g, '').toUpperCase();
      if (!country.account.test(value.slice(4))) continue;
      if (mod97(value.slice(4) + value.slice(0, 4)) !== 1) continue;
      if (TEST_VALUES.has(value))
        report({ rule: 'test-value', severity: 'low', start, end, score: 0.9, reasons: ['known-test-value'], value });
      else report({ rule: 'iban', severity: 'high', start, end, score: 1, reasons: ['checksum', 'country'], value });
      last = end;
    }
  },
};

/** Where `length` letters and digits that start at `start` end, single spaces and hyphens between them allowed. */
function endOf(text: string, start: number, length: number): number | undefined {
  let seen = 0;
  for (let i = start; i < text.length && i < start + 2 * length; i++) {
    if (/[A-Za-z0-9]/.test(text[i] as string)) {
      if (++seen === length) return i + 1;
    } else if (!/[ -]/.test(text[i] as string)) return undefined;
  }
  return undefined;
}
