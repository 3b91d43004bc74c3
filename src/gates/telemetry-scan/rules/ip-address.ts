import { findIn } from '../engine/window.ts';
import { isIPv6 } from './ip-text.ts';
import type { Match, Rule } from './rule.ts';

const V4 = /(?<![\w.-]|\d[:/])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w-]|\.\d)/g;
const V6 = /(?<![\w:.])[0-9a-fA-F:]{2,39}(?:\.\d{1,3}){0,3}(?![\w:])/g;
/** A version of a program: `Chrome/120.0.0.0`, `v1.2.3.4`, `version: 1.2.3.4`. */
const VERSION = /(?:[A-Za-z)]\/|\bv|\bver|version["']?\s*[:=]?\s*["']?|release\s|build\s)$/i;

/** IPv4 and IPv6 addresses, told apart by the IANA special-purpose registries (RFC 6890): public, private, documentation. */
export const ipAddress: Rule = {
  id: 'ip-public',
  severity: 'medium',
  wish: { dots: true, colons: true },
  find(window, from, to, report) {
    const { text } = window;
    for (const { start: begin, end, groups } of findIn(V4, text, from, to, 16)) {
      const texts = groups.slice(1, 5);
      const parts = texts.map(Number);
      if (parts.some((part) => part > 255) || texts.some((part) => part.length > 1 && part[0] === '0')) continue;
      if (VERSION.test(text.slice(Math.max(0, begin - 14), begin))) continue;
      const match = classify4(parts as [number, number, number, number], begin, end, groups[0]);
      if (match) report(match);
    }
    if (!text.slice(from, to).includes(':')) return;
    let start = from;
    while (start > 0 && from - start < 40 && /[0-9a-fA-F:]/.test(text[start - 1] as string)) start--;
    for (const { start: begin, end, groups } of findIn(V6, text, start, to)) {
      const value = groups[0].toLowerCase();
      if (value.length < 6 || !value.includes(':') || !isIPv6(value)) continue;
      const match = classify6(value, begin, end);
      if (match) report(match);
    }
  },
};

type Parts = readonly [number, number, number, number];

function classify4(parts: Parts, start: number, end: number, value: string): Match | undefined {
  const [a, b, c] = parts;
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
  if (inside) return { rule: 'ip-private', severity: 'low', start, end, score: 0.8, reasons: ['range'], value };
  return { rule: 'ip-public', severity: 'medium', start, end, score: 0.8, reasons: ['shape', 'range'], value };
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
