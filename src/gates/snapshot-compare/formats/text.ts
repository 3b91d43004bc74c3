import { isUtf8 } from 'node:buffer';
import { alignIdentities } from '../../../core/structural-diff-align.ts';
import { REDACTED } from '../../../core/structural-diff-equal.ts';
import { shorten } from '../../../core/structural-diff-show.ts';
import type { Change } from '../facts.ts';
import {
  type Comparison,
  type DiffLine,
  type FileRules,
  type Format,
  MAX_CHANGES_PER_FILE,
  MAX_DIFF_LINES,
  NOTHING_LEFT,
} from './format.ts';

const MAX_LINE_CHARACTERS = 300;
const CONTEXT_LINES = 3;
/** A block of fewer characters that stands elsewhere is no move: braces and blank lines stand everywhere. */
const MIN_MOVED_CHARACTERS = 12;

/** Text by line. A missing last newline and a carriage return are differences; blocks that only changed place are moves. */
export const text: Format = {
  name: 'text',
  extensions: ['.txt', '.md', '.log', '.html', '.htm', '.svg', '.xml', '.css', '.js', '.ts', '.snap'],
  compare: async ({ base, actual, rules }): Promise<Comparison> => {
    const [left, right] = [await base.read(), await actual.read()];
    // Bytes that are not UTF-8 stand for themselves, on both sides, so that none is taken for another.
    const encoding = isUtf8(left) && isUtf8(right) ? 'utf8' : 'latin1';
    const linesOf = (bytes: Uint8Array) => splitLines(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(encoding), rules);
    const [before, now] = [linesOf(left), linesOf(right)];
    const ignored = rules.ignoredLines.length > 0 && before.texts.length + now.texts.length === 0;
    const redacted = rules.redactedLines.length > 0 && [...before.texts, ...now.texts].every((line) => line === REDACTED);
    return ignored || redacted ? NOTHING_LEFT : compareLines(before, now);
  },
};

/** The lines that count, as they may be seen, with their numbers. */
export interface Lines {
  readonly texts: readonly string[];
  /** 1-based. */
  readonly numbers: readonly number[];
  readonly endsWithNewline: boolean;
}

/** Splits at LF only, so that a CR is part of its line. */
export function splitLines(whole: string, rules: Pick<FileRules, 'ignoredLines' | 'redactedLines'>): Lines {
  const all = whole.split('\n');
  const endsWithNewline = whole === '' || all.at(-1) === '';
  if (all.at(-1) === '') all.pop();
  const texts: string[] = [];
  const numbers: number[] = [];
  all.forEach((line, index) => {
    if (rules.ignoredLines.some((rule) => rule.test(line))) return;
    texts.push(rules.redactedLines.reduce((seen, { line: when, match }) => (when.test(line) ? seen.replace(match, REDACTED) : seen), line));
    numbers.push(index + 1);
  });
  return { texts, numbers, endsWithNewline };
}

interface Hunk {
  readonly a0: number;
  readonly a1: number;
  readonly b0: number;
  readonly b1: number;
}

/** Compares two lists of lines. */
export function compareLines(left: Lines, right: Lines): Comparison {
  const identities = new Map<string, number>();
  const identify = (line: string) => {
    const known = identities.get(line);
    if (known !== undefined) return known;
    identities.set(line, identities.size);
    return identities.size - 1;
  };
  const [a, b] = [Float64Array.from(left.texts, identify), Float64Array.from(right.texts, identify)];
  const hunks = hunksOf(alignIdentities(a, b), a.length, b.length);
  const changes: Change[] = [];
  const moves = findMovedBlocks(hunks, left.texts, right.texts);
  for (const hunk of hunks)
    if (!moves.has(hunk)) {
      const baseLine = left.numbers[hunk.a0] ?? (left.numbers[hunk.a0 - 1] ?? 0) + (hunk.a1 > hunk.a0 ? 1 : 0);
      const line = right.numbers[hunk.b0] ?? (right.numbers[hunk.b0 - 1] ?? 0) + (hunk.b1 > hunk.b0 ? 1 : 0);
      changes.push({ kind: 'lines-changed', baseLine, baseCount: hunk.a1 - hunk.a0, line, count: hunk.b1 - hunk.b0 });
    }
  for (const [from, to] of moves)
    if (from.a1 > from.a0)
      changes.push({
        kind: 'lines-moved',
        baseLine: left.numbers[from.a0] as number,
        line: right.numbers[to.b0] as number,
        count: from.a1 - from.a0,
      });
  if (left.endsWithNewline !== right.endsWithNewline)
    changes.push({ kind: 'final-newline', side: left.endsWithNewline ? 'actual' : 'baseline' });
  return { changes: changes.slice(0, MAX_CHANGES_PER_FILE), total: changes.length, lines: viewOf(hunks, left, right) };
}

function hunksOf(alignment: readonly (readonly [number, number])[], lengthA: number, lengthB: number): Hunk[] {
  const hunks: Hunk[] = [];
  let [a, b] = [0, 0];
  for (const [i, j] of [...alignment, [lengthA, lengthB] as const]) {
    if (i > a || j > b) hunks.push({ a0: a, a1: i, b0: b, b1: j });
    [a, b] = [i + 1, j + 1];
  }
  return hunks;
}

/** Pure removals whose lines are, as a whole, a pure insertion elsewhere: both hunks map to each other. */
function findMovedBlocks(hunks: readonly Hunk[], left: readonly string[], right: readonly string[]): Map<Hunk, Hunk> {
  const inserted = new Map<string, Hunk[]>();
  for (const hunk of hunks)
    if (hunk.a0 === hunk.a1) {
      const block = right.slice(hunk.b0, hunk.b1).join('\n');
      inserted.set(block, [...(inserted.get(block) ?? []), hunk]);
    }
  const moves = new Map<Hunk, Hunk>();
  for (const hunk of hunks) {
    if (hunk.b0 !== hunk.b1) continue;
    const block = left.slice(hunk.a0, hunk.a1).join('\n');
    const target = block.length >= MIN_MOVED_CHARACTERS ? inserted.get(block)?.shift() : undefined;
    if (!target) continue;
    moves.set(hunk, target);
    moves.set(target, hunk);
  }
  return moves;
}

/** Hunks with some lines around them, up to a bound. */
function viewOf(hunks: readonly Hunk[], left: Lines, right: Lines): DiffLine[] {
  const view: DiffLine[] = [];
  let shownA = 0;
  const shown = (line: string | undefined) => shorten(line ?? '', MAX_LINE_CHARACTERS);
  const same = (i: number, j: number) =>
    view.push({ change: 'same', left: left.numbers[i] as number, right: right.numbers[j] as number, text: shown(left.texts[i]) });
  hunks.forEach((hunk, index) => {
    if (view.length >= MAX_DIFF_LINES) return;
    const offset = hunk.b0 - hunk.a0;
    const from = Math.max(shownA, hunk.a0 - CONTEXT_LINES);
    if (from > shownA) view.push({ change: 'gap', text: '' });
    for (let i = from; i < hunk.a0; i++) same(i, i + offset);
    for (let i = hunk.a0; i < hunk.a1; i++) view.push({ change: 'removed', left: left.numbers[i] as number, text: shown(left.texts[i]) });
    for (let j = hunk.b0; j < hunk.b1; j++) view.push({ change: 'added', right: right.numbers[j] as number, text: shown(right.texts[j]) });
    const next = hunks[index + 1]?.a0 ?? left.texts.length;
    const until = Math.min(next, hunk.a1 + CONTEXT_LINES);
    for (let i = hunk.a1; i < until; i++) same(i, i + hunk.b1 - hunk.a1);
    shownA = until;
  });
  return view.slice(0, MAX_DIFF_LINES);
}
