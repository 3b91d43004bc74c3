import { entropyBits } from './checks.ts';
import { isPlaceholder } from './placeholder.ts';
import type { Rule } from './rule.ts';

const HEADER =
  /(?:set-)?cookie2?(?:\\?["'])?\s{0,2}(?:,\s*\\?"value\\?"\s*:\s*\{\s*\\?"(?:stringValue|arrayValue)\\?"\s*:\s*(?:\{\s*\\?"values\\?"\s*:\s*\[\s*\{\s*\\?"stringValue\\?"\s*:)?|[:=])\s{0,2}(?:\[\s*)?\\?["']?/iy;
const PAIR = /(?:^|;\s?)([\w.!#$%&'*+^`|~-]{1,64})=([^\s;,"'\\]{1,4096})/g;
/** Names that servers and frameworks give to what stands for a logged-in person. */
const SESSION =
  /sess|^sid$|\bsid\b|connect\.sid|auth|token|jwt|jsessionid|phpsessid|asp\.net|identity|remember|login|csrf|xsrf|^s$|access|refresh/i;

/** Cookies that stand for a session: `Cookie:` and `Set-Cookie:` headers (RFC 6265) and fields of that name. */
export const cookie: Rule = {
  id: 'cookie',
  severity: 'critical',
  wish: { literals: ['cookie'] },
  find(window, from, _to, report) {
    const { text } = window;
    const begin = text.slice(from - 4, from).toLowerCase() === 'set-' ? from - 4 : from;
    HEADER.lastIndex = begin;
    const header = HEADER.exec(text)?.[0];
    if (header === undefined) return;
    const at = begin + header.length;
    const stretch = text.slice(at, at + 8_192).split(/[\n"]|\\n|\\r/, 1)[0] ?? '';
    for (const pair of stretch.matchAll(PAIR)) {
      const [whole, name, value] = pair as unknown as [string, string, string];
      if (!SESSION.test(name) || value.length < 16 || isPlaceholder(value) || entropyBits(value) < 2.8) continue;
      const start = at + (pair.index ?? 0) + whole.length - value.length;
      report({ rule: 'cookie', severity: 'critical', start, end: start + value.length, score: 0.9, reasons: ['field', 'entropy'], value });
    }
  },
};
