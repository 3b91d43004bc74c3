import { fieldHas, fieldOf } from '../engine/window.ts';
import type { Rule } from './rule.ts';

const LOCAL = /[A-Za-z0-9_\x80-\xff](?:[A-Za-z0-9.!#$&'*+^_~%\x80-\xff-]{0,63})$/;
const DOMAIN =
  /(?:[A-Za-z0-9\x80-\xff](?:[A-Za-z0-9\x80-\xff-]{0,61}[A-Za-z0-9\x80-\xff])?\.){1,8}(?:xn--[a-z0-9-]{2,59}|[A-Za-z\x80-\xff]{2,24})(?![A-Za-z0-9\x80-\xff-]|\.[A-Za-z0-9])/y;
/** Endings of files and of private networks that stand where a top-level domain would. */
const NOT_TOP_LEVEL =
  /\.(?:png|jpe?g|gif|svg|webp|ico|css|m?js|cjs|tsx?|jsx|jsonl?|ndjson|csv|tsv|gz|zst|zip|tar|tgz|bak|ya?ml|html?|xml|txt|md|log|local|internal|localdomain|lan|cluster|svc|service|timer|socket|mount|scope|slice)$/i;
/** RFC 2606 and RFC 6761: names that nobody owns. */
const RESERVED = /(?:^|\.)(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost)$/i;
const FIELD = /\b(?:e ?mail|mail|user|login|account|recipient|sender|from|to|reply)/;

/** E-mail addresses, RFC 5321 as people write them: dot-atoms at a domain with a top level of letters. */
export const email: Rule = {
  id: 'email',
  severity: 'medium',
  wish: { at: true },
  find(window, at, _end, report) {
    const { text } = window;
    DOMAIN.lastIndex = at + 1;
    let domain = DOMAIN.exec(text)?.[0];
    // A file named after an address ends in `.log`; the address ends before that.
    while (domain !== undefined && NOT_TOP_LEVEL.test(domain)) domain = domain.replace(/\.[^.]+$/, '');
    if (domain === undefined || !domain.includes('.') || /\.\d+$/.test(domain)) return;
    const before = text.slice(Math.max(0, at - 64), at);
    let local = LOCAL.exec(before)?.[0];
    if (local === undefined) return;
    // An escape of JSON in front of the name (`\nname@`) is not part of it.
    if (before[before.length - local.length - 1] === '\\') local = local.slice(1);
    local = local.replace(/^['.!#$&*+^~%-]+/, '').replace(/^.*\.\./, '');
    if (local === '' || local.endsWith('.') || local.includes('*')) return;
    // `git@host:path` addresses a repository, `//name@host` a machine.
    const end = at + 1 + domain.length;
    if (local === 'git' && text[end] === ':') return;
    const start = at - local.length;
    const value = `${local}@${domain}`.toLowerCase();
    if (RESERVED.test(domain)) {
      report({ rule: 'test-value', severity: 'low', start, end, score: 0.9, reasons: ['known-test-value'], value });
      return;
    }
    const named = fieldHas(fieldOf(window, start), FIELD);
    report({
      rule: 'email',
      severity: 'medium',
      start,
      end,
      score: named ? 1 : 0.9,
      reasons: named ? ['shape', 'field'] : ['shape'],
      value,
    });
  },
};
