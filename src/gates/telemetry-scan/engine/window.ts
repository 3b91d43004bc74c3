/**
 * A stretch of the bytes being scanned, decoded as Latin-1: one character per byte, so that offsets stay byte offsets and no byte is ever refused.
 * Text in UTF-8 beyond ASCII appears as characters from U+0080 to U+00FF.
 */
export interface Window {
  readonly text: string;
  /** Offset of `text[0]` in the block. */
  readonly base: number;
  /** Name of the column that an offset of `text` lies in, for formats whose field names stand elsewhere (a CSV header). */
  readonly columnAt?: (offset: number) => string | undefined;
}

/** How many characters before a value are looked at for words that explain it, and how many after. */
const CONTEXT_BEFORE = 72;
const CONTEXT_AFTER = 26;

/** Lower-case text just before and after a value; used to tell what a number is. */
export function contextOf(window: Window, start: number, end: number): { readonly before: string; readonly after: string } {
  return {
    before: window.text.slice(Math.max(0, start - CONTEXT_BEFORE), start).toLowerCase(),
    after: window.text.slice(end, end + CONTEXT_AFTER).toLowerCase(),
  };
}

const OTLP_ATTRIBUTE =
  /\\?"key\\?"\s*:\s*\\?"([^"\\]{1,128})\\?"\s*,\s*\\?"value\\?"\s*:\s*\{\s*\\?"[a-z]{2,6}value\\?"\s*:\s*(?:\\?"[^"\\]{0,120})?$/;
const JSON_MEMBER = /\\?"([^"\\]{1,128})\\?"\s*:\s*(?:\[\s*)?(?:\\?"[^"\\]{0,120})?$/;
const LOGFMT_PAIR = /(?:^|[\s,;&?{(])([\w.@$-]{1,64})\s*[=:]\s*["']?[^\s"'=&;,]{0,64}$/;

/** The name of the field that a value stands in (OTLP attribute, JSON member, `key=value`, column), lower-case, or ''. */
export function fieldOf(window: Window, start: number): string {
  const before = window.text.slice(Math.max(0, start - 260), start).toLowerCase();
  const line = before.slice(before.lastIndexOf('\n') + 1);
  // An attribute holds eight or nine quotes and a member two or three, so neither begins before that many from the end.
  const attribute = fromQuote(line, 9, 8);
  const found = (attribute === undefined ? null : OTLP_ATTRIBUTE.exec(attribute)) ?? memberOf(line) ?? LOGFMT_PAIR.exec(line);
  return found?.[1] ?? window.columnAt?.(start)?.toLowerCase() ?? '';
}

function memberOf(line: string): RegExpExecArray | null {
  const member = fromQuote(line, 3, 2);
  return member === undefined ? null : JSON_MEMBER.exec(member);
}

/** The end of a line from the backslash before its last but so many quotes; all of it where it has fewer, `undefined` where fewer than `least`. */
function fromQuote(line: string, many: number, least: number): string | undefined {
  let at = line.length;
  for (let count = 0; count < many; count++) {
    const next = at === 0 ? -1 : line.lastIndexOf('"', at - 1);
    if (next < 0) return count < least ? undefined : line;
    at = next;
  }
  return line.slice(Math.max(0, at - 1));
}

/** Whether a field name, split at punctuation and at humps already folded, holds one of the words. */
export function fieldHas(field: string, words: RegExp): boolean {
  return field !== '' && words.test(field.replace(/[_.\-\s]+/g, ' '));
}

/** A match of an expression and where in the window it begins. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly groups: RegExpExecArray;
}

const LOOK_BEHIND = 16;

/**
 * Matches of a global expression that begin from `from` and before `to`; what comes up to `reach` characters after is in sight. The stretch is cut out
 * first, because an expression that does not match would search to the end of the window.
 */
export function findIn(pattern: RegExp, text: string, from: number, to: number, reach = 48): Found[] {
  const low = Math.max(0, from - LOOK_BEHIND);
  const stretch = text.slice(low, to + reach);
  const results: Found[] = [];
  pattern.lastIndex = from - low;
  for (let groups = pattern.exec(stretch); groups; groups = pattern.exec(stretch)) {
    const start = low + groups.index;
    if (start >= to) break;
    results.push({ start, end: start + groups[0].length, groups });
    if (groups[0].length === 0) pattern.lastIndex++;
  }
  return results;
}
