import { describe, expect, it } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';
import type { Exhibit } from '../../../src/core/index.ts';
import { drawExhibit } from '../../../src/render/html/exhibits/index.ts';
import { serialize } from '../../../src/render/html/markup.ts';
import { prose } from '../../../src/render/html/parts.ts';
import { formatQuantity } from '../../../src/render/number.ts';

type Node = { readonly [name: string]: unknown };
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  unpairedTags: ['col', 'img'],
  allowBooleanAttributes: true,
});

const draw = (exhibit: Exhibit): string => serialize(drawExhibit(exhibit));

/** All text below a node, as a reader hears it. */
function textOf(nodes: readonly Node[]): string {
  return nodes
    .map((node) =>
      '#text' in node
        ? String(node['#text'])
        : Object.entries(node)
            .map(([name, inner]) => (name === ':@' ? '' : textOf(inner as Node[])))
            .join(''),
    )
    .join('');
}

function find(nodes: readonly Node[], tag: string): readonly (readonly Node[])[] {
  return nodes.flatMap((node) =>
    Object.entries(node).flatMap(([name, inner]) =>
      name === ':@' || name === '#text' ? [] : [...(name === tag ? [inner as Node[]] : []), ...find(inner as Node[], tag)],
    ),
  );
}

/** Cells of all rows of all tables in it. */
function rowsOf(html: string): readonly (readonly string[])[] {
  return find(parser.parse(html) as Node[], 'tr').map((row) =>
    (row as Node[]).flatMap((cell) => (['th', 'td'].some((name) => name in cell) ? [textOf([cell])] : [])),
  );
}

const diffOf = (lines: Extract<Exhibit, { kind: 'diff' }>['lines']): Exhibit => ({
  kind: 'diff',
  title: 'd',
  left: 'was',
  right: 'is',
  lines,
});

describe('drawDiff', () => {
  it('puts both values of a place of a document side by side, and leaves alone what one side lacks', () => {
    const html = draw(
      diffOf([
        { change: 'removed', text: '/0/score  73.6' },
        { change: 'added', text: '/0/score  61.3' },
        { change: 'added', text: '/1/alerts/0  {"a":1}' },
        { change: 'removed', text: '/2/name  "x"' },
        { change: 'removed', text: '/3/name  "one  two"' },
        { change: 'added', text: '/3/name  "one  three"' },
      ]),
    );
    expect(rowsOf(html)).toEqual([
      ['where', 'was', 'is'],
      ['/0/score', 'removed: 73.6', 'added: 61.3'],
      ['/1/alerts/0', '', 'added: {"a":1}'],
      ['/2/name', 'removed: "x"', ''],
      ['/3/name', 'removed: "one  two"', 'added: "one  three"'],
    ]);
    expect(html).toContain('one  t<mark>wo</mark>');
  });

  it('shows texts by their lines, and folds what is long without losing any of it', () => {
    const lines = Array.from({ length: 90 }, (_, index) => ({
      change: 'same' as const,
      left: index + 1,
      right: index + 1,
      text: `line ${index + 1}`,
    }));
    const html = draw(diffOf([{ change: 'removed', left: 1, text: 'a' }, ...lines]));
    expect(html.match(/<details>/g)).toHaveLength(1);
    expect(html).toContain('67 more rows of d');
    for (const { text } of lines) expect(html).toContain(`>${text}<`);
  });
});

describe('drawGrid', () => {
  it('dense: says of each narrow cell what its mark means, and marks the first difference', () => {
    const html = draw({
      kind: 'grid',
      title: 'g',
      dense: true,
      columns: ['varied', 'result', 'time', 'umask'],
      rows: [
        {
          name: 'run 1',
          cells: [
            { verdict: null, note: 'nothing' },
            { verdict: 'pass', note: '' },
            { verdict: null, note: '' },
            { verdict: null, note: '' },
          ],
        },
        {
          name: 'run 2',
          cells: [
            { verdict: null, note: 'some' },
            { verdict: 'fail', note: '' },
            { verdict: 'fail', note: '' },
            { verdict: null, note: '' },
          ],
        },
      ],
    });
    expect(rowsOf(html)).toEqual([
      ['what', 'varied', 'result', 'time', 'umask'],
      ['run 1', 'nothing', 'pass', 'not', 'not'],
      ['run 2', 'some', 'failfirst difference', 'fail', 'not'],
    ]);
    expect(html.match(/cell fail first/g)).toHaveLength(1);
  });
});

describe('drawBars', () => {
  it('writes every number beside its bar, marks what is over the limit, and keeps a giant from pressing the others flat', () => {
    const html = draw({
      kind: 'bars',
      title: 'b',
      unit: '%',
      parts: [{ name: 'spent', tone: 'data' }],
      rows: [
        { name: 'a', values: [50], verdict: 'pass', note: '' },
        { name: 'b', values: [2000], verdict: 'fail', note: 'n' },
      ],
      limit: 100,
    });
    expect(rowsOf(html)).toEqual([
      ['what', 'amount, the line at 100 %', 'spent', 'verdict', 'note'],
      ['a', '', '50 %', 'pass', ''],
      ['b', '', '2,000 %', 'fail', 'n'],
    ]);
    const widths = [...html.matchAll(/class="part (\w+)"[^>]* width="([\d.]+)"/g)].map(([, tone, width]) => [tone, Number(width)]);
    // The axis ends at two and a half times the limit, so half of the limit is a fifth of it.
    expect(widths).toEqual([
      ['data', 43.2],
      ['fail', 216],
    ]);
    expect(html.match(/class="beyond"/g)).toHaveLength(1);
  });
});

describe('drawPercentiles', () => {
  it('gives each step of ten the same width, and says numbers and limits in words', () => {
    const html = draw({
      kind: 'percentiles',
      title: 'p',
      unit: 'ms',
      points: [
        { rank: 0, value: 1 },
        { rank: 90, value: 10 },
        { rank: 99, value: 20 },
        { rank: 99.9, value: 30 },
      ],
      limits: [{ label: 'p(99) < 15 ms', rank: 99, value: 15, verdict: 'fail' }],
    });
    const x = [...html.matchAll(/class="dot" cx="([\d.]+)"/g)].map(([, at]) => Number(at));
    expect(x[0]).toBe(0);
    expect((x[1] ?? 0) * 2).toBeCloseTo(x[2] ?? 0, 1);
    expect((x[1] ?? 0) * 3).toBeCloseTo(x[3] ?? 0, 1);
    expect(html).toContain('aria-label="p: percentiles; min 1 ms, p90 10 ms, p99 20 ms, p99.9 30 ms, limit p(99) &lt; 15 ms: fail"');
    expect(rowsOf(html)[3]).toEqual(['p99', '20', '15 missed']);
  });
});

describe('words and numbers', () => {
  it('makes code of what stands between backticks, and text of all else', () => {
    expect(serialize(prose('use `<b>` or `x`, not ` alone <i>'))).toBe(
      'use <code>&lt;b&gt;</code> or <code>x</code>, not ` alone &lt;i&gt;',
    );
  });

  it.each([
    [0.125, '1', '12.5 %'],
    [1539, 'count', '1,539'],
    [14.4, 'x', '14.4×'],
    [999, 'By', '999 B'],
    [53_519, 'By', '53.52 kB'],
    [2_070_556, 'By', '2.071 MB'],
    [212, 'ms', '212 ms'],
    [3, '', '3'],
  ])('writes %d in %j as %j', (value, unit, text) => expect(formatQuantity(value, unit)).toBe(text));
});
