import { findIn } from '../engine/window.ts';
import { mod97 } from './checks.ts';
import type { Rule } from './rule.ts';

/** Country codes and lengths of the SWIFT IBAN registry, release 99, and of the countries that use the format without being in it. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 ' +
    'GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 ' +
    'MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 ' +
    'TN24 TR26 UA29 VA22 VG24 XK20 YE30 ' +
    'DZ26 AO25 BJ28 BF28 CM27 CV25 CF27 TD27 KM27 CG27 CI28 GQ27 GA27 GW25 IR26 MG27 ML28 MA28 MZ25 NE28 SN28 TG28'
  )
    .split(' ')
    .map((row) => [row.slice(0, 2), Number(row.slice(2))]),
);
const HEAD = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g;

/** Examples of the registry and of documentation. */
const TEST_VALUES = new Set(
  'GB82WEST12345698765432 GB29NWBK60161331926819 GB33BUKB20201555555555 DE89370400440532013000 DE75512108001245126199 FR1420041010050500013M02606 CH9300762011623852957 NL91ABNA0417164300 ES9121000418450200051332 IT60X0542811101000000123456 BE68539007547034 AT611904300234573201 NO9386011117947 SE4550000000058398257466 DK5000400440116243 FI2112345600000785 PL61109010140000071219812874 IE29AIBK93115212345678 PT50000201231234567890154 LU280019400644750000'.split(
    ' ',
  ),
);

/** International bank account numbers, ISO 13616: country, its length, and MOD 97-10. */
export const iban: Rule = {
  id: 'iban',
  severity: 'high',
  wish: { digits: [6, 34] },
  find(window, from, to, report) {
    const { text } = window;
    const left = text[from - 1];
    if (left === undefined || !/[A-Za-z0-9 -]/.test(left)) return;
    let last = -1;
    // A word that is followed by digits may hide the account that starts inside of the match, so the heads alone are looked for.
    for (const { start } of findIn(HEAD, text, Math.max(0, from - 14), to)) {
      if (start < last) continue;
      const length = LENGTHS[text.slice(start, start + 2).toUpperCase()];
      if (length === undefined) continue;
      const end = endOf(text, start, length);
      if (end === undefined || /[A-Za-z0-9]/.test(text[end] ?? '')) continue;
      const value = text.slice(start, end).replace(/[ -]/g, '').toUpperCase();
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
