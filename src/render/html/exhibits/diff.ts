import type { Exhibit } from '../../../core/index.ts';
import { type Content, h } from '../markup.ts';
import { count, disclosure } from '../parts.ts';

type Line = Extract<Exhibit, { kind: 'diff' }>['lines'][number];
interface Pair {
  readonly left?: Line | undefined;
  readonly right?: Line | undefined;
}

/** Of the shorter text; what has less in common is another text. */
const LEAST_COMMON = 0.2;
/** Rows that are seen at once; more open when they are asked for. */
const FIRST_ROWS = 24;

/** Two texts side by side; where a line was changed, the part that differs is marked. Of documents without lines, each place with both its values. */
export function drawDiff({ title, left, right, lines }: Extract<Exhibit, { kind: 'diff' }>): Content {
  if (lines.length === 0) return undefined;
  const changed = lines.filter(({ change }) => change === 'removed' || change === 'added');
  const placed =
    changed.length > 0 && changed.every((line) => line.left === undefined && line.right === undefined && keyOf(line) !== undefined);
  const rows = placed ? pairByPlace(lines).map(drawPlaced) : pair(lines).map(drawPair);
  const head = placed
    ? [h('th', { scope: 'col' }, 'where'), h('th', { scope: 'col' }, left), h('th', { scope: 'col' }, right)]
    : [h('th', { scope: 'colgroup', colspan: 2 }, left), h('th', { scope: 'colgroup', colspan: 2 }, right)];
  const columns = placed ? ['where', undefined, undefined] : ['number', undefined, 'number', undefined];
  const part = (shown: readonly Content[], label: string): Content =>
    h(
      'div',
      { class: 'scroll', role: 'region', 'aria-label': label, tabindex: 0 },
      h(
        'table',
        { class: 'diff' },
        h('caption', {}, label),
        h(
          'colgroup',
          {},
          columns.map((kind) => h('col', kind === undefined ? {} : { class: kind })),
        ),
        h('thead', {}, h('tr', {}, head)),
        h('tbody', {}, shown),
      ),
    );
  if (rows.length <= FIRST_ROWS + 4) return part(rows, title);
  return [
    part(rows.slice(0, FIRST_ROWS), title),
    disclosure(`${count(rows.length - FIRST_ROWS, 'more row')} of ${title}`, part(rows.slice(FIRST_ROWS), `${title}, continued`)),
  ];
}

/** `/0/score  73.6`: the place, two spaces, the value. */
const PLACED = /^(\S.*?) {2}(.*)$/s;

function keyOf({ text }: Line): string | undefined {
  return PLACED.exec(text)?.[1];
}

/** The values of one place on both sides; a line that says something else of it stands alone. */
function pairByPlace(lines: readonly Line[]): readonly Pair[] {
  const pairs: { left?: Line | undefined; right?: Line | undefined }[] = [];
  for (const line of lines) {
    const last = pairs.at(-1);
    if (line.change === 'removed') pairs.push({ left: line });
    else if (line.change !== 'added') pairs.push({ left: line, right: line });
    else if (last?.left?.change === 'removed' && last.right === undefined && keyOf(last.left) === keyOf(line)) last.right = line;
    else pairs.push({ right: line });
  }
  return pairs;
}

function drawPlaced({ left, right }: Pair): Content {
  const both = left ?? right;
  if (both?.change === 'gap') return h('tr', { class: 'gap' }, h('td', { colspan: 3 }, both.text === '' ? '⋯' : both.text));
  const shownValue = (line: Line | undefined): string => PLACED.exec(line?.text ?? '')?.[2] ?? line?.text ?? '';
  const span = left && right && left !== right ? differingSpan(shownValue(left), shownValue(right)) : undefined;
  const side = (line: Line | undefined): Content =>
    line === undefined ? h('td', { class: 'nothing' }) : h('td', { class: line.change }, said(line), marked(shownValue(line), span));
  return h('tr', {}, h('th', { scope: 'row', class: 'where' }, both ? (keyOf(both) ?? '') : ''), side(left), side(right));
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
  if (!line) return [h('td', { class: 'number nothing' }), h('td', { class: 'nothing' })];
  return [h('td', { class: `number ${line.change}` }, number), h('td', { class: line.change }, said(line), marked(line.text, span))];
}

function said({ change }: Line): Content {
  return change === 'same' ? undefined : h('span', { class: 'hidden' }, `${change}: `);
}

function marked(text: string, span: Span | undefined): Content {
  if (!span) return text;
  return [text.slice(0, span.start), h('mark', {}, text.slice(span.start, text.length - span.tail)), text.slice(text.length - span.tail)];
}

/** The part between what both begin with and what both end with; none when too little is common to be worth a mark. */
function differingSpan(left: string, right: string): Span | undefined {
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left[start] === right[start]) start++;
  let tail = 0;
  while (tail < most - start && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  return start + tail >= Math.max(3, most * LEAST_COMMON) ? { start, tail } : undefined;
}
