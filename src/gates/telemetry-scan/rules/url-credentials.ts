import { isPlaceholder } from './placeholder.ts';
import type { Rule } from './rule.ts';

const BEFORE = /(?:^|[^A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]{1,24}):(?:\\?\/){2}([^\s:@/"'<>\\]{0,128}):([^\s@/"'<>\\]{1,256})$/;
const HOST = /[A-Za-z0-9[\x80-\xff_$]/y;

/** A user and a password in the address of a service: `postgres://user:password@host`. RFC 3986 section 3.2.1. */
export const urlCredentials: Rule = {
  id: 'url-credentials',
  severity: 'critical',
  wish: { at: true },
  find(window, at, _end, report) {
    HOST.lastIndex = at + 1;
    if (!HOST.test(window.text)) return;
    const found = BEFORE.exec(window.text.slice(Math.max(0, at - 420), at));
    const password = found?.[3];
    if (password === undefined || isPlaceholder(password)) return;
    report({
      rule: 'url-credentials',
      severity: 'critical',
      start: at - password.length,
      end: at,
      score: 0.9,
      reasons: ['structure'],
      value: password,
    });
  },
};
