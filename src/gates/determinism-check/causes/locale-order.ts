import { byCulprit, type Cause } from './cause.ts';

/** Sorted by the rules of the locale. */
export const localeOrder: Cause = {
  id: 'locale-order',
  weigh: (evidence) => byCulprit(evidence, evidence.reordered === undefined && !hasOrder(evidence) ? 40 : 95, 'locales'),
};

function hasOrder({ leaves }: Parameters<Cause['weigh']>[0]): boolean {
  return leaves.some(({ type }) => type === 'order');
}
