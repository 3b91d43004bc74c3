/** GitHub refuses comments beyond 65,536 characters; this leaves room for the marker. */
export const MAX_COMMENT_CHARACTERS = 65_000;

/**
 * Cuts finished Markdown at a line, so never inside a table's row or a code span, closes what is open there, and says where the rest is.
 * Never ends inside a fence or a `<details>`. `most` counts UTF-16 code units, of which there are never fewer than characters.
 */
export function limitMarkdown(text: string, most: number, rest: string): string {
  if (text.length <= most) return text;
  const note = `\n\n… ${rest}\n`;
  const reserve = note.length + 200;
  const lines: string[] = [];
  let used = 0;
  let fence: string | undefined;
  let details = 0;
  for (const line of text.split('\n')) {
    if (used + line.length + 1 > most - reserve) break;
    lines.push(line);
    used += line.length + 1;
    const mark = /^(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === undefined ? mark : line.startsWith(fence) ? undefined : fence;
    // Ours stand at the beginning of a line; those inside a code span are text.
    if (fence === undefined) details += line.startsWith('<details>') ? 1 : line.startsWith('</details>') ? -1 : 0;
  }
  const closing = [...(fence === undefined ? [] : [fence]), ...Array<string>(Math.max(0, Math.min(details, 10))).fill('\n</details>')];
  return [...lines, ...closing].join('\n') + note;
}
