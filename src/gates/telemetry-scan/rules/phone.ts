import { isValidPhoneNumber } from 'libphonenumber-js/min';
import { contextOf, fieldHas, fieldOf, type Window } from '../engine/window.ts';
import { digitsOf } from './checks.ts';
import type { Reason, Rule } from './rule.ts';

const EXTENSION = String.raw`(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?`;
/** North American plan: area and exchange in the usual punctuation, perhaps with 1, +1 or 001 before. */
const NANP = new RegExp(String.raw`(?:(?:\+|00)?1[-. ]?)?(?:\(\d{3}\)[ -]?|\d{3}([-.]))\d{3}[-.]\d{4}${EXTENSION}`, 'y');
/** Any country with its code: +49 30 123456, 0044 20 7946 0958. */
const INTERNATIONAL = new RegExp(String.raw`(?:\+|00)[1-9]\d{0,2}(?:[ .\-/]?\(?\d{1,5}\)?){2,6}${EXTENSION}`, 'y');
/** National groups; only believed beside a word that says telephone. */
const NATIONAL = new RegExp(String.raw`\(?\d{1,5}\)?(?:[ .\-/]{0,2}\(?\d{2,8}\)?){0,5}${EXTENSION}`, 'y');
const CERTAIN = /\+|\d{3}[-.]\d{4}/;

const WORDS_BEFORE =
  /(?:\b(?:tele)?phone|\btel|\bmobile|\bcell(?:ular|phone)?|\bfax|\bcall(?:ed|ing)?|\bdial(?:ed|ing|led)?|\breach|\bcontact|\bwhats ?app|\bsms|\banswering|\bring|\bhotline|\bmsisdn|\bhandy|\bhandynummer|\btelefon|\btelefono|\btel[eé]fono|\btelefone|\bmobil|\bcaller|\bcallee|\btext(?:ed)?|\bhome|\boffice|\bwork)\b[^\d\n"{}]{0,40}\n?[^\d\n"{}]{0,12}$/;
const WORDS_AFTER = /^[\s,;:)\\-]{0,3}(?:\(?(?:office|fax|mobile|cell|home|work|phone|tel|direct|switchboard)\b)/;
const FIELD = /\b(?:phone|telephone|tel|mobile|cell|fax|msisdn|caller|callee|contact num|sms|whatsapp|phonenumber|phone ?num)/;
/** Fields that hold numbers which look alike. */
const OTHER_FIELD =
  /\b(?:id|ids|uuid|guid|trace|span|time|timestamp|date|nano|duration|version|size|bytes|length|count|port|offset|hash|build|order|invoice|seq|sequence|line|code|status|pid|amount|price|total|zip|postal)\b|(?:id|nano|time)$/;
const DATE =
  /^(?:(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:19|20)?\d\d)(?!\d|[-./]\d)/;
const ADDRESS = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\.?\d)/;

/** Words of the two expressions above, for the first pass. */
const SPOKEN =
  'phone telefon telefo telep mobil cell fax call dial reach contact whatsapp sms answering hotline msisdn handy home office work tel: tel. tel= tel" direct switchboard'.split(
    ' ',
  );
/** How far from such a word a number may begin, before it and after it. */
const REACH_BEFORE = 34;
const REACH_AFTER = 64;

/** Telephone numbers: the shape, and words around or the name of the field where the shape alone says too little. */
export const phone: Rule = {
  id: 'phone',
  severity: 'medium',
  // Fewer than nine digits, and national groups, are looked for beside the words alone.
  wish: { digits: [9, 34], literals: SPOKEN, sieve: 'phone' },
  find(window, from, to, report) {
    const { text } = window;
    const word = /[a-z]/i.test(text[from] ?? '');
    const low = word ? from - REACH_BEFORE : from - 2;
    const high = word ? Math.min(text.length, to + REACH_AFTER) : to;
    // Without a word only a country code, or the groups of the North American plan, say enough.
    if (!word && window.columnAt === undefined && !CERTAIN.test(text.slice(Math.max(0, from - 1), to))) return;
    if (word && !holdsNumber(text, Math.max(0, low), high)) return;
    let next = 0;
    for (let start = Math.max(0, low); start < high; start++) {
      if (start < next || !isStart(text, start)) continue;
      if (!mayBegin(text, start)) {
        next = endOfDigits(text, start);
        continue;
      }
      if (!sixDigits(text, start)) {
        next = endOfDigits(text, start);
        continue;
      }
      const rest = text.slice(start, start + 32);
      if (DATE.test(rest) || ADDRESS.test(rest)) {
        next = endOfDigits(text, start);
        continue;
      }
      const match = recognize(window, start, word || window.columnAt !== undefined);
      if (match === undefined) {
        next = endOfDigits(text, start);
        continue;
      }
      next = match.end;
      report({
        rule: 'phone',
        severity: 'medium',
        start,
        end: match.end,
        score: match.score,
        reasons: match.reasons,
        value: digitsOf(match.number),
      });
    }
  },
};

/** Whether there is a row of six digits, up to four separators between them, in which a number may begin. */
function holdsNumber(text: string, low: number, high: number): boolean {
  let digits = 0;
  let gap = 0;
  let begun = false;
  for (let at = low; at < high; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      if (gap > 4) {
        digits = 0;
        begun = false;
      }
      digits++;
      gap = 0;
      begun ||= mayBegin(text, at) || ((text[at - 1] === '+' || text[at - 1] === '(') && mayBegin(text, at - 1));
      if (begun && digits >= 6) return true;
    } else gap += isSeparator(code) ? 1 : 5;
  }
  return false;
}

/** Whether six digits follow, up to four separators between them. */
function sixDigits(text: string, start: number): boolean {
  let digits = 0;
  let gap = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDigitCode(code)) {
      if (++digits === 6) return true;
      gap = 0;
    } else if (!isSeparator(code) || ++gap > 4) return false;
  }
  return false;
}

function isSeparator(code: number): boolean {
  return code === 32 || code === 40 || code === 41 || code === 43 || code === 45 || code === 46 || code === 47;
}

/** A digit, or a plus or bracket and a digit. */
function isStart(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isDigitCode(code) || ((code === 43 || code === 40) && isDigitCode(text.charCodeAt(at + 1)));
}

function isDigitCode(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** What stands on the left of a number is no word, no plus and no dot, nor a joint after a word. */
function mayBegin(text: string, start: number): boolean {
  const left = text.charCodeAt(start - 1);
  if (isWordCode(left) || left === 46 || left === 43) return false;
  return !((left === 45 || left === 47 || left === 58 || left === 44) && isWordCode(text.charCodeAt(start - 2)));
}

function isWordCode(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

function endOfDigits(text: string, start: number): number {
  let end = start + 1;
  while (isDigitCode(text.charCodeAt(end))) end++;
  return end;
}

function recognize(
  window: Window,
  start: number,
  alsoNational: boolean,
): { end: number; score: number; reasons: Reason[]; number: string } | undefined {
  const { text } = window;
  const nanp = matchAt(NANP, text, start);
  const international = nanp === undefined ? matchAt(INTERNATIONAL, text, start) : undefined;
  const national = alsoNational && nanp === undefined && international === undefined ? matchAt(NATIONAL, text, start) : undefined;
  const number = nanp ?? international ?? national;
  if (number === undefined) return undefined;
  const end = start + number.length;
  if (/[A-Za-z0-9_%]/.test(text[end] ?? '') || /^[.,]\d/.test(text.slice(end, end + 2))) return undefined;
  const digits = digitsOf(number.replace(/(?:x|ext).*/, ''));
  if (digits.length < 6 || digits.length > 15 || /^(\d)\1+$/.test(digits)) return undefined;
  // Most are told by neither a word nor a name.
  if (national !== undefined && !mayBeSpoken(text, start, end) && !mayBeNamed(window, start)) return undefined;
  const { before, after } = contextOf(window, start, end);
  const field = fieldOf(window, start);
  const named = fieldHas(field, FIELD);
  const spoken = WORDS_BEFORE.test(before) || WORDS_AFTER.test(after);
  const reasons: Reason[] = ['shape'];
  if (named) reasons.push('field');
  if (spoken) reasons.push('context');
  const sure = named || spoken;
  if (!sure && OTHER_FIELD.test(field.replace(/[_.-]+/g, ' '))) return undefined;
  if (national !== undefined && !sure) return undefined;
  if (international !== undefined && !sure && (digits.length < 9 || number.startsWith('00'))) return undefined;
  // The plan of the country is asked only where the number says which: alone the library takes too little and too much.
  const known = international?.startsWith('+') === true && isValidPhoneNumber(number);
  if (known) reasons.push('library');
  return { end, number, reasons, score: known ? 1 : sure ? 0.9 : 0.6 };
}

/** Whether a letter stands between a number and the digit, quote, brace or second line feed before it, or a word right after it. */
function mayBeSpoken(text: string, start: number, end: number): boolean {
  for (let at = start - 1; at >= 0 && start - at <= WORD_REACH; at--) {
    const code = text.charCodeAt(at);
    if (isDigitCode(code) || code === 34 || code === 123 || code === 125) break;
    if (code >= 65 && code !== 92) return true;
  }
  for (let at = end; at <= end + 4; at++) if (text.charCodeAt(at) >= 65 && text.charCodeAt(at) !== 92) return true;
  return false;
}

/** As far before a number as a word may end. */
const WORD_REACH = 54;
const NAMES = /phone|tel|mobile|cell|fax|msisdn|calle|contact|sms|whatsapp/;

function mayBeNamed(window: Window, start: number): boolean {
  return window.columnAt !== undefined || NAMES.test(window.text.slice(Math.max(0, start - 260), start).toLowerCase());
}

function matchAt(pattern: RegExp, text: string, start: number): string | undefined {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0].replace(/[ .\-/(]+$/, '');
}
