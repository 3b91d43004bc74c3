import type { HistoryEntry, HistoryFact } from '../ledger/read-history.ts';
import type { SloFinding } from './row.ts';

/**
 * The warning that a result rests on entries for which nobody vouches: a file, or a branch where no code host could be asked. The gate judges them all the same,
 * so that a first try on a laptop works; a decision about a version does not accept it.
 */
export function unsignedLedger(
  history: Extract<HistoryFact, { kind: 'ok' }>,
  used: readonly HistoryEntry[],
  input: 'consecutive-days' | 'baseline',
): readonly SloFinding[] {
  const unsigned = used.filter(({ trust }) => trust === 'unconfirmed').length;
  if (unsigned === 0) return [];
  const args = { place: history.place, input, unsigned, entries: used.length, asked: history.asked };
  return [{ code: 'slo-gate/ledger-unsigned', level: 'warning', args }];
}
