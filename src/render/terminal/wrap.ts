/** Columns of the terminal that everything fits. */
export const WIDTH = 80;

/**
 * Breaks a text at spaces into lines of at most `width` columns. A word that is longer than a line stays whole when `whole` is set (a path that
 * somebody wants to copy), else it goes on from line to line.
 */
export function wrapText(text: string, width: number, whole = false): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (columnsOf(joined) <= width) line = joined;
    else if (whole || columnsOf(word) <= width) {
      if (line !== '') lines.push(line);
      line = word;
    } else {
      const parts = pieces(joined, width);
      lines.push(...parts.slice(0, -1));
      line = parts.at(-1) ?? '';
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** Wraps a text behind a label; continuation lines stand below its beginning. */
export function hang(label: string, text: string, whole = false): readonly string[] {
  const indent = ' '.repeat(label.length);
  return wrapText(text, WIDTH - label.length, whole).map((line, index) => `${index === 0 ? label : indent}${line}`);
}

/** Cuts a text where the line is full. */
function pieces(word: string, width: number): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (columnsOf(part + character) > width) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff00-\uff60]/u;

/** Columns that a text takes; wide characters take two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

/** Fills a text up with spaces. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}
