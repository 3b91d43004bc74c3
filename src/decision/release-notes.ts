import type { BetaVersion } from './versions.ts';

/**
 * The section of Markdown release notes that is about a version: from the first ATX heading that names it (`2.5.0-beta.1` or its tag, as a whole
 * word), else its base (`2.5.0`), to the next heading of the same or a higher level. Headings inside code fences do not count.
 */
export function sectionOf(markdown: string, { version, base }: BetaVersion): string | undefined {
  const lines = markdown.split(/\r?\n/);
  const headings = headingsOf(lines);
  for (const wanted of [version, base]) {
    const start = headings.findIndex(({ title }) => names(title, wanted));
    const heading = headings[start];
    if (!heading) continue;
    const end = headings.slice(start + 1).find(({ level }) => level <= heading.level)?.line ?? lines.length;
    return lines.slice(heading.line, end).join('\n');
  }
  return undefined;
}

interface Heading {
  readonly line: number;
  readonly level: number;
  readonly title: string;
}

function headingsOf(lines: readonly string[]): Heading[] {
  const headings: Heading[] = [];
  let fence: string | undefined;
  lines.forEach((text, line) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (mark) {
      if (fence === undefined) fence = mark;
      else if (mark[0] === fence[0] && mark.length >= fence.length) fence = undefined;
      return;
    }
    const heading = fence === undefined ? /^ {0,3}(#{1,6})\s+(.*)$/.exec(text) : null;
    if (heading) headings.push({ line, level: heading[1]?.length ?? 1, title: heading[2] ?? '' });
  });
  return headings;
}

/** A version inside a longer one (`2.5.0` in `12.5.0` or in `2.5.0-beta.1`) is another version. */
function names(title: string, version: string): boolean {
  for (let at = title.indexOf(version); at >= 0; at = title.indexOf(version, at + 1)) {
    const before = title.slice(0, at).replace(/v$/, '');
    const after = title.slice(at + version.length);
    if (!/[\w.+-]$/.test(before) && !/^([\w+-]|\.\w)/.test(after)) return true;
  }
  return false;
}
