import { contextOf, type Found, fieldOf, findIn, type Window } from '../engine/window.ts';

/** A value that was found beside a word, and what the word was: the name of its field, or a word in the text around. */
export interface Near extends Found {
  readonly named: boolean;
  readonly spoken: boolean;
}

/** Matches of a global expression from a little before an anchor word to a little after, that a word of `words` explains. */
export function findNear(
  window: Window,
  pattern: RegExp,
  words: RegExp,
  from: number,
  to: number,
  reach: { readonly before: number; readonly after: number } = { before: 24, after: 56 },
): Near[] {
  return findIn(pattern, window.text, Math.max(0, from - reach.before), to + reach.after).flatMap((found) => {
    const { before, after } = contextOf(window, found.start, found.end);
    const near = {
      ...found,
      named: words.test(fieldOf(window, found.start).replace(/[_.-]+/g, ' ')),
      spoken: words.test(before) || words.test(after),
    };
    return near.named || near.spoken ? [near] : [];
  });
}
