import { isPlaceholder } from './placeholder.ts';
import type { Rule } from './rule.ts';

const SCHEME = /(?:bearer|basic|token|digest|negotiate|apikey)(?:\s|%20|\+)+(?:\\?["'])?([A-Za-z0-9._~+/=-]{8,4096})/iy;
const PLAIN =
  /authorization(?:\\?["'])?\s{0,3}(?:=>|=|:)\s{0,3}(?:\\?["'[]){0,3}(?:(?:bearer|basic|token|negotiate|apikey)(?:\s|%20|\+)+)?([A-Za-z0-9._~+/=-]{8,4096})/iy;

/** Credentials of HTTP: what follows `Authorization:` or a scheme (RFC 7235, RFC 6750, RFC 7617). */
export const httpCredentials: Rule = {
  id: 'http-authorization',
  severity: 'critical',
  wish: { literals: ['authorization', 'bearer ', 'bearer%20', 'basic '] },
  find(window, from, _to, report) {
    const { text } = window;
    for (const pattern of [PLAIN, SCHEME]) {
      pattern.lastIndex = from;
      const found = pattern.exec(text);
      const value = found?.[1]?.replace(/[.]+$/, '');
      if (!found || value === undefined || isPlaceholder(value)) continue;
      const basic = /^basic/i.test(text.slice(from, from + 5)) || /basic\s+\S*$/i.test(found[0]);
      if (basic ? !holdsColon(value) : !/\d/.test(value) || value.length < 16) continue;
      const start = from + found[0].lastIndexOf(value);
      report({
        rule: 'http-authorization',
        severity: 'critical',
        start,
        end: start + value.length,
        score: 0.9,
        reasons: ['structure'],
        value,
      });
      return;
    }
  },
};

function holdsColon(base64: string): boolean {
  return /^[\x20-\x7e\x80-\xff]*:[\x20-\x7e\x80-\xff]*$/.test(Buffer.from(base64, 'base64').toString('latin1'));
}
