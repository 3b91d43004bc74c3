import type { Finding, Outcome, Verdict } from '../../core/index.ts';

/** Gives a word the colour of its meaning, or leaves it as it is. */
export type Paint = (meaning: Meaning, text: string) => string;
export type Meaning = Verdict | Outcome | Finding['level'];

/** No colour at all. */
export const plain: Paint = (_meaning, text) => text;

const GREEN = 32;
const YELLOW = 33;
const RED = 31;
const CODES: Readonly<Record<Meaning, number>> = {
  pass: GREEN,
  GO: GREEN,
  warn: YELLOW,
  warning: YELLOW,
  CONDITIONAL: YELLOW,
  inconclusive: YELLOW,
  fail: RED,
  error: RED,
  'NO-GO': RED,
  note: 36,
};

/** Colour where the stream is a terminal and neither NO_COLOR (https://no-color.org) nor CI says otherwise. */
export function choosePaint(stream: { readonly isTTY?: boolean }, environment: Readonly<Record<string, string | undefined>>): Paint {
  const isSet = (name: string): boolean => !['', undefined].includes(environment[name]);
  if (stream.isTTY !== true || isSet('NO_COLOR') || isSet('CI') || environment.TERM === 'dumb') return plain;
  return (meaning, text) => `\u001b[1;${CODES[meaning]}m${text}\u001b[0m`;
}
