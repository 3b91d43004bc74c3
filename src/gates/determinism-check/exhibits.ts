import type { Exhibit } from '../../core/index.ts';
import type { RunsFacts } from './facts.ts';
import { becauseText, titles } from './words.ts';

const MAX_DIFFS = 10;
const MAX_ROWS = 40;

/** What the report draws: which variations were applied, and the difference of the first few outputs. */
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
        title: [target.type === 'file' ? target.path : target.type, ...(explanation.first?.member ?? [])].join(' › '),
        left: titles.first,
        right: titles.other,
        lines: explanation.diff.map((line) => ({ ...line })),
      }),
    );
  return [variations, ...gridOf(runs), ...diffs];
}

/** Which output differs with what: a mark where it does, none where it was not asked. */
function gridOf({ differences }: RunsFacts): readonly Exhibit[] {
  const columns: string[] = [titles.byItself];
  for (const { attribution } of differences)
    if (attribution.kind === 'named')
      for (const { variation } of attribution.culprits.flat()) if (!columns.includes(variation)) columns.push(variation);
  if (differences.length === 0) return [];
  const rows = differences.slice(0, MAX_ROWS).map(({ target, attribution }) => ({
    name: target.type === 'file' ? target.path : target.type,
    cells: columns.map((column) => {
      if (attribution.kind === 'intrinsic')
        return column === titles.byItself
          ? { verdict: 'fail' as const, note: `${attribution.diverged} / ${attribution.comparisons}` }
          : { verdict: null, note: '' };
      if (attribution.kind === 'not-attributed')
        return { verdict: column === titles.byItself ? ('inconclusive' as const) : null, note: '' };
      const hit = attribution.culprits.flat().find(({ variation }) => variation === column);
      return hit === undefined ? { verdict: 'pass' as const, note: '' } : { verdict: 'fail' as const, note: hit.variable ?? '' };
    }),
  }));
  return [{ kind: 'grid', title: titles.outputs, columns, rows }];
}
