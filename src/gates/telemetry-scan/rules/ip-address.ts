import { fieldHas, fieldOf, findIn, type Window } from '../engine/window.ts';
import { isIPv6 } from './ip-text.ts';
import type { Match, Rule } from './rule.ts';

const V6 = /(?<![\w:.])[0-9a-fA-F:]{2,39}(?:\.\d{1,3}){0,3}(?![\w:])/g;
/** A version of a program: `Chrome/120.0.0.0`, `v1.2.3.4`, `version: 1.2.3.4`. */
const VERSION = /(?:[A-Za-z)]\/|\bv|\bver|version["']?\s*[:=]?\s*["']?|release\s|build\s)$/i;

/** IPv4 and IPv6 addresses, told apart by the IANA special-purpose registries (RFC 6890): public, private, documentation. */
export const ipAddress: Rule = {
  id: 'ip-public',
  severity: 'medium',
  wish: { dots: true, colons: true, sieve: 'address' },
  find(window, from, to, report) {
    const { text } = window;
    const isAddress = text.charCodeAt(from) !== COLON;
    for (let at = from; isAddress && at < to; ) {
      const end = endOfV4(text, at, to);
      if (end > 0 && !isVersion(text, at)) {
        const match = classify4(text, at, end);
        if (match) report(match.rule === 'ip-public' ? named(window, match) : match);
      }
      at = nextNumber(text, end > 0 ? end : at, to);
    }
    if (isAddress) return;
    let start = from;
    while (start > 0 && from - start < 40 && /[0-9a-fA-F:]/.test(text[start - 1] as string)) start--;
    for (const { start: begin, end, groups } of findIn(V6, text, start, to)) {
      const value = groups[0].toLowerCase();
      if (value.length < 6 || !value.includes(':') || !isIPv6(value)) continue;
      const match = classify6(value, begin, end);
      if (match) report(match.rule === 'ip-public' ? named(window, match) : match);
    }
  },
};

/** OpenTelemetry's `client.address`, `source.address` and their older and other names: the address of whoever asked. */
const FIELD = /client|source|remote|peer|forwarded|user|caller|origin|host ip|\bip\b|ip ?addr/;

/** A public address in a field that says whose it is counts for more. */
function named(window: Window, match: Match): Match {
  if (!fieldHas(fieldOf(window, match.start), FIELD)) return match;
  return { ...match, score: 1, reasons: [...match.reasons, 'field'] };
}

const COLON = 58;
const DOT = 46;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether a character continues a word, so that what stands beside it is no address by itself. */
function isWord(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

/** The start of the next digits after the digits and dots at `at`. */
function nextNumber(text: string, at: number, to: number): number {
  let next = at;
  while (next < to && (isDigit(text.charCodeAt(next)) || text.charCodeAt(next) === DOT)) next++;
  while (next < to && !isDigit(text.charCodeAt(next))) next++;
  return next;
}

/** Where four numbers up to 255 with dots between them end, or -1. */
function endOfV4(text: string, start: number, limit: number): number {
  const left = text.charCodeAt(start - 1);
  if (isWord(left) || left === DOT || left === 45) return -1;
  if ((left === COLON || left === 47) && isDigit(text.charCodeAt(start - 2))) return -1;
  let at = start;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(at++) !== DOT) return -1;
    const begin = at;
    let value = 0;
    while (at < limit && at - begin < 4 && isDigit(text.charCodeAt(at))) value = value * 10 + text.charCodeAt(at++) - 48;
    if (at === begin || value > 255 || (at - begin > 1 && text.charCodeAt(begin) === 48)) return -1;
  }
  const right = text.charCodeAt(at);
  if (isWord(right) || right === 45 || (right === DOT && isDigit(text.charCodeAt(at + 1)))) return -1;
  return at;
}

/** A slash after a letter is a product, as in `Chrome/120.0.0.0`; of the rest the expression decides. */
function isVersion(text: string, start: number): boolean {
  const left = text.charCodeAt(start - 1);
  if (left !== 47 && left !== 32 && left !== 34 && left !== 39 && left !== COLON && left !== 61 && left !== 118 && left !== 86)
    return false;
  return VERSION.test(text.slice(Math.max(0, start - 14), start));
}

const PRIVATE = ['range'] as const;
const PUBLIC = ['shape', 'range'] as const;

function classify4(text: string, start: number, end: number): Match | undefined {
  let [a, b, c] = [-1, -1, -1];
  for (let at = start, part = 0; at < end && c < 0; at++) {
    const code = text.charCodeAt(at);
    if (code !== DOT) part = part * 10 + code - 48;
    else {
      if (a < 0) a = part;
      else if (b < 0) b = part;
      else c = part;
      part = 0;
    }
  }
  const value = text.slice(start, end);
  if (a === 0 || a === 127 || a >= 224) return undefined;
  if ((a === 192 && b === 0 && c === 2) || (a === 198 && b === 51 && c === 100) || (a === 203 && b === 0 && c === 113))
    return { rule: 'test-value', severity: 'low', start, end, score: 0.9, reasons: ['known-test-value'], value };
  const inside =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 198 && (b === 18 || b === 19)) ||
    (a === 192 && b === 0 && c === 0);
  if (inside) return { rule: 'ip-private', severity: 'low', start, end, score: 0.8, reasons: PRIVATE, value };
  return { rule: 'ip-public', severity: 'medium', start, end, score: 0.8, reasons: PUBLIC, value };
}

function classify6(value: string, start: number, end: number): Match | undefined {
  if (/^[0:]+1?$/.test(value)) return undefined;
  const first = Number.parseInt(value.startsWith('::') ? '0' : (value.split(':')[0] as string), 16);
  if (/^2001:0?db8:/.test(value) || (first >= 0x3fff && first < 0x4000 && /^3fff:0?[0-9a-f]{0,3}:/.test(value)))
    return { rule: 'test-value', severity: 'low', start, end, score: 0.9, reasons: ['known-test-value'], value };
  if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80)
    return { rule: 'ip-private', severity: 'low', start, end, score: 0.8, reasons: ['range'], value };
  if ((first & 0xff00) === 0xff00) return undefined;
  return { rule: 'ip-public', severity: 'medium', start, end, score: 0.8, reasons: ['shape', 'range'], value };
}
