import type { Check, Exhibit, Measurement } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import type { Inputs } from '../inputs.ts';
import { type Objective, selectorsOf, statisticText } from '../objectives/objective.ts';
import { selectorText } from '../objectives/selector.ts';
import { findChangePoint } from '../stats/change-point.ts';
import { estimateEffect } from '../stats/effect.ts';
import { titles } from '../words.ts';
import { presentDay } from './present.ts';
import { evidenceUnit, placeOfObjective, type Row, type SloFinding } from './row.ts';
import { unsignedLedger } from './unsigned-ledger.ts';

/** Runs that are looked through for a drift. */
const DRIFT_RUNS = 60;
const DRIFT_LEVEL = 0.01;

/**
 * Compares each measured value with earlier runs: the one that is pinned, or the last so many. Only runs that passed are a baseline, so that a slow one can never
 * become the measure of the next. A factor above 1 is worse for objectives with an upper limit, below 1 for those with a lower one.
 */
export function judgeBaseline(rows: readonly Row[], facts: Facts, inputs: Inputs) {
  const checks: Check[] = [];
  const findings: SloFinding[] = [];
  const measurements: Measurement[] = [];
  const exhibits: Exhibit[] = [];
  const { baseline } = inputs;
  if (baseline === undefined) return { checks, findings, measurements, exhibits };
  const allowed = 1 + inputs['max-regression'] / 100;
  const history = facts.history?.kind === 'ok' ? facts.history : undefined;
  const present = presentDay(facts, 'pass');
  // A run that is in the ledger already is not its own baseline.
  const passed = (history?.entries ?? []).filter((entry) => entry.verdict === 'pass' && entry.results.join() !== present.results.join());
  const last = /^last:(\d+)$/.exec(baseline);
  const chosen = last ? passed.slice(-Number(last[1])) : passed.filter((entry) => entry.hash.startsWith(baseline.replace(/^entry:/, '')));
  if (chosen.length === 0) {
    const reason =
      facts.history?.kind === 'unavailable'
        ? facts.history.reason
        : facts.history?.kind === 'broken'
          ? `line ${facts.history.problem.line} is ${facts.history.problem.kind}`
          : 'no such run passed';
    checks.push({ id: 'baseline', verdict: 'inconclusive' });
    findings.push({ code: 'slo-gate/no-baseline', level: 'error', args: { baseline, reason } });
    return { checks, findings, measurements, exhibits };
  }
  if (history) findings.push(...unsignedLedger(history, chosen, 'baseline'));
  const byId = new Map(facts.objectives.map((objective) => [objective.id, objective]));
  for (const row of rows) {
    const objective = byId.get(row.objective);
    const { shown } = row;
    if (!objective || !shown || shown.limit.comparison === '==' || shown.limit.comparison === '!=') continue;
    const lowerIsWorse = shown.limit.comparison.startsWith('>');
    const worse = (value: number) => (lowerIsWorse ? 1 / value : value);
    const unit = evidenceUnit(shown.unit);
    const earlier = (
      entries: readonly { readonly measurements: readonly { readonly id: string; readonly value: number; readonly unit: string }[] }[],
    ) => entries.flatMap((entry) => entry.measurements.filter((one) => one.id === row.id && one.unit === unit).map((one) => one.value));
    const effect = estimateEffect([worse(shown.value)], earlier(chosen).map(worse));
    const id = `${row.id}: against ${baseline}`;
    const args = { objective: row.id, statistic: nameOf(objective), baseline, runs: effect?.units.baseline ?? 0, allowed };
    if (!effect) {
      // A share that is zero has no ratio to anything; its own limit is what counts.
      findings.push({
        code: 'slo-gate/not-comparable',
        level: 'note',
        args: { objective: row.id, baseline },
        ...placeOfObjective(objective),
      });
      continue;
    }
    const { factor, interval } = effect;
    const verdict = (interval ? interval.low : factor) > allowed ? 'fail' : 'pass';
    checks.push({ id, verdict });
    measurements.push({
      id,
      value: Number(factor.toPrecision(9)),
      unit: '1',
      limit: { comparison: '<=', value: allowed },
      ...(interval ? { interval: { ...interval, confidence: 0.95 } } : {}),
    });
    if (verdict === 'fail') {
      const said = { ...args, factor, low: interval?.low ?? null, high: interval?.high ?? null };
      findings.push({ code: 'slo-gate/regression', level: 'error', args: said, ...placeOfObjective(objective) });
    }
    if (!interval) findings.push({ code: 'slo-gate/too-few-runs', level: 'note', args, ...placeOfObjective(objective) });
    const series = [...earlier(passed.slice(-DRIFT_RUNS)), shown.value];
    const change = findChangePoint(series.map(worse));
    if (change && change.pValue <= DRIFT_LEVEL && change.factor > allowed) {
      checks.push({ id: `${row.id}: drift`, verdict: 'fail' });
      const said = { objective: row.id, factor: change.factor, runs: series.length, since: series.length - change.at, allowed };
      findings.push({ code: 'slo-gate/drift', level: 'error', args: said, ...placeOfObjective(objective) });
    }
    if (series.length > 2) {
      const points = series.map((value, at) => ({ at, value }));
      exhibits.push({
        kind: 'series',
        title: `${titles.runs}: ${row.id}`.slice(0, 120),
        unit,
        overTime: false,
        points,
        limit: shown.limit.value,
      });
    }
  }
  return { checks, findings, measurements, exhibits: exhibits.slice(0, 20) };
}

function nameOf({ ask }: Objective): string {
  const metric = selectorsOf(ask).map(selectorText).join(' / ');
  return ask.kind === 'statistic' ? `${statisticText(ask.statistic)} of ${metric}` : metric;
}
