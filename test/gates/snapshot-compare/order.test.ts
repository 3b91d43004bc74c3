import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareLists, type Item } from '../../../src/gates/snapshot-compare/compare-lists.ts';
import { createRuleBook } from '../../../src/gates/snapshot-compare/rules/select-rules.ts';
import { contentOf } from './store/support.ts';

const item = (text: string): Item => ({ kind: 'file', content: contentOf(text) });

describe('the result', () => {
  it('does not depend on the order in which files are found', async () => {
    const names = fc.constantFrom('a.json', 'b.json', 'c.txt', 'd.yaml', 'e.csv', 'f.bin');
    const texts = fc.constantFrom('{"a":1}', '{"a":2}', '{"a":1,"b":[1,2]}', '[1]', 'a,b\n1,2\n', 'x: 1\n', 'same');
    const list = fc.uniqueArray(fc.tuple(names, texts), { selector: ([name]) => name, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(list, list, fc.func(fc.nat()), async (base, actual, rank) => {
        const shuffled = <T>(entries: readonly [string, T][]) => [...entries].sort((a, b) => rank(a[0]) - rank(b[0]));
        const run = (left: readonly [string, string][], right: readonly [string, string][]) => {
          const items = (entries: readonly [string, string][]) => new Map(entries.map(([name, text]) => [name, item(text)]));
          return compareLists(items(left), items(right), { book: createRuleBook([]), prefix: '' });
        };
        expect(await run(shuffled(base), shuffled(actual))).toEqual(await run(base, actual));
      }),
      { numRuns: 200 },
    );
  });
});
