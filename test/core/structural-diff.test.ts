import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffNodes, structuralDiff } from '../../src/core/structural-diff.ts';
import { alignIdentities } from '../../src/core/structural-diff-align.ts';
import { readJsonNode } from '../../src/core/structural-diff-node.ts';
import type { ValueRule } from '../../src/core/structural-diff-rules.ts';

const brief = (left: unknown, right: unknown, rules: readonly ValueRule[] = []) =>
  structuralDiff(left, right, { rules }).map(({ kind, path, leftPath, left: was, right: is }) =>
    [kind, leftPath === undefined ? path : `${leftPath} -> ${path}`, was, is].filter((part) => part !== undefined).join(' '),
  );

describe('differences at their smallest', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['an insertion', [1, 2, 3, 4], [1, 2, 9, 3, 4], ['added /2 9']],
    ['a removal', [1, 2, 3, 4], [1, 3, 4], ['removed /1 2']],
    [
      'a change beside an insertion',
      [
        { id: 1, v: 1 },
        { id: 2, v: 2 },
      ],
      [
        { id: 0, v: 0 },
        { id: 1, v: 1 },
        { id: 2, v: 3 },
      ],
      ['added /0 {"id":0,"v":0}', 'changed /1/v -> /2/v 2 3'],
    ],
    ['a move', ['a', 'b', 'c'], ['c', 'a', 'b'], ['moved /2 -> /0 "c"']],
    ['a key with slash and tilde', { 'a/b~c': 1 }, { 'a/b~c': 2 }, ['changed /a~1b~0c 1 2']],
    ['another kind', { a: [] }, { a: {} }, ['changed /a [] {}']],
    ['the whole document', 1, 'x', ['changed  1 "x"']],
    ['null against absence', { a: null }, {}, ['removed /a null']],
  ])('%s', (_, left, right, expected) => {
    expect(brief(left, right)).toEqual(expected);
  });

  it('never finds more than replacing the whole run would, and finds a subsequence where there is one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 12 }), fc.array(fc.nat(6), { maxLength: 12 }), (a, b) => {
        const pairs = alignIdentities(a, b);
        for (const [i, j] of pairs) expect(a[i]).toBe(b[j]);
        for (let k = 1; k < pairs.length; k++) {
          expect(pairs[k]?.[0]).toBeGreaterThan(pairs[k - 1]?.[0] as number);
          expect(pairs[k]?.[1]).toBeGreaterThan(pairs[k - 1]?.[1] as number);
        }
        expect(pairs.length).toBe(longestCommonSubsequence(a, b));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds one insertion among very many elements, and many changes in bounded time', () => {
    const many = Array.from({ length: 50_000 }, (_, i) => ({ id: i, text: `element ${i}` }));
    expect(brief(many, many.toSpliced(31_000, 0, { id: -1, text: 'new' }))).toEqual(['added /31000 {"id":-1,"text":"new"}']);
    const changed = many.map((item, i) => (i % 2 === 0 ? { ...item, text: 'x' } : item)).toSpliced(10, 1);
    expect(diffNodes(readJsonNode(Buffer.from(JSON.stringify(many))), readJsonNode(Buffer.from(JSON.stringify(changed)))).total).toBe(
      25_000,
    );
  });
});

describe('a duplicate key', () => {
  it('is a difference on its side, with its path, and leaves no patch', () => {
    const [left, right] = ['{"a":[{"k":1}]}', '{"a":[{"k":1,"\\u006b":1}]}'].map((text) => readJsonNode(Buffer.from(text)));
    const { differences, edits } = diffNodes(left as never, right as never);
    expect(differences.map(({ kind, path, right: key }) => [kind, path, key])).toContainEqual(['duplicate-key', '/a/0/k', '"k"']);
    expect(edits).toBeUndefined();
  });
});

/** The textbook table. */
function longestCommonSubsequence(a: readonly number[], b: readonly number[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (table[i] as number[])[j] =
        a[i] === b[j] ? 1 + (table[i + 1]?.[j + 1] ?? 0) : Math.max(table[i + 1]?.[j] ?? 0, table[i]?.[j + 1] ?? 0);
  return table[0]?.[0] ?? 0;
}

describe('rules', () => {
  it.each<[string, unknown, unknown, ValueRule[], string[]]>([
    ['ignore a path at any depth', { a: { t: 1 }, t: 2 }, { a: { t: 3 } }, [{ path: '/**/t', ignore: true }], []],
    ['ignore one element only', [1, 2], [3, 4], [{ path: '/0', ignore: true }], ['changed /1 2 4']],
    [
      'patterns inside a segment',
      { time1: 1, time2: 2, other: 3 },
      { time1: 9, time2: 9, other: 9 },
      [{ path: '/time*', ignore: true }],
      ['changed /other 3 9'],
    ],
    ['tolerance in a shifted array', [1, 2, 3], [7, 1.001, 2.001, 3.001], [{ path: '/*', tolerance: { absolute: 0.01 } }], ['added /0 7']],
    [
      'the later rule wins',
      { v: 1 },
      { v: 2 },
      [
        { path: '/v', tolerance: { absolute: 5 } },
        { path: '/v', tolerance: { absolute: 0.5 } },
      ],
      ['changed /v 1 2'],
    ],
    [
      'unordered with tolerance',
      [1, 5],
      [5.001, 1.001],
      [
        { path: '', unordered: true },
        { path: '/*', tolerance: { absolute: 0.01 } },
      ],
      [],
    ],
    ['unordered keeps count', [1, 1, 2], [2, 1], [{ path: '', unordered: true }], ['removed /1 1']],
    [
      'key and a change',
      [
        { id: 'a', v: 1 },
        { id: 'b', v: 2 },
      ],
      [
        { id: 'b', v: 3 },
        { id: 'a', v: 1 },
      ],
      [{ path: '', key: ['id'] }],
      ['changed /1/v -> /0/v 2 3'],
    ],
    [
      'redaction hides, and does not show',
      { s: 'token abc1' },
      { s: 'word abc2' },
      [{ path: '/s', redact: /abc\d/u }],
      ['changed /s "token [redacted]" "word [redacted]"'],
    ],
    ['redact the whole, presence counts', { s: 1 }, {}, [{ path: '/s', redact: true }], ['removed /s "[redacted]"']],
    [
      'ignored parts of an added value are not shown',
      {},
      { a: { secret: 1, v: 2 } },
      [{ path: '/a/secret', ignore: true }],
      ['added /a {"v":2}'],
    ],
    ['a literal star', { '*': 1, b: 1 }, { '*': 2, b: 2 }, [{ path: '/~2', ignore: true }], ['changed /b 1 2']],
    [
      'ignored timestamps do not disturb alignment',
      [
        { t: 1, v: 1 },
        { t: 2, v: 2 },
      ],
      [
        { t: 7, v: 0 },
        { t: 8, v: 1 },
        { t: 9, v: 2 },
      ],
      [{ path: '/*/t', ignore: true }],
      ['added /0 {"v":0}'],
    ],
  ])('%s', (_, left, right, rules, expected) => {
    expect(brief(left, right, rules)).toEqual(expected);
  });
});
