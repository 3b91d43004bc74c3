import type { DecisionFacts } from '../facts.ts';
import { broken, forTagsOnly, type RuleResult } from '../rule.ts';
import { errorOf } from '../words.ts';

/** What a gate reports when it counted entries of its ledger that nobody vouches for. */
const UNSIGNED = 'slo-gate/ledger-unsigned';

/**
 * `days-confirmed/<gate>`, for tags: what a gate says about earlier days rests on entries that a trusted signature or the code host confirms. Anyone who can write
 * to a ledger can invent the others, so they are no measurement.
 */
export function judgeDays({ given, evidence, required }: DecisionFacts): RuleResult[] {
  if (given.rulesVersion === undefined) return [];
  return [...evidence.chosen].flatMap(([gate, { file, own }]) => {
    const entries = own.findingCounts[UNSIGNED] ?? own.findings.filter(({ code }) => code === UNSIGNED).length;
    if (entries === 0 || !required.has(gate)) return [];
    const unsigned = broken('days-confirmed', gate, errorOf('decision-record/days-unconfirmed', { gate }, file));
    return [forTagsOnly({ ...unsigned, outcome: 'inconclusive' })];
  });
}
