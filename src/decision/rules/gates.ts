import type { DecisionFacts } from '../facts.ts';
import type { SoundEvidence } from '../read-evidence.ts';
import { broken, forTagsOnly, holds, type RuleResult } from '../rule.ts';
import { errorOf, noteOf, warningOf } from '../words.ts';

/** `gate-passed/<gate>`: each required gate whose evidence counts passed or warned. Without evidence `evidence-sound` has spoken already. */
export function judgeGates({ given, evidence, required }: DecisionFacts): RuleResult[] {
  const results: RuleResult[] = [];
  for (const [gate, chosen] of evidence.chosen) {
    const requirement = required.get(gate);
    if (requirement) results.push(requirement.tagOnly ? forTagsOnly(judgeGate(chosen)) : judgeGate(chosen));
    else if (given.configured.includes(gate)) {
      results.push(
        holds('gate-passed', gate, [noteOf('decision-record/gate-reported-only', { gate, verdict: chosen.own.verdict }, chosen.file)]),
      );
    }
  }
  return results;
}

/** Modes in which a gate measures the commit; in any other (a scrub of the store, say) its pass says nothing about it. */
const MEASURING_MODES: Readonly<Record<string, readonly string[]>> = { 'snapshot-compare': ['compare'] };

function judgeGate({ gate, file, own }: SoundEvidence): RuleResult {
  const { headline } = own;
  const { mode } = own.inputs;
  const measuring = MEASURING_MODES[gate];
  if (measuring && mode !== undefined && !(typeof mode === 'string' && measuring.includes(mode))) {
    return broken('gate-passed', gate, errorOf('decision-record/gate-other-mode', { gate, mode: String(mode) }, file));
  }
  switch (own.verdict) {
    case 'pass':
      return holds('gate-passed', gate);
    case 'warn':
      return holds('gate-passed', gate, [warningOf('decision-record/gate-warned', { gate, headline }, file)]);
    case 'fail':
      return broken('gate-passed', gate, errorOf('decision-record/gate-failed', { gate, headline }, file));
    case 'inconclusive': {
      const finding =
        own.checks.length === 0
          ? errorOf('decision-record/gate-without-checks', { gate }, file)
          : errorOf('decision-record/gate-inconclusive', { gate, headline }, file);
      return { ...broken('gate-passed', gate, finding), outcome: 'inconclusive' };
    }
  }
}
