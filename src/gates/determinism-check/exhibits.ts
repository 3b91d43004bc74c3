import type { Exhibit } from '../../core/index.ts';
import type { RunsFacts } from './facts.ts';
import { becauseText, titles } from './words.ts';

const MAX_DIFFS = 10;

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
  return [variations, ...diffs];
}
