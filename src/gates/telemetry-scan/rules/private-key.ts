import type { Rule } from './rule.ts';

const HEAD = /-----BEGIN ([A-Z0-9 ]{0,40})PRIVATE KEY(?: BLOCK)?-----/y;
const BODY = /(?:[\sA-Za-z0-9+/=,.:>"|-]|\\[nrt]|\\u000a|&#10;){0,64}?[A-Za-z0-9+/]{40}/y;

/** A key ends within so many characters; the window always holds them. */
const REACH = 5_000;

/** Private keys in PEM (RFC 7468), OpenSSH and OpenPGP armour, line feeds escaped or not; a head without a body is no key. */
export const privateKey: Rule = {
  id: 'private-key',
  severity: 'critical',
  wish: { literals: ['begin'] },
  find(window, at, _to, report) {
    const from = at - 5;
    const text = window.text.slice(0, Math.max(0, from) + REACH);
    HEAD.lastIndex = from;
    const head = HEAD.exec(text)?.[0];
    if (head === undefined) return;
    BODY.lastIndex = from + head.length;
    if (!BODY.test(text)) return;
    const tail = text.indexOf('-----END', from + head.length);
    const closing = tail < 0 ? -1 : text.indexOf('-----', tail + 8);
    const end = closing < 0 ? Math.min(text.length, from + 4096) : closing + 5;
    report({
      rule: 'private-key',
      severity: 'critical',
      start: from,
      end,
      score: 1,
      reasons: ['structure'],
      value: text.slice(from, end).replace(/\\[nrt]|\s/g, ''),
    });
  },
};
