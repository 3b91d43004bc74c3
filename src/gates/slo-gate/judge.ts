import {
  type Check,
  conclude,
  type Exhibit,
  type FindingOf,
  type Judgement,
  type Measurement,
  type Verdict,
  worstVerdict,
} from '../../core/index.ts';
import type { Facts, ToolThresholdReading } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { type Limit, type Objective, selectorsOf, statisticText, within } from './objectives/objective.ts';
import { selectorText } from './objectives/selector.ts';
import type { Reading } from './series/evaluate.ts';
import { type Arguments, quantity, titles } from './words.ts';

export type SloFinding = FindingOf<Arguments>;

/** One objective in one source, judged. */
interface Row {
  readonly id: string;
  readonly objective: string;
  readonly source: string;
  readonly verdict: Verdict;
  readonly findings: readonly SloFinding[];
  readonly shown?: {
    readonly statistic: string;
    readonly value: number;
    readonly unit: string;
    readonly limit: Limit;
    readonly samples: number | null;
  };
  readonly fromSummary: boolean;
}

/** Holds every reading against its objective; an objective that nothing answers is inconclusive. */
export function judge(facts: Facts, inputs: Inputs): Judgement<SloFinding> {
  const minSamples = inputs['min-samples'];
  const rows: Row[] = facts.objectives.flatMap((objective) => rowsOf(objective, facts, minSamples));
  const several = new Set(facts.toolThresholds.map((one) => one.source)).size > 1;
  for (const one of facts.toolThresholds) rows.push(judgeToolThreshold(one, several, minSamples));
  const checks: Check[] = rows.map(({ id, verdict }) => ({ id, verdict }));
  const findings: SloFinding[] = rows.flatMap((row) => row.findings);
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
  if (rows.length === 0 && facts.emptyObjectivePatterns.length === 0) {
    unmeasured('objectives', { code: 'slo-gate/nothing-to-judge', level: 'error', args: { sources: facts.sources.length } });
  }
  if (inputs['consecutive-days'] !== undefined) {
    unmeasured('consecutive-days', { code: 'slo-gate/no-ledger', level: 'error', args: { days: inputs['consecutive-days'] } });
  }
  if (inputs['prometheus-url'] !== undefined) {
    unmeasured('prometheus', { code: 'slo-gate/queries-unanswered', level: 'error', args: { objectives: facts.objectives.length } });
  }
  findings.push(...notesOf(rows, facts));
  return conclude<SloFinding>({
    checks,
    findings,
    measurements: rows.flatMap(measurementOf),
    headline: headlineOf(rows, worstVerdict(checks.map((check) => check.verdict))),
    exhibits: exhibitsOf(rows, facts),
  });
}

function rowsOf(objective: Objective, facts: Facts, minSamples: number | undefined): readonly Row[] {
  const answers = facts.readings.filter((one) => one.objective === objective.id);
  if (answers.length === 0) {
    const measured = facts.sources.some((source) => source.unusable === undefined);
    const metric = selectorsOf(objective.ask).map(selectorText).join(' or ');
    const finding: SloFinding = {
      code: 'slo-gate/metric-absent',
      level: 'error',
      args: { objective: objective.id, metric, nearest: facts.nearest[objective.id] ?? [] },
      ...placeOfObjective(objective),
    };
    const base = { id: objective.id, objective: objective.id, source: '', verdict: 'inconclusive', fromSummary: false } as const;
    return [{ ...base, findings: measured ? [finding] : [] }];
  }
  return answers.map(({ source, reading }) => {
    const id = answers.length === 1 ? objective.id : `${objective.id} [${source}]`;
    return judgeReading({ id, objective, source, reading, minSamples });
  });
}

function judgeReading(one: {
  readonly id: string;
  readonly objective: Objective;
  readonly source: string;
  readonly reading: Reading;
  readonly minSamples: number | undefined;
}): Row {
  const { id, objective, source, reading, minSamples } = one;
  const base = { id, objective: objective.id, source, fromSummary: false };
  const args = { objective: objective.id, source };
  const place = placeOfObjective(objective);
  const unmeasured = (finding: SloFinding): Row => ({ ...base, verdict: 'inconclusive', findings: [finding] });
  switch (reading.kind) {
    case 'absent':
      return { ...base, verdict: 'inconclusive', findings: [] };
    case 'no-samples':
      return unmeasured({ code: 'slo-gate/no-samples', level: 'error', args, ...place });
    case 'no-times':
      return unmeasured({ code: 'slo-gate/no-times', level: 'error', args, ...place });
    case 'not-in-summary':
      return unmeasured({
        code: 'slo-gate/statistic-absent',
        level: 'error',
        args: { ...args, wanted: reading.wanted, has: reading.has },
        ...place,
      });
    case 'wrong-type': {
      const { wanted, type, has } = reading;
      return unmeasured({ code: 'slo-gate/statistic-impossible', level: 'error', args: { ...args, wanted, type, has }, ...place });
    }
    case 'value':
      break;
  }
  if (minSamples !== undefined && reading.samples === null) {
    return unmeasured({ code: 'slo-gate/count-unknown', level: 'error', args: { ...args, needed: minSamples }, ...place });
  }
  if (minSamples !== undefined && reading.samples !== null && reading.samples < minSamples) {
    return unmeasured({
      code: 'slo-gate/too-few-samples',
      level: 'error',
      args: { ...args, samples: reading.samples, needed: minSamples },
      ...place,
    });
  }
  const statistic = reading.readAs ?? (objective.ask.kind === 'statistic' ? statisticText(objective.ask.statistic) : 'share of good');
  const limit = reading.limit ?? objective.fail;
  const { value, unit, samples } = reading;
  const shown = { statistic, value, unit, limit, samples };
  const row = { ...base, shown, fromSummary: reading.basis === 'tool' };
  const said = (against: Limit) => ({ ...args, statistic, value, unit, comparison: against.comparison, limit: against.value });
  if (!within(value, limit)) {
    return { ...row, verdict: 'fail', findings: [{ code: 'slo-gate/objective-missed', level: 'error', args: said(limit), ...place }] };
  }
  if (objective.warn && !within(value, objective.warn)) {
    return {
      ...row,
      verdict: 'warn',
      findings: [{ code: 'slo-gate/objective-close', level: 'warning', args: said(objective.warn), ...place }],
    };
  }
  return { ...row, verdict: 'pass', findings: [] };
}

/**
 * A threshold in the results: judged from the numbers like any other objective, and the tool's word is held too, so that neither can hide a breach.
 * The word alone counts where the summary lacks the number. Nothing sampled is inconclusive, whatever the tool says.
 */
function judgeToolThreshold(one: ToolThresholdReading, several: boolean, minSamples: number | undefined): Row {
  const { source, threshold, objective, reading } = one;
  const text = `${threshold.metric}: ${threshold.expression}`;
  const id = `${objective?.id ?? `k6 ${text}`}${several ? ` [${source}]` : ''}`;
  const place = placeOf(objective?.place.file);
  const breached: SloFinding = {
    code: 'slo-gate/tool-threshold-breached',
    level: 'error',
    args: { threshold: text, source, met: threshold.met },
    ...place,
  };
  const byWord: Row = {
    id,
    objective: objective?.id ?? text,
    source,
    verdict: threshold.met ? 'pass' : 'fail',
    findings: threshold.met ? [] : [breached],
    fromSummary: true,
  };
  if (!objective || !reading || reading.kind === 'not-in-summary' || reading.kind === 'wrong-type' || reading.kind === 'absent')
    return byWord;
  const row = judgeReading({ id, objective, source, reading, minSamples });
  if (threshold.met || row.verdict === 'inconclusive') return row;
  return { ...row, verdict: 'fail', findings: [...row.findings, breached] };
}

function notesOf(rows: readonly Row[], facts: Facts): readonly SloFinding[] {
  const notes: SloFinding[] = [];
  for (const source of facts.sources) {
    const objectives = rows.filter((row) => row.source === source.label && row.fromSummary).length;
    if (objectives > 0)
      notes.push({ code: 'slo-gate/no-interval', level: 'note', args: { source: source.label, objectives }, ...placeOf(source.file) });
  }
  for (const objective of facts.objectives) {
    const sources = facts.readings.filter((one) => one.objective === objective.id).length;
    if (sources > 1)
      notes.push({
        code: 'slo-gate/judged-apart',
        level: 'note',
        args: { objective: objective.id, sources },
        ...placeOfObjective(objective),
      });
  }
  return notes;
}

function measurementOf(row: Row): readonly Measurement[] {
  const { id, shown } = row;
  if (!shown) return [{ id, value: null, unit: '1' }];
  const { value, unit, limit, samples } = shown;
  return [{ id, value, unit: unit === 'ratio' ? '1' : unit, limit, ...(samples === null ? {} : { samples }) }];
}

/** The objective that decided, shortly. */
function headlineOf(rows: readonly Row[], verdict: Verdict): string {
  const decisive = rows.find((row) => row.verdict === verdict && row.shown) ?? rows.find((row) => row.verdict === verdict);
  const counted = `${rows.filter((row) => row.verdict === 'pass').length} of ${rows.length} objectives met`;
  if (!decisive?.shown) return counted;
  const { statistic, value, unit, limit } = decisive.shown;
  const holds = decisive.verdict === 'fail' ? 'not ' : '';
  return `${statistic} ${quantity(value, unit)}, ${holds}${limit.comparison} ${quantity(limit.value, unit)}; ${counted}`.slice(0, 80);
}

const MAX_ROWS = 200;

function exhibitsOf(rows: readonly Row[], facts: Facts): readonly Exhibit[] {
  const objectives: Exhibit = {
    kind: 'table',
    title: titles.objectives,
    columns: [
      { name: 'Objective' },
      { name: 'Results' },
      { name: 'Measured', numeric: true },
      { name: 'Limit', numeric: true },
      { name: 'Samples', numeric: true },
      { name: 'Verdict' },
    ],
    rows: rows
      .slice(0, MAX_ROWS)
      .map(({ objective, source, shown, verdict }) => [
        objective,
        source,
        shown ? `${shown.statistic} ${quantity(shown.value, shown.unit)}` : null,
        shown ? `${shown.limit.comparison} ${quantity(shown.limit.value, shown.unit)}` : null,
        shown?.samples ?? null,
        verdict,
      ]),
  };
  const sources: Exhibit = {
    kind: 'table',
    title: titles.sources,
    columns: [{ name: 'Results' }, { name: 'Format' }, { name: 'SHA-256' }],
    rows: facts.sources.slice(0, MAX_ROWS).map(({ label, format, sha256 }) => [label, format, sha256]),
  };
  return [objectives, ...(facts.sources.length === 0 ? [] : [sources])];
}

function placeOfObjective(objective: Objective): { readonly place?: Objective['place'] } {
  return Object.keys(objective.place).length === 0 ? {} : { place: objective.place };
}

function placeOf(file: string | undefined): { readonly place?: { readonly file: string } } {
  return file === undefined ? {} : { place: { file } };
}
