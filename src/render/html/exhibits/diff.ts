import type { Exhibit } from '../../../core/index.ts';
import { type Content, h } from '../markup.ts';

type Line = Extract<Exhibit, { kind: 'diff' }>['lines'][number];
interface Pair {
  readonly left?: Line | undefined;
  readonly right?: Line | undefined;
}

/** Two texts side by side; where a line was changed, the part that differs is marked. */
export function drawDiff({ title, left, right, lines }: Extract<Exhibit, { kind: 'diff' }>): Content {
  if (lines.length === 0) return undefined;
  return h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': title, tabindex: 0 },
    h(
      'table',
      { class: 'diff' },
      h('caption', {}, title),
      h('colgroup', {}, h('col', { class: 'number' }), h('col', {}), h('col', { class: 'number' }), h('col', {})),
      h('thead', {}, h('tr', {}, h('th', { scope: 'colgroup', colspan: 2 }, left), h('th', { scope: 'colgroup', colspan: 2 }, right))),
      h('tbody', {}, pair(lines).map(drawPair)),
    ),
  );
}

/** Puts what was removed beside what was added in its place. */
function pair(lines: readonly Line[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let removed: Line[] = [];
  let added: Line[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(removed.length, added.length); index++) pairs.push({ left: removed[index], right: added[index] });
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.change === 'removed') removed.push(line);
    else if (line.change === 'added') added.push(line);
    else {
      flush();
      pairs.push({ left: line, right: line });
    }
  }
  flush();
  return pairs;
}

function drawPair({ left, right }: Pair): Content {
  const both = left ?? right;
  if (both?.change === 'gap') return h('tr', { class: 'gap' }, h('td', { colspan: 4 }, both.text === '' ? '⋯' : both.text));
  const changed = left?.change === 'removed' && right?.change === 'added' ? differingSpan(left.text, right.text) : undefined;
  return h('tr', {}, drawSide(left, left?.left, changed), drawSide(right, right?.right, changed));
}

interface Span {
  readonly start: number;
  /** Characters from the end that are the same. */
  readonly tail: number;
}

function drawSide(line: Line | undefined, number: number | undefined, span: Span | undefined): Content {
  if (!line) return [h('td', { class: 'number' }), h('td', { class: 'nothing' })];
  const said = line.change === 'same' ? undefined : h('span', { class: 'hidden' }, `${line.change}: `);
  const { text } = line;
  const content = span
    ? [text.slice(0, span.start), h('mark', {}, text.slice(span.start, text.length - span.tail)), text.slice(text.length - span.tail)]
    : text;
  return [h('td', { class: `number ${line.change}` }, number), h('td', { class: line.change }, said, content)];
}

/** The part between what both begin with and what both end with; none when too little is common to be worth a mark. */
function differingSpan(left: string, right: string): Span | undefined {
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left[start] === right[start]) start++;
  let tail = 0;
  while (tail < most - start && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  return start + tail >= 3 ? { start, tail } : undefined;
}
