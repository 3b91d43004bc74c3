import { nearestNames, type Ports, UserError } from '../../core/index.ts';
import type { Facts, ObjectiveReading, ToolThresholdReading } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { readHistory } from './ledger/read-history.ts';
import { utcDay } from './ledger/streak.ts';
import { parseExpression } from './objectives/k6-threshold.ts';
import { findNamedFiles, loadObjectives } from './objectives/load-objectives.ts';
import { type Objective, selectorsOf } from './objectives/objective.ts';
import { parseSelector, selectorText } from './objectives/selector.ts';
import { readBudgetCourse, readBurn } from './series/burn.ts';
import { evaluate, findSeries } from './series/evaluate.ts';
import { refuseNegative } from './series/refuse-negative.ts';
import { type Asked, readShapes } from './series/shape.ts';
import { withinWindow } from './series/window.ts';
import { queryPrometheus, type UnansweredQuery } from './sources/query-prometheus.ts';
import { type AllResults, type Group, readAll } from './sources/read-all.ts';
import type { SourceResults } from './sources/read-file.ts';
import { readReport } from './sources/read-report.ts';

export type SloPorts = Pick<Ports, 'files' | 'services' | 'clock' | 'progress' | 'http' | 'ledgers' | 'repository' | 'processes'>;

/**
 * Reads objectives and results and asks each source, or all that could be merged, for each objective.
 * @throws UserError when an input cannot be used: nothing to judge, a file that is absent, empty, truncated or of no known format.
 */
export async function measure(inputs: Inputs, ports: SloPorts): Promise<Facts> {
  refuseIncomplete(inputs);
  const loaded = await loadObjectives({ ...inputs, burnRates: inputs['burn-rates'] }, ports.files);
  const { objectives } = loaded;
  const { paths, emptyPatterns: emptyResultPatterns } = await findNamedFiles(inputs.results, ports.files, 'results');
  const given: SourceResults[] = [];
  let unavailableReport: Facts['unavailableReport'];
  if (inputs.url !== undefined && inputs['report-id'] !== undefined) {
    const id = inputs['report-id'];
    const result = await readReport({ url: inputs.url, id, waitMs: inputs['report-wait-seconds'] * 1000 }, ports);
    if (result.kind === 'ok') given.push(result.source);
    else unavailableReport = { id, failure: result.failure };
  }
  let unanswered: readonly UnansweredQuery[] = [];
  const queried: Facts['sources'][number][] = [];
  const prometheusUrl = inputs['prometheus-url'];
  const results = await readAll(paths, given, objectives, ports, async (recording) => {
    if (prometheusUrl === undefined) return;
    const nowMs = ports.clock.now();
    const answer = await queryPrometheus(prometheusUrl, objectives, recording, ports, nowMs);
    unanswered = answer.unanswered;
    if (answer.answers === 0) return;
    const { sha256 } = answer;
    queried.push({ label: prometheusUrl, format: 'prometheus', sha256, finishedMs: nowMs, faults: [], experiments: [] });
  });
  for (const { label, phase, series } of results.groups) if (phase === 'all') refuseNegative(label, series);
  const looksBack = inputs['consecutive-days'] !== undefined || inputs.baseline !== undefined;
  const { ledger: place, 'ledger-head': knownHead, 'consecutive-days': days, baseline } = inputs;
  const history = looksBack ? await readHistory({ place, knownHead, days, baseline }, ports) : undefined;
  const readings = objectives.flatMap((objective) => readObjective(objective, results.groups));
  const answered = new Set(readings.map((one) => one.objective));
  const nearest = Object.fromEntries(
    objectives.filter(({ id }) => !answered.has(id)).map((objective) => [objective.id, nearestTo(objective, results)]),
  );
  return {
    objectives,
    scores: loaded.scores,
    emptyObjectivePatterns: loaded.emptyPatterns,
    emptyResultPatterns,
    sources: [...results.sources.map(factOf), ...queried],
    repeated: results.repeated,
    ...(unavailableReport === undefined ? {} : { unavailableReport }),
    readings,
    burn: overall(objectives, results.groups, readBurn),
    shapes: readShapes([...askedOf(objectives, results.groups, readings), ...results.sources.flatMap(askedByTool)]),
    budgetCourses: overall(objectives, results.groups, readBudgetCourse),
    unanswered,
    toolThresholds: results.sources.flatMap(readToolThresholds),
    nearest,
    today: utcDay(ports.clock.now()),
    ...(history === undefined ? {} : { history }),
  };
}

function readObjective(objective: Objective, groups: readonly Group[]): readonly ObjectiveReading[] {
  const faulted = groups.some((group) => group.phase === 'inside');
  return groups.flatMap((group) => {
    // Stretches of time are cut from the whole run; every other statistic is taken inside and outside of faults, apart.
    const recorded = group.phase !== 'all' || group.series.some((one) => one.from !== undefined && one.data.kind !== 'histogram');
    if (faulted && recorded && (objective.ask.kind === 'slices') !== (group.phase === 'all')) return [];
    const fail = group.phase === 'inside' ? (objective.duringFaults ?? objective.fail) : objective.fail;
    const reading = withinWindow(objective, evaluate(objective.ask, fail, group.series), group.phase === 'all' ? group.series : []);
    if (reading.kind === 'absent') return [];
    const merged = sourcesOf(objective, group);
    return [
      { objective: objective.id, source: labelOf(objective, group), merged: Math.max(1, merged.length), phase: group.phase, reading },
    ];
  });
}

/** Reads every objective off the whole of each group, faults or not. */
function overall<T>(
  objectives: readonly Objective[],
  groups: readonly Group[],
  read: (objective: Objective, source: string, series: Group['series']) => readonly T[],
): readonly T[] {
  const whole = groups.filter(({ phase }) => phase === 'all');
  return objectives.flatMap((objective) => whole.flatMap((group) => read(objective, labelOf(objective, group), group.series)));
}

/** Where each reading was taken; of a run with faults the whole as well, for its course over time. */
function askedOf(objectives: readonly Objective[], groups: readonly Group[], readings: readonly ObjectiveReading[]): readonly Asked[] {
  return objectives.flatMap((objective) =>
    groups.flatMap(({ phase, series, ...group }) => {
      const source = labelOf(objective, { phase, series, ...group });
      const read = readings.some(
        (one) => one.objective === objective.id && one.source === source && (one.phase === phase || phase === 'all'),
      );
      return read ? [{ objective, source, phase, series }] : [];
    }),
  );
}

function askedByTool(source: SourceResults): readonly Asked[] {
  return readToolThresholds(source).flatMap(({ objective }) =>
    objective === undefined ? [] : [{ objective, source: source.label, phase: 'all' as const, series: source.series }],
  );
}

function sourcesOf(objective: Objective, group: Group): readonly string[] {
  return [...new Set(selectorsOf(objective.ask).flatMap((selector) => findSeries(group.series, selector)?.from ?? []))].sort();
}

function labelOf(objective: Objective, group: Group): string {
  if (group.label !== '') return group.label;
  const from = sourcesOf(objective, group);
  return from.length <= 2 ? from.join(' + ') : `${from[0]} + ${from.length - 1} more`;
}

function nearestTo(objective: Objective, results: AllResults): readonly string[] {
  const missing = selectorsOf(objective.ask).find((selector) => !results.groups.some((group) => findSeries(group.series, selector)));
  return missing ? nearestNames(selectorText(missing), results.names) : [];
}

function factOf(source: SourceResults): Facts['sources'][number] {
  const { label, file, format, sha256, unusable, startedMs, finishedMs, faults = [], experiments = [] } = source;
  return {
    label,
    ...(file === undefined ? {} : { file }),
    format,
    sha256,
    ...(unusable === undefined ? {} : { unusable }),
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(finishedMs === undefined ? {} : { finishedMs }),
    faults,
    experiments,
  };
}

function readToolThresholds(source: SourceResults): readonly ToolThresholdReading[] {
  if (source.unusable !== undefined) return [];
  return (source.toolThresholds ?? []).map((threshold) => {
    const metric = parseSelector(threshold.metric);
    const expression = parseExpression(threshold.expression);
    if (!metric || 'found' in expression) return { source: source.label, threshold, objective: undefined, reading: undefined };
    const objective: Objective = {
      id: `k6 ${selectorText(metric)}: ${expression.text}`,
      dialect: 'k6',
      place: source.file === undefined ? {} : { file: source.file },
      ask: { kind: 'statistic', metric, statistic: expression.statistic },
      fail: expression.limit,
    };
    return { source: source.label, threshold, objective, reading: evaluate(objective.ask, objective.fail, source.series) };
  });
}

function refuseIncomplete(inputs: Inputs): void {
  const refuse = (where: string, found: string, expected: string, todo: string): never => {
    throw new UserError({ where: `slo-gate.${where}`, found, expected, todo });
  };
  if (inputs.results.length === 0 && inputs['report-id'] === undefined && inputs['prometheus-url'] === undefined) {
    refuse('results', 'no results', '`results`, or `url` with `report-id`, or `prometheus-url`', 'name the files that the load run wrote');
  }
  if ((inputs.url === undefined) !== (inputs['report-id'] === undefined)) {
    const missing = inputs.url === undefined ? 'url' : 'report-id';
    refuse(missing, `no \`${missing}\``, '`url` and `report-id` together', 'give both, or neither');
  }
}
