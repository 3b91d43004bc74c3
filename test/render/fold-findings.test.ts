import { describe, expect, it } from '@jest/globals';
import { countLevel, foldFindings } from '../../src/render/fold-findings.ts';

const finding = (code: string, level: 'error' | 'warning' | 'note') => ({ code, level, args: {} });

describe('foldFindings', () => {
  it('keeps levels of one code apart, in the order of their first appearance', () => {
    const folded = foldFindings([finding('a/x', 'error'), finding('a/y', 'error'), finding('a/x', 'error'), finding('a/x', 'note')]);
    expect(folded.map(({ code, level, total }) => [code, level, total])).toEqual([
      ['a/x', 'error', 2],
      ['a/y', 'error', 1],
      ['a/x', 'note', 1],
    ]);
  });

  it('adds those that evidence only counts to the last group of their code', () => {
    const folded = foldFindings([finding('a/x', 'error'), finding('a/x', 'note')], { 'a/x': 12_000 });
    expect(folded.map(({ total }) => total)).toEqual([1, 11_999]);
  });
});

describe('countLevel', () => {
  it.each([
    [1, 'error', '1 error'],
    [12_345, 'warning', '12,345 warnings'],
    [0, 'note', '0 notes'],
  ] as const)('%d %s', (count, level, text) => {
    expect(countLevel(count, level)).toBe(text);
  });
});
