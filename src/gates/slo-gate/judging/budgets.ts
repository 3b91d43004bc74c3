import type { Check, Measurement } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import { spanText } from '../objectives/burn-tables.ts';
import { within } from '../objectives/objective.ts';
import { budgetSpent } from './objectives.ts';
import { placeOfObjective, type Row, type SloFinding } from './row.ts';

/** Error budgets left, and burn rates against their conditions: a page fails, a ticket warns, a window that the results do not cover is noted. */
export function judgeBudgets(rows: readonly Row[], facts: Facts) {
  const checks: Check[] = [];
  const findings: SloFinding[] = [];
  const measurements: Measurement[] = [];
  const byId = new Map(facts.objectives.map((objective) => [objective.id, objective]));
  for (const row of rows) {
    const objective = byId.get(row.objective);
    const spent = objective && budgetSpent(row, objective);
    if (spent === undefined) continue;
    measurements.push({ id: `${row.id}: error budget spent`, value: spent, unit: '1' });
    measurements.push({ id: `${row.id}: error budget left`, value: Number((1 - spent).toPrecision(12)), unit: '1' });
  }
  const several = new Set(facts.burn.map((one) => one.source)).size > 1;
  for (const { objective: id, source, condition, long, short, coveredMs } of facts.burn) {
    const objective = byId.get(id);
    const place = objective ? placeOfObjective(objective) : {};
    const name = `${id}: burn rate ${condition.name}${several ? ` [${source}]` : ''}`;
    const limit = { comparison: condition.comparison, value: condition.threshold };
    if (long === null || (condition.shortMs !== undefined && short === null)) {
      const args = {
        objective: id,
        source,
        window: condition.name,
        needed: spanText(condition.lookbackMs),
        coveredSeconds: coveredMs / 1000,
      };
      findings.push({ code: 'slo-gate/burn-window-uncovered', level: 'note', args, ...place });
      continue;
    }
    const breached = within(long, limit) && (short === null || within(short, limit));
    measurements.push({ id: name, value: Number(long.toPrecision(12)), unit: 'x' });
    checks.push({ id: name, verdict: breached ? (condition.severity === 'page' ? 'fail' : 'warn') : 'pass' });
    if (breached) {
      const args = { objective: id, source, window: condition.name, burnRate: Number(long.toPrecision(6)), threshold: condition.threshold };
      findings.push({ code: 'slo-gate/budget-burning', level: condition.severity === 'page' ? 'error' : 'warning', args, ...place });
    }
  }
  return { checks, findings, measurements };
}
