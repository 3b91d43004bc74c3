import { byCulprit, type Cause } from './cause.ts';

/** Decimal marks, month names, messages, case rules of the locale. */
export const localeFormat: Cause = {
  id: 'locale-format',
  weigh: (evidence) =>
    byCulprit(evidence, evidence.reordered === undefined && !evidence.leaves.some(({ type }) => type === 'order') ? 88 : 35, 'locales'),
};
