import type { Rule } from './rule.ts';

const HASH =
  /\$(?:2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}|argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{8,}\$[A-Za-z0-9+/]{16,}|(?:1|apr1)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|5\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}|6\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}|y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}|krb5(?:asrep|tgs)\$\d+\$\S{40,})/y;

/** Hashes of passwords in the modular format of crypt(3), bcrypt, Argon2 (PHC string format) and Kerberos tickets: they can be attacked offline. */
export const passwordHash: Rule = {
  id: 'password-hash',
  severity: 'high',
  wish: { dollar: true },
  find(window, from, _to, report) {
    HASH.lastIndex = from;
    const value = HASH.exec(window.text)?.[0];
    if (value !== undefined)
      report({
        rule: 'password-hash',
        severity: 'high',
        start: from,
        end: from + value.length,
        score: 0.95,
        reasons: ['prefix', 'shape'],
        value,
      });
  },
};
