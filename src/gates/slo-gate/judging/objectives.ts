import { worstVerdict } from '../../../core/index.ts';
import type { Facts, ToolThresholdReading } from '../facts.ts';
import { type Objective, selectorsOf } from '../objectives/objective.ts';
import { selectorText } from '../objectives/selector.ts';
import { judgeReading, placeOf, placeOfObjective, type Row, type SloFinding } from './row.ts';

const PHASES = { all: '', inside: ' (inside faults)', outside: ' (outside faults)' } as const;

/** Every objective in every source that answers it; an objective that nothing answers is inconclusive. */
export function judgeObjectives(facts: Facts, minSamples: number | undefined): readonly Row[] {
  return facts.objectives.flatMap((objective) => {
    const answers = facts.readings.filter((one) => one.objective === objective.id);
    if (answers.length === 0) return [absentRow(objective, facts)];
    const labels = new Set(answers.map((one) => one.source));
    return answers.map(({ source, phase, reading }) => {
      const id = `${objective.id}${PHASES[phase]}${labels.size === 1 ? '' : ` [${source}]`}`;
      const fail = phase === 'inside' ? (objective.duringFaults ?? objective.fail) : objective.fail;
      return { ...judgeReading({ id, objective, source, reading, fail, minSamples }), phase };
    });
  });
}

function absentRow(objective: Objective, facts: Facts): Row {
  const queried = selectorsOf(objective.ask).some((selector) => facts.unanswered.some((one) => one.query === selector.query?.text));
  const measured = !queried && facts.sources.some((source) => source.unusable === undefined);
  const metric = selectorsOf(objective.ask).map(selectorText).join(' or ');
  const finding: SloFinding = {
    code: 'slo-gate/metric-absent',
    level: 'error',
    args: { objective: objective.id, metric, nearest: facts.nearest[objective.id] ?? [] },
    ...placeOfObjective(objective),
  };
  return {
    id: objective.id,
    objective: objective.id,
    source: '',
    verdict: 'inconclusive',
    findings: measured ? [finding] : [],
    fromSummary: false,
  };
}

/**
 * Thresholds that stand in the results: judged from the numbers like any other objective, and the tool's word is held too, so that neither can hide a breach.
 * The word alone counts where the summary lacks the number. Nothing sampled is inconclusive, whatever the tool says.
 */
export function judgeToolThresholds(facts: Facts, minSamples: number | undefined): readonly Row[] {
  const several = new Set(facts.toolThresholds.map((one) => one.source)).size > 1;
  return facts.toolThresholds.map((one) => judgeToolThreshold(one, several, minSamples));
}

function judgeToolThreshold(one: ToolThresholdReading, several: boolean, minSamples: number | undefined): Row {
  const { source, threshold, objective, reading } = one;
  const text = `${threshold.metric}: ${threshold.expression}`;
  const id = `${objective?.id ?? `k6 ${text}`}${several ? ` [${source}]` : ''}`;
  const breached: SloFinding = {
    code: 'slo-gate/tool-threshold-breached',
    level: 'error',
    args: { threshold: text, source, met: threshold.met },
    ...placeOf(objective?.place.file),
  };
  if (!objective || !reading || reading.kind === 'not-in-summary' || reading.kind === 'wrong-type' || reading.kind === 'absent') {
    const verdict = threshold.met ? 'pass' : 'fail';
    return { id, objective: objective?.id ?? text, source, verdict, findings: threshold.met ? [] : [breached], fromSummary: true };
  }
  const row = judgeReading({ id, objective, source, reading, fail: objective.fail, minSamples });
  if (threshold.met || row.verdict === 'inconclusive') return row;
  return { ...row, verdict: 'fail', findings: [...row.findings, breached] };
}

/** Notes on how the rows came about; they decide nothing. */
export function notesOf(rows: readonly Row[], facts: Facts): readonly SloFinding[] {
  const notes: SloFinding[] = [];
  for (const source of facts.sources) {
    const objectives = rows.filter((row) => row.source === source.label && row.fromSummary).length;
    if (objectives > 0)
      notes.push({ code: 'slo-gate/no-interval', level: 'note', args: { source: source.label, objectives }, ...placeOf(source.file) });
  }
  for (const objective of facts.objectives) {
    const answers = facts.readings.filter((one) => one.objective === objective.id);
    const sources = new Set(answers.map((one) => one.source)).size;
    if (sources > 1)
      notes.push({
        code: 'slo-gate/judged-apart',
        level: 'note',
        args: { objective: objective.id, sources },
        ...placeOfObjective(objective),
      });
  }
  for (const { path, of } of facts.repeated)
    notes.push({ code: 'slo-gate/repeated-file', level: 'note', args: { file: path, of }, place: { file: path } });
  return notes;
}

/**
 * Objectives that count together. In a scored file an objective gives its weight when it passes and half of it when it warns; a key objective that is missed
 * fails the file whatever the score. Of a composite SLO the error budget spent, by weight, decides. In both the single misses are warnings.
 */
export function judgeGroups(rows: readonly Row[], facts: Facts): readonly Row[] {
  const scored = new Set(facts.scores.map((score) => score.group));
  const byObjective = new Map(facts.objectives.map((objective) => [objective.id, objective]));
  const groups = new Map<string, Row[]>();
  const kept: Row[] = [];
  for (const row of rows) {
    const group = byObjective.get(row.objective)?.group;
    if (group === undefined) kept.push(row);
    else groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  for (const [group, members] of groups) {
    const weighted = members.map((row) => ({ row, objective: byObjective.get(row.objective) as Objective }));
    kept.push(...weighted.map(({ row, objective }) => (objective.key ? row : softened(row))));
    kept.push(scored.has(group) ? scoreRow(group, weighted, facts) : compositeRow(group, weighted));
  }
  return kept;
}

interface Weighted {
  readonly row: Row;
  readonly objective: Objective;
}

function softened(row: Row): Row {
  if (row.verdict !== 'fail') return row;
  return {
    ...row,
    verdict: 'warn',
    findings: row.findings.map((finding) => (finding.level === 'error' ? { ...finding, level: 'warning' } : finding)),
  };
}

function scoreRow(group: string, weighted: readonly Weighted[], facts: Facts): Row {
  const score = facts.scores.find((one) => one.group === group);
  const id = `score ${group}`;
  const base = { id, objective: id, source: '', fromSummary: false };
  const judged = weighted.filter(({ objective }) => (objective.weight ?? 1) > 0);
  const all = judged.reduce((sum, { objective }) => sum + (objective.weight ?? 1), 0);
  if (!score || all === 0 || judged.some(({ row }) => row.verdict === 'inconclusive'))
    return { ...base, verdict: 'inconclusive', findings: [] };
  const points = judged.reduce(
    (sum, { row, objective }) => sum + (objective.weight ?? 1) * (row.verdict === 'pass' ? 1 : row.verdict === 'warn' ? 0.5 : 0),
    0,
  );
  const value = Number(((100 * points) / all).toPrecision(12));
  const shown = {
    statistic: 'score',
    value,
    unit: '%',
    limit: { comparison: '>=', value: score.warn },
    warn: { comparison: '>=', value: score.pass },
    samples: judged.length,
  } as const;
  const said = { objective: id, source: group, statistic: 'score', value, unit: '%', comparison: '>=' } as const;
  if (value < score.warn) {
    const finding: SloFinding = {
      code: 'slo-gate/objective-missed',
      level: 'error',
      args: { ...said, limit: score.warn },
      place: { file: group },
    };
    return { ...base, verdict: 'fail', shown, findings: [finding] };
  }
  if (value < score.pass) {
    const finding: SloFinding = {
      code: 'slo-gate/objective-close',
      level: 'warning',
      args: { ...said, limit: score.pass },
      place: { file: group },
    };
    return { ...base, verdict: 'warn', shown, findings: [finding] };
  }
  return { ...base, verdict: 'pass', shown, findings: [] };
}

function compositeRow(group: string, weighted: readonly Weighted[]): Row {
  const id = `${group} (composite)`;
  const base = { id, objective: id, source: '', fromSummary: false };
  const parts = weighted.map(({ row, objective }) => ({ weight: objective.weight ?? 1, spent: budgetSpent(row, objective) }));
  const unmeasured = worstVerdict(weighted.map(({ row }) => (row.verdict === 'inconclusive' ? 'inconclusive' : 'pass'))) === 'inconclusive';
  if (unmeasured || parts.some(({ spent }) => spent === undefined)) return { ...base, verdict: 'inconclusive', findings: [] };
  const all = parts.reduce((sum, { weight }) => sum + weight, 0);
  const value = Number((parts.reduce((sum, { weight, spent }) => sum + weight * (spent ?? 0), 0) / all).toPrecision(12));
  const limit = { comparison: '<=', value: 1 } as const;
  const shown = { statistic: 'error budget spent', value, unit: 'ratio', limit, samples: parts.length };
  if (value <= 1) return { ...base, verdict: 'pass', shown, findings: [] };
  const { place } = weighted[0]?.objective ?? {};
  const finding: SloFinding = {
    code: 'slo-gate/objective-missed',
    level: 'error',
    args: { objective: id, source: group, statistic: 'error budget spent', value, unit: 'ratio', comparison: '<=', limit: 1 },
    ...(place ? { place } : {}),
  };
  return { ...base, verdict: 'fail', shown, findings: [finding] };
}

/** Share of the error budget that the measured events spent: 1 is all of it. Only shares have one. */
export function budgetSpent(row: Row, objective: Objective): number | undefined {
  const { budget } = objective;
  if (!budget || budget.allowed <= 0 || row.shown?.unit !== 'ratio') return undefined;
  return Number(((1 - row.shown.value) / budget.allowed).toPrecision(12));
}
