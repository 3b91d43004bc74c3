import type { Check, Measurement } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import { placeOf, type SloFinding } from './row.ts';

/** Checks, findings and measurements about injected faults and chaos experiments. */
export interface ChaosJudgement {
  readonly checks: readonly Check[];
  readonly findings: readonly SloFinding[];
  readonly measurements: readonly Measurement[];
}

/**
 * Of an experiment the steady state after it decides, not that it came to its end; without proof that a fault was injected it proves nothing. How long a
 * fault lasted is measured, and judged when `maxRecoverySeconds` is given.
 */
export function judgeChaos(facts: Facts, maxRecoverySeconds: number | undefined): ChaosJudgement {
  const checks: Check[] = [];
  const findings: SloFinding[] = [];
  const measurements: Measurement[] = [];
  for (const source of facts.sources.filter((one) => one.unusable === undefined)) {
    const place = placeOf(source.file);
    for (const [index, { title, steadyBefore, steadyAfter, injected }] of source.experiments.entries()) {
      const id = `chaos ${source.label}#${index + 1}`;
      const args = { experiment: title, source: source.label };
      if (steadyAfter === false || steadyBefore === false) {
        checks.push({ id, verdict: 'fail' });
        const when = steadyBefore === false ? 'before' : 'after';
        findings.push({ code: 'slo-gate/steady-state-lost', level: 'error', args: { ...args, when }, ...place });
      } else if (steadyAfter === undefined) {
        checks.push({ id, verdict: 'inconclusive' });
        findings.push({ code: 'slo-gate/steady-state-unknown', level: 'error', args, ...place });
      } else if (!injected) {
        checks.push({ id, verdict: 'inconclusive' });
        findings.push({ code: 'slo-gate/fault-not-injected', level: 'error', args, ...place });
      } else checks.push({ id, verdict: 'pass' });
    }
    for (const [index, { kind, target, injectedMs, recoveredMs }] of source.faults.entries()) {
      const id = `recovery ${source.label}#${index + 1} ${kind} ${target}`;
      const seconds = recoveredMs === null ? null : (recoveredMs - injectedMs) / 1000;
      const limit = maxRecoverySeconds === undefined ? {} : { limit: { comparison: '<=', value: maxRecoverySeconds } as const };
      measurements.push({ id, value: seconds, unit: 's', ...limit });
      const late = maxRecoverySeconds !== undefined && (seconds === null || seconds > maxRecoverySeconds);
      if (maxRecoverySeconds !== undefined) checks.push({ id, verdict: late ? 'fail' : 'pass' });
      if (late || seconds === null) {
        const args = { fault: `${kind} ${target}`, source: source.label, seconds, limit: maxRecoverySeconds ?? null };
        findings.push({ code: 'slo-gate/not-recovered', level: late ? 'error' : 'note', args, ...place });
      }
    }
  }
  return { checks, findings, measurements };
}
