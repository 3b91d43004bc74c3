import type { DiffLine } from '../facts.ts';

/** An edit script: runs of equal lines, and what is taken out and put in between. Indices count lines from 0. */
export interface Hunk {
  readonly left: { readonly from: number; readonly to: number };
  readonly right: { readonly from: number; readonly to: number };
}

/** Beyond so many edits a script says no more than "all of this became all of that". */
const MAX_EDITS = 600;
const CONTEXT = 2;
const MAX_SHOWN_LINES = 60;
const MAX_SHOWN_CHARACTERS = 240;

/** Where two lists of lines differ, in order: the greedy algorithm of Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), on what the two do not share at both ends. */
export function diffLines(left: readonly string[], right: readonly string[]): readonly Hunk[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let endLeft = left.length;
  let endRight = right.length;
  while (endLeft > start && endRight > start && left[endLeft - 1] === right[endRight - 1]) {
    endLeft -= 1;
    endRight -= 1;
  }
  if (start === endLeft && start === endRight) return [];
  const whole = { left: { from: start, to: endLeft }, right: { from: start, to: endRight } };
  const trace = shortestEdit(left.slice(start, endLeft), right.slice(start, endRight));
  return trace === undefined ? [whole] : hunksOf(trace, endLeft - start, endRight - start, start);
}

/** The furthest reaching x per diagonal after each number of edits; `undefined`: too many edits. */
function shortestEdit(a: readonly string[], b: readonly string[]): readonly Int32Array[] | undefined {
  const most = Math.min(a.length + b.length, MAX_EDITS);
  const offset = most + 1;
  let reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(reach.slice());
    const next = reach.slice();
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (reach[offset + k - 1] ?? 0) < (reach[offset + k + 1] ?? 0));
      let x = down ? (reach[offset + k + 1] ?? 0) : (reach[offset + k - 1] ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      next[offset + k] = x;
      if (x >= a.length && y >= b.length) return [...trace, next];
    }
    reach = next;
  }
  return undefined;
}

function hunksOf(trace: readonly Int32Array[], lengthLeft: number, lengthRight: number, start: number): readonly Hunk[] {
  const offset = ((trace[0]?.length ?? 3) - 1) / 2;
  const edits: { readonly x: number; readonly y: number; readonly inserted: boolean }[] = [];
  let x = lengthLeft;
  let y = lengthRight;
  for (let d = trace.length - 2; d > 0; d -= 1) {
    const reach = trace[d] as Int32Array;
    const k = x - y;
    const down = k === -d || (k !== d && (reach[offset + k - 1] ?? 0) < (reach[offset + k + 1] ?? 0));
    const previousK = down ? k + 1 : k - 1;
    const px = reach[offset + previousK] ?? 0;
    const py = px - previousK;
    edits.push({ x: px, y: py, inserted: down });
    x = px;
    y = py;
  }
  const hunks: { left: { from: number; to: number }; right: { from: number; to: number } }[] = [];
  for (const { x: ex, y: ey, inserted } of edits.reverse()) {
    const left = { from: start + ex, to: start + ex + (inserted ? 0 : 1) };
    const right = { from: start + ey, to: start + ey + (inserted ? 1 : 0) };
    const last = hunks.at(-1);
    if (last !== undefined && last.left.to === left.from && last.right.to === right.from) {
      last.left.to = left.to;
      last.right.to = right.to;
    } else hunks.push({ left, right });
  }
  return hunks;
}

/** A readable, bounded piece of the difference: changed lines with a little around them. */
export function showHunks(left: readonly string[], right: readonly string[], hunks: readonly Hunk[], firstLine = 1): readonly DiffLine[] {
  const shown: DiffLine[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const from = Math.max(at, hunk.left.from - CONTEXT);
    if (from > at) shown.push({ change: 'gap', text: '' });
    const shift = hunk.right.from - hunk.left.from;
    for (let i = from; i < hunk.left.from; i += 1)
      shown.push({ change: 'same', left: i + firstLine, right: i + shift + firstLine, text: clip(left[i]) });
    for (let i = hunk.left.from; i < hunk.left.to; i += 1) shown.push({ change: 'removed', left: i + firstLine, text: clip(left[i]) });
    for (let i = hunk.right.from; i < hunk.right.to; i += 1) shown.push({ change: 'added', right: i + firstLine, text: clip(right[i]) });
    at = hunk.left.to;
    if (shown.length > MAX_SHOWN_LINES) return boundLines(shown);
  }
  return shown;
}

/** Keeps the beginning; when only removed lines would be left, the first of the added ones come too. */
function boundLines(lines: readonly DiffLine[]): readonly DiffLine[] {
  const half = MAX_SHOWN_LINES / 2;
  const head = lines.slice(0, half);
  const added = lines
    .slice(half)
    .filter(({ change }) => change === 'added')
    .slice(0, half);
  return [...head, { change: 'gap', text: '' }, ...added, { change: 'gap', text: '' }];
}

function clip(line = ''): string {
  return line.length <= MAX_SHOWN_CHARACTERS ? line : `${line.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
