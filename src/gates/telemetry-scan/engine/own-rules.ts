import type { OwnMatcher } from '../rules/own-rule.ts';
import type { Match } from '../rules/rule.ts';

/** Own rules see so much at once, ended at a line feed where there is one. */
const STRETCH = 1 << 16;

/** Asks the rules of the user, stretch by stretch; `base` is to be added to the offsets of what they report. */
export function askOwnRules(
  own: readonly OwnMatcher[],
  bytes: Buffer,
  from: number,
  to: number,
  report: (match: Match, base: number) => void,
): void {
  if (own.length === 0) return;
  for (let base = from; base < to; ) {
    const lineEnd = base + STRETCH >= to ? to : bytes.lastIndexOf(10, base + STRETCH) + 1;
    const end = lineEnd > base ? lineEnd : Math.min(base + STRETCH, to);
    const text = bytes.toString('latin1', base, end);
    const lower = text.toLowerCase();
    for (const ask of own) ask(text, lower, (match) => report(match, base));
    base = end;
  }
}
