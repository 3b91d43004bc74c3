import { nearestNames, type Ports, UserError } from '../../core/index.ts';
import type { Facts, ObjectiveReading, ToolThresholdReading } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { parseExpression } from './objectives/k6-threshold.ts';
import { findNamedFiles, loadObjectives } from './objectives/load-objectives.ts';
import { type Objective, selectorsOf } from './objectives/objective.ts';
import { parseSelector, selectorText } from './objectives/selector.ts';
import { evaluate, findSeries, namesIn } from './series/evaluate.ts';
import { readResultsFile, type SourceResults } from './sources/read-file.ts';
import { readReport } from './sources/read-report.ts';

export type SloPorts = Pick<Ports, 'files' | 'services' | 'clock' | 'progress'>;

/**
 * Reads objectives and results and asks each source for each objective.
 * @throws UserError when an input cannot be used: nothing to judge, a file that is absent, empty, truncated or of no known format.
 */
export async function measure(inputs: Inputs, ports: SloPorts): Promise<Facts> {
  refuseIncomplete(inputs);
  const { objectives, emptyPatterns: emptyObjectivePatterns } = await loadObjectives(inputs, ports.files);
  const { paths, emptyPatterns: emptyResultPatterns } = await findNamedFiles(inputs.results, ports.files, 'results');
  const sources: SourceResults[] = [];
  for (const path of paths) sources.push(await readResultsFile(path, ports.files));
  let unavailableReport: Facts['unavailableReport'];
  if (inputs.url !== undefined && inputs['report-id'] !== undefined) {
    const id = inputs['report-id'];
    const result = await readReport({ url: inputs.url, id, waitMs: inputs['report-wait-seconds'] * 1000 }, ports);
    if (result.kind === 'ok') sources.push(result.source);
    else unavailableReport = { id, failure: result.failure };
  }
  const usable = sources.filter((source) => source.unusable === undefined);
  const readings: ObjectiveReading[] = [];
  const nearest: Record<string, readonly string[]> = {};
  const known = [...new Set(usable.flatMap((source) => namesIn(source.series)))].sort();
  for (const objective of objectives) {
    const answers = usable.map((source) => ({
      objective: objective.id,
      source: source.label,
      reading: evaluate(objective.ask, objective.fail, source.series),
    }));
    const given = answers.filter((answer) => answer.reading.kind !== 'absent');
    readings.push(...given);
    if (given.length === 0) nearest[objective.id] = nearestTo(objective, usable, known);
  }
  return {
    objectives,
    emptyObjectivePatterns,
    emptyResultPatterns,
    sources: sources.map(({ label, file, format, sha256, unusable, faults = [] }) => ({
      label,
      ...(file === undefined ? {} : { file }),
      format,
      sha256,
      ...(unusable === undefined ? {} : { unusable }),
      faults,
    })),
    ...(unavailableReport === undefined ? {} : { unavailableReport }),
    readings,
    toolThresholds: usable.flatMap(readToolThresholds),
    nearest,
  };
}

function nearestTo(objective: Objective, usable: readonly SourceResults[], known: readonly string[]): readonly string[] {
  const missing = selectorsOf(objective.ask).find((selector) => !usable.some((source) => findSeries(source.series, selector)));
  return missing ? nearestNames(selectorText(missing), known) : [];
}

function readToolThresholds(source: SourceResults): readonly ToolThresholdReading[] {
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
