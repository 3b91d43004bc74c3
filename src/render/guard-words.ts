import type { AnyWords } from '../core/index.ts';

const MAX_CHARACTERS = 1000;

/**
 * Words for findings that a stranger may have written: a sentence that their arguments break falls back to the finding's code, and none grows beyond
 * a bound.
 */
export function guardWords(words: AnyWords): AnyWords {
  return Object.fromEntries(
    Object.entries(words).map(([code, word]) => [
      code,
      {
        ...word,
        message: (args: never): string => {
          try {
            const sentence: unknown = word.message(args);
            return typeof sentence === 'string' && sentence.length <= MAX_CHARACTERS ? sentence : code;
          } catch {
            return code;
          }
        },
      },
    ]),
  );
}
