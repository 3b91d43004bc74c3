import type { Exhibit } from '../../core/index.ts';
import type { DifferenceFacts, RunFacts, RunsFacts } from './facts.ts';
import { becauseText, RUN_KINDS, titles } from './words.ts';

const MAX_DIFFS = 10;
const MAX_ROWS = 40;
const MAX_RUN_ROWS = 30;

type Grid = Extract<Exhibit, { kind: 'grid' }>;
type Cell = Grid['rows'][number]['cells'][number];
const NOTHING: Cell = { verdict: null, note: '' };

/** What the report draws: what differs and with what, run by run; the first few differences side by side; and which variations were applied. */
export function exhibitsOf(runs: RunsFacts): readonly Exhibit[] {
  const variations: Exhibit = {
    kind: 'table',
    title: titles.variations,
    columns: [{ name: titles.variation }, { name: titles.applied }, { name: titles.setting }],
    rows: runs.variations.map((one) => [one.id, one.applied, one.applied ? one.setting : becauseText(one.reason)]),
  };
  const diffs = runs.differences
    .filter(({ explanation }) => explanation.diff.length > 0)
    .slice(0, MAX_DIFFS)
    .map(
      ({ target, explanation }): Exhibit => ({
        kind: 'diff',
        title: [nameOf({ target }), ...(explanation.first?.member ?? [])].join(' › '),
        left: titles.first,
        right: titles.other,
        lines: explanation.diff.map((line) => ({ ...line })),
      }),
    );
  return [...outputsGrid(runs), ...diffs, ...runsGrid(runs), variations];
}

function nameOf({ target }: Pick<DifferenceFacts, 'target'>): string {
  return target.type === 'file' ? target.path : target.type;
}

/** Which output differs with what: a mark where it does, none where it was not asked. */
function outputsGrid({ differences }: RunsFacts): readonly Exhibit[] {
  const columns: string[] = [titles.byItself];
  for (const { attribution } of differences)
    if (attribution.kind === 'named')
      for (const { variation } of attribution.culprits.flat()) if (!columns.includes(variation)) columns.push(variation);
  if (differences.length === 0) return [];
  const rows = differences.slice(0, MAX_ROWS).map((difference) => {
    const { attribution } = difference;
    const place = placeText(difference);
    return {
      name: nameOf(difference),
      cells: columns.map((column): Cell => {
        if (attribution.kind === 'intrinsic')
          return column === titles.byItself
            ? {
                verdict: 'fail',
                note: [titles.ofComparisons(attribution.diverged, attribution.comparisons), place].filter(Boolean).join('; '),
              }
            : NOTHING;
        if (attribution.kind === 'not-attributed')
          return { ...NOTHING, ...(column === titles.byItself ? { verdict: 'inconclusive', note: place } : {}) };
        const hit = attribution.culprits.flat().find(({ variation }) => variation === column);
        return hit === undefined
          ? { verdict: 'pass', note: '' }
          : { verdict: 'fail', note: [hit.variable, place].filter(Boolean).join('; ') };
      }),
    };
  });
  return [{ kind: 'grid', title: titles.outputs, columns, rows }];
}

/** Where the first difference lies inside of an output. */
function placeText({ explanation: { first } }: DifferenceFacts): string {
  if (first === undefined) return '';
  return [...(first.member ?? []), titles.line(first.line), ...(first.pointer === undefined ? [] : [first.pointer])].join(' ').slice(0, 80);
}

/** Every run with what was varied in it, and whether it came out as the first one; equal neighbours share a row. */
function runsGrid({ runs, variations }: RunsFacts): readonly Exhibit[] {
  const applied = variations.flatMap((one) => (one.applied ? [one.id] : []));
  if (runs.length < 2) return [];
  const rows: { readonly key: string; readonly from: number; to: number; readonly run: RunFacts }[] = [];
  for (const [index, run] of runs.entries()) {
    const key = JSON.stringify([index === 0, run.kind, run.differs, run.varied ?? []]);
    const last = rows.at(-1);
    if (last?.key === key) last.to = index + 1;
    else rows.push({ key, from: index + 1, to: index + 1, run });
  }
  const searched = [...new Set(runs.flatMap(({ varied = [] }) => varied.map(variationOf)))];
  // Runs that vary everything at once need no column for each; a search does.
  const columns = applied.filter((id) => searched.includes(id));
  return [
    {
      kind: 'grid',
      title: titles.runs(applied.length),
      ...(columns.length === 0 ? {} : { dense: true }),
      columns: [titles.varied, titles.againstFirst, ...columns],
      rows: rows.slice(0, MAX_RUN_ROWS).map(({ from, to, run }) => {
        const names = new Set((run.varied ?? []).map(variationOf));
        const verdict = run.differs ? ('fail' as const) : ('pass' as const);
        const inIt = (id: string): boolean => run.kind === 'varied' || (run.kind === 'terminal' ? id === 'terminal' : names.has(id));
        return {
          name: titles.run(from, to),
          cells: [
            { verdict: null, note: RUN_KINDS[run.kind] },
            from === 1 ? { verdict: null, note: titles.reference } : { verdict, note: '' },
            ...columns.map((id): Cell => (inIt(id) ? { verdict, note: '' } : NOTHING)),
          ],
        };
      }),
    },
  ];
}

/** `locales#2`, an atom, belongs to the variation `locales`. */
function variationOf(atom: string): string {
  return atom.replace(/#\d+$/, '');
}
