import type { Rule } from './rule.ts';

const SHAPE = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*/y;
/** The claims of the example on jwt.io. */
const EXAMPLE_CLAIMS = /"sub":"1234567890","name":"John Doe"/;

/** JSON Web Tokens, RFC 7519: a header in base64url that is JSON and names an algorithm. */
export const jwt: Rule = {
  id: 'jwt',
  severity: 'critical',
  wish: { literals: ['eyj'] },
  find(window, from, _to, report) {
    SHAPE.lastIndex = from;
    const found = SHAPE.exec(window.text)?.[0];
    if (found === undefined) return;
    const [header, claims] = found.split('.') as [string, string];
    const end = from + found.length;
    const decoded = parseObject(header);
    if (decoded === undefined || !('alg' in decoded || 'enc' in decoded || 'typ' in decoded)) return;
    if (EXAMPLE_CLAIMS.test(Buffer.from(claims, 'base64url').toString('latin1')))
      report({ rule: 'test-value', severity: 'low', start: from, end, score: 0.9, reasons: ['known-test-value'], value: found });
    else report({ rule: 'jwt', severity: 'critical', start: from, end, score: 1, reasons: ['structure'], value: found });
  },
};

function parseObject(base64url: string): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
