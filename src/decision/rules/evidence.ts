import type { GateId } from '../../core/index.ts';
import { durationMs } from '../durations.ts';
import type { DecisionFacts } from '../facts.ts';
import { DEFAULT_MAX_AGE } from '../policy.ts';
import { brokenIf, forTagsOnly, type RuleResult } from '../rule.ts';
import { type DecisionFinding, errorOf } from '../words.ts';

/** `evidence-sound/<gate>`: the evidence of each required gate is there, and whatever is there is genuine and about this commit. */
export function judgeEvidence(facts: DecisionFacts): RuleResult[] {
  const { given, evidence, required } = facts;
  const results: RuleResult[] = [];
  for (const [gate, { tagOnly }] of required) {
    const result = brokenIf('evidence-sound', gate, [
      ...jobTrouble(gate, facts),
      ...(evidence.trouble.get(gate) ?? []),
      ...absence(gate, facts),
    ]);
    // What is there and not genuine counts always, whoever requires the gate.
    results.push(tagOnly && !evidence.trouble.has(gate) ? forTagsOnly(result) : result);
  }
  const strays = new Map<string, readonly DecisionFinding[]>([...evidence.trouble].filter(([match]) => !required.has(match as GateId)));
  for (const [gate, { file }] of evidence.chosen) {
    if (given.configured.includes(gate)) continue;
    const unknown = errorOf('decision-record/unknown-gate', { gate, file }, file);
    if (!required.has(gate)) strays.set(gate, [...(strays.get(gate) ?? []), unknown]);
  }
  for (const [match, findings] of strays) results.push(brokenIf('evidence-sound', match, findings));
  return results;
}

/** `evidence-fresh/<gate>`: the evidence of each required gate is young enough. */
export function judgeFreshness({ given, policy, evidence, required, now }: DecisionFacts): RuleResult[] {
  const maxAge = policy.freshness?.['evidence-max-age'] ?? DEFAULT_MAX_AGE;
  return [...required].flatMap(([gate, { tagOnly }]) => {
    const chosen = evidence.chosen.get(gate);
    if (!chosen) return [];
    const { finishedAt } = chosen.own.run;
    const old = now - Date.parse(finishedAt) > durationMs(maxAge);
    const result = brokenIf(
      'evidence-fresh',
      gate,
      old ? [errorOf('decision-record/evidence-stale', { file: chosen.file, finishedAt, maxAge }, chosen.file)] : [],
    );
    return [tagOnly && !given.required.includes(gate) ? forTagsOnly(result) : result];
  });
}

function jobTrouble(gate: GateId, { given }: DecisionFacts): DecisionFinding[] {
  if (!given.jobs) return [];
  const found = given.jobs[gate];
  switch (found) {
    case 'success':
    case 'failure':
      return [];
    case 'skipped':
    case undefined:
    case '':
      return [errorOf('decision-record/evidence-skipped', { gate })];
    case 'cancelled':
      return [errorOf('decision-record/evidence-cancelled', { gate })];
    default:
      return [errorOf('decision-record/evidence-unsettled', { gate, found })];
  }
}

function absence(gate: GateId, { given, evidence }: DecisionFacts): DecisionFinding[] {
  if (!given.configured.includes(gate)) return [errorOf('decision-record/gate-not-configured', { gate })];
  if (evidence.chosen.has(gate) || evidence.trouble.has(gate)) return [];
  return [errorOf('decision-record/evidence-missing', { gate })];
}
