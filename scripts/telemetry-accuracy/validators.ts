import { readFileSync } from 'node:fs';
import { hitsIn, leave, newScore, type Score, shapeOf } from './score.ts';

interface ValidatorTable {
  readonly validator: string;
  readonly valid?: readonly unknown[];
  readonly invalid?: readonly unknown[];
}

const VALIDATORS: Readonly<Record<string, readonly [word: string, ...rules: string[]]>> = {
  isEmail: ['', 'email'],
  isCreditCard: ['card ', 'card'],
  isIBAN: ['', 'iban'],
  isIP: ['', 'ip-public', 'ip-private'],
  isJWT: ['', 'jwt'],
  isMobilePhone: ['mobile ', 'phone'],
};

export function scoreValidators(file: string): [string, Score][] {
  const scores = new Map<string, Score>();
  for (const { validator, valid, invalid } of JSON.parse(readFileSync(file, 'utf8')) as ValidatorTable[]) {
    const mapped = VALIDATORS[validator];
    if (mapped === undefined) continue;
    const [word, ...rules] = mapped;
    const score = scores.get(validator) ?? newScore();
    scores.set(validator, score);
    const whole = (text: string, also: readonly string[]) =>
      hitsIn(word + text).some(
        (hit) => also.includes(hit.rule) && hit.start <= word.length + 1 && hit.end >= Buffer.byteLength(word + text) - 1,
      );
    for (const text of valid ?? []) {
      if (typeof text !== 'string') continue;
      if (whole(text, [...rules, 'test-value'])) score.found++;
      else {
        score.missed++;
        leave(score, `missed \`${shapeOf(text)}\``);
      }
    }
    for (const text of invalid ?? []) {
      if (typeof text !== 'string' || !whole(text, rules)) continue;
      score.wrong++;
      leave(score, `wrong \`${shapeOf(text)}\``);
    }
  }
  return [...scores];
}
