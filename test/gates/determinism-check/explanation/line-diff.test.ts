import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffLines, showHunks } from '../../../../src/gates/determinism-check/explanation/line-diff.ts';

/** What the hunks make of the left side. */
function applied(left: readonly string[], right: readonly string[]): string[] {
  const result: string[] = [];
  let at = 0;
  for (const hunk of diffLines(left, right)) {
    result.push(...left.slice(at, hunk.left.from), ...right.slice(hunk.right.from, hunk.right.to));
    at = hunk.left.to;
  }
  return [...result, ...left.slice(at)];
}

describe('differences of lines', () => {
  it('turn the left side into the right one, whatever they are', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (left, right) => expect(applied(left, right)).toEqual(right)),
      { numRuns: 500 },
    );
  });

  it('are as short as can be', () => {
    // The example of Myers' paper: ABCABBA to CBABAC takes 5 edits.
    const edits = diffLines([...'ABCABBA'], [...'CBABAC']).reduce(
      (sum, { left, right }) => sum + left.to - left.from + right.to - right.from,
      0,
    );
    expect(edits).toBe(5);
  });

  it('are shown with line numbers of both sides and a little around', () => {
    const left = ['1', '2', '3', '4', 'old', '6', '7', '8'];
    const right = ['1', '2', '3', '4', 'new', '6', '7', '8'];
    expect(showHunks(left, right, diffLines(left, right))).toEqual([
      { change: 'gap', text: '' },
      { change: 'same', left: 3, right: 3, text: '3' },
      { change: 'same', left: 4, right: 4, text: '4' },
      { change: 'removed', left: 5, text: 'old' },
      { change: 'added', right: 5, text: 'new' },
    ]);
  });

  it('stay bounded when everything differs', () => {
    const left = Array.from({ length: 50_000 }, (_, at) => `left ${at} ${'x'.repeat(400)}`);
    const right = Array.from({ length: 50_000 }, (_, at) => `right ${at}`);
    const shown = showHunks(left, right, diffLines(left, right));
    expect(shown.length).toBeLessThan(100);
    expect(shown.some(({ change }) => change === 'added')).toBe(true);
    expect(Math.max(...shown.map(({ text }) => text.length))).toBeLessThan(300);
  });
});
