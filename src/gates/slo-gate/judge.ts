import { type Check, conclude, type Judgement, worstVerdict } from '../../core/index.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judgeBaseline } from './judging/baseline.ts';
import { judgeBudgets } from './judging/budgets.ts';
import { judgeChaos } from './judging/chaos.ts';
import { judgeDays } from './judging/days.ts';
import { headlineOf, tablesOf } from './judging/exhibits.ts';
import { judgeGroups, judgeObjectives, judgeToolThresholds, notesOf } from './judging/objectives.ts';
import { picturesOf } from './judging/pictures.ts';
import { measurementOf, placeOf, type SloFinding } from './judging/row.ts';

/** Holds every reading against its objective; what could not be measured is inconclusive. */
export function judge(facts: Facts, inputs: Inputs): Judgement<SloFinding> {
  const minSamples = inputs['min-samples'];
  const rows = [...judgeGroups(judgeObjectives(facts, minSamples), facts), ...judgeToolThresholds(facts, minSamples)];
  const budgets = judgeBudgets(rows, facts);
  const chaos = judgeChaos(facts, inputs['max-recovery-seconds']);
  const checks: Check[] = [...rows.map(({ id, verdict }) => ({ id, verdict })), ...budgets.checks, ...chaos.checks];
  const findings: SloFinding[] = [...rows.flatMap((row) => row.findings), ...budgets.findings, ...chaos.findings, ...notesOf(rows, facts)];
  const unmeasured = (id: string, finding: SloFinding) => {
    checks.push({ id, verdict: 'inconclusive' });
    findings.push(finding);
  };
  for (const pattern of facts.emptyResultPatterns) {
    unmeasured(`results ${pattern}`, { code: 'slo-gate/no-results', level: 'error', args: { pattern } });
  }
  for (const pattern of facts.emptyObjectivePatterns) {
    unmeasured(`objectives ${pattern}`, { code: 'slo-gate/no-objectives', level: 'error', args: { pattern } });
  }
  for (const source of facts.sources) {
    if (source.unusable === undefined) continue;
    const code = source.unusable === 'running' ? 'slo-gate/report-unfinished' : 'slo-gate/run-failed';
    unmeasured(`results ${source.label}`, { code, level: 'error', args: { source: source.label }, ...placeOf(source.file) });
  }
  if (facts.unavailableReport) {
    const { id, failure } = facts.unavailableReport;
    const reason = failure.status === undefined ? failure.reason : `${failure.reason} ${failure.status}`;
    unmeasured(`report ${id}`, {
      code: 'slo-gate/report-unavailable',
      level: 'error',
      args: { report: id, reason, detail: failure.detail },
    });
  }
  if (rows.length === 0 && chaos.checks.length === 0 && facts.emptyObjectivePatterns.length === 0) {
    unmeasured('objectives', { code: 'slo-gate/nothing-to-judge', level: 'error', args: { sources: facts.sources.length } });
  }
  for (const { query, reason } of facts.unanswered) {
    unmeasured(`query ${query}`, { code: 'slo-gate/query-unanswered', level: 'error', args: { query, reason } });
  }
  const baseline = judgeBaseline(rows, facts, inputs);
  checks.push(...baseline.checks);
  // The streak is judged on days, of which the verdict up to here is today's.
  const measured = [...rows.map(measurementOf), ...budgets.measurements];
  const days = judgeDays(facts, inputs, worstVerdict(checks.map((check) => check.verdict)), rows, measured);
  checks.push(...days.checks);
  findings.push(...baseline.findings, ...days.findings);
  return conclude<SloFinding>({
    checks,
    findings,
    measurements: [...measured, ...chaos.measurements, ...baseline.measurements, ...days.measurements],
    headline: headlineOf(rows, worstVerdict(checks.map((check) => check.verdict))),
    exhibits: [...picturesOf(rows, facts), ...days.exhibits, ...baseline.exhibits, ...tablesOf(rows, facts)],
  });
}
