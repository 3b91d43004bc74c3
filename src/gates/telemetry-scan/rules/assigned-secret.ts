import { entropyBits } from './checks.ts';
import { isPlaceholder } from './placeholder.ts';
import type { Rule } from './rule.ts';

const ASSIGNED = String.raw`(?:\\?["'])?\s{0,3}(?:=>|:=|=|:|,\s*\\?"value\\?"\s*:\s*\{\s*\\?"(?:string|int)Value\\?"\s*:)\s{0,3}`;
const QUOTED = String.raw`(?:\\?"((?:[^"\\\n]|\\[^"]){1,256})\\?"|'([^'\n]{1,256})'|([^\s"'<>,;&(){}\[\]\\]{1,256}))`;
/** Names that end in a word for a password: any value is one. */
const PASSWORD = new RegExp(String.raw`(?:pass(?:word|wd|phrase|code)?|pwd)\d?${ASSIGNED}${QUOTED}`, 'iy');
/** Names that end in a word for a key: the value has to look like one. */
const KEY = new RegExp(
  `(?:secret(?:[_-]?(?:access)?[_-]?key)?|(?:api|access|private|encryption|signing|master|auth|account)[_-]?key|(?:access|auth|api|bearer|refresh|session|id|private|deploy|bot|user|security)?[_-]?token|credentials?|client[_-]?secret)${ASSIGNED}${QUOTED}`,
  'iy',
);
const WORDY = /^[A-Za-z]+(?:[ ._/-][A-Za-z]+)*[.!?]?$/;
const LOOKS_LIKE_A_PATH = /^(?:\/|\.{1,2}\/|[a-z]+:\/\/|arn:|projects\/)|^[\w.-]+\/[\w./-]+$/;
const NUMBER_OR_ID = /^(?:-?\d+(?:\.\d+)?|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/i;

/** Passwords, pass phrases and keys of no particular provider, told by the name that they are assigned to. */
export const assignedSecret: Rule = {
  id: 'assigned-secret',
  severity: 'critical',
  wish: {
    literals: ['passw', 'passphrase', 'passcode', 'pwd', 'secret', 'api_key', 'api-key', 'apikey', 'access_key', 'access-key', 'accesskey']
      .concat([
        'private_key',
        'privatekey',
        'encryption_key',
        'signing_key',
        'signingkey',
        'master_key',
        'auth_key',
        'authkey',
        'account_key',
      ])
      .concat(['token', 'credential']),
  },
  find(window, from, _to, report) {
    const { text } = window;
    for (const pattern of [PASSWORD, KEY]) {
      // A key's name may have begun before the word that was found, e.g. `access_token`.
      pattern.lastIndex = from;
      const found = pattern.exec(text);
      const value = found?.[1] ?? found?.[2] ?? found?.[3];
      if (!found || value === undefined) continue;
      const quoted = found[3] === undefined;
      if (isPlaceholder(value)) return;
      const isPassword = pattern === PASSWORD;
      if (isPassword ? !passwordFits(value, quoted) : !keyFits(value)) return;
      const end = from + found[0].length - (quoted ? (found[0].endsWith('\\"') ? 2 : 1) : 0);
      const start = end - value.length;
      report({
        rule: 'assigned-secret',
        severity: 'critical',
        start,
        end,
        score: isPassword ? 0.8 : 0.7,
        reasons: isPassword ? ['field'] : ['field', 'entropy'],
        value,
      });
      return;
    }
  },
};

/** In running text (`password: incorrect`) a plain word says nothing; between quotes it is a value. */
function passwordFits(value: string, quoted: boolean): boolean {
  if (value.length < 4 || (NUMBER_OR_ID.test(value) && value.length > 20)) return false;
  if (LOOKS_LIKE_A_PATH.test(value)) return false;
  if (/\s/.test(value) && WORDY.test(value)) return false;
  return quoted || !/^[a-z]+$/.test(value);
}

function keyFits(value: string): boolean {
  if (value.length < 12 || NUMBER_OR_ID.test(value) || LOOKS_LIKE_A_PATH.test(value) || WORDY.test(value)) return false;
  if (/\s/.test(value) || /^[\w.-]+@[\w.-]+$/.test(value)) return false;
  return /\d/.test(value) && /[A-Za-z]/.test(value) && entropyBits(value) >= 3;
}
