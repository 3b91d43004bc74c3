/**
 * Stands after a sign to which GitHub gives a meaning. Mentions and issue references are found in the rendered text, where a backslash or an entity
 * for the sign itself is no longer there (github/cmark-gfm issue 181).
 */
const BREAK = '&#8203;';

/**
 * Makes untrusted text fit for GitHub-flavoured Markdown, on one line: nothing in it can become markup, a link, a mention, an issue reference, a
 * table cell or HTML.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, (character) =>
      character === '\n' || character === '\t' ? ' ' : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    )
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~]/g, '\\$&')
    .replace(/[@#]/g, `$&${BREAK}`)
    .replace(/\bgh-(?=\d)/gi, `$&${BREAK}`)
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/\b(www)\./gi, '$1&#46;');
}

/** A sentence of ours, in which code stands between backticks; what it says stays text, and code becomes a code span. */
export function escapeProse(sentence: string): string {
  return sentence
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 0 ? escapeMarkdown(part) : codeSpan(part)))
    .join('');
}

/** A code span that holds any text: the fence is longer than any run of backticks inside. */
export function codeSpan(text: string): string {
  const flat = text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, ' ').replace(/\|/g, '\\|');
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${/^[`\s]|[`\s]$/.test(flat) ? ` ${flat} ` : flat}${fence}`;
}
