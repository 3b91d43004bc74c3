import type { z } from 'zod';
import { type Comparison, UserError } from '../../../core/index.ts';
import { parseExpression } from './k6-threshold.ts';
import type { Ask, Limit, Objective } from './objective.ts';
import {
  type MetricSource,
  type OpenSloDocument,
  openSloDocument,
  type SliSpec,
  type SloDocument,
  type SloObjective,
} from './openslo-schema.ts';
import { type MetricSelector, parseSelector } from './selector.ts';
import type { YamlEntry } from './yaml-file.ts';

const COMPARISONS: Readonly<Record<'lt' | 'lte' | 'gt' | 'gte', Comparison>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_592_000_000, Q: 7_776_000_000, Y: 31_536_000_000 } as const;

/** Milliseconds of an OpenSLO duration; months count 30 days, quarters 90, years 365. */
export function durationMs(shorthand: string): number {
  return Number(shorthand.slice(0, -1)) * UNIT_MS[shorthand.slice(-1) as keyof typeof UNIT_MS];
}

/** A document of OpenSLO and where it stands. */
export interface OpenSloEntry {
  readonly document: OpenSloDocument;
  readonly entry: YamlEntry;
}

/** Whether an entry claims to be OpenSLO, in any version. */
export function isOpenSlo(value: unknown): boolean {
  return typeof value === 'object' && value !== null && String((value as { apiVersion?: unknown }).apiVersion ?? '').startsWith('openslo');
}

/**
 * Checks an entry against OpenSLO v1.
 * @throws UserError that names file, line, field and reason.
 */
export function parseOpenSlo(entry: YamlEntry): OpenSloEntry {
  const version = (entry.value as { apiVersion?: unknown }).apiVersion;
  if (version !== 'openslo/v1') refuse(entry, ['apiVersion'], `apiVersion ${JSON.stringify(version)}`, '`openslo/v1`');
  const parsed = openSloDocument.safeParse(entry.value);
  if (parsed.success) return { document: parsed.data, entry };
  const issue = deepest(parsed.error.issues);
  return refuse(entry, issue.path, issue.message, 'an OpenSLO v1 document');
}

/** Objectives of all SLO documents; indicators are looked up by name among all of them. Names of metrics come from `metricSource.spec.metric`. */
export function objectivesOf(entries: readonly OpenSloEntry[]): readonly Objective[] {
  const indicators = new Map<string, { spec: SliSpec; entry: YamlEntry }>();
  for (const { document, entry } of entries) {
    if (document.kind !== 'SLI') continue;
    if (indicators.has(document.metadata.name))
      refuse(entry, ['metadata', 'name'], `a second SLI ${document.metadata.name}`, 'one SLI of each name');
    indicators.set(document.metadata.name, { spec: document.spec, entry });
  }
  const objectives: Objective[] = [];
  for (const { document, entry } of entries) {
    if (document.kind !== 'SLO') continue;
    for (const [index, one] of document.spec.objectives.entries()) {
      const path = ['spec', 'objectives', index] as const;
      const inline = one.indicator?.spec ?? document.spec.indicator?.spec;
      const reference = one.indicatorRef ?? document.spec.indicatorRef;
      const found = inline ? { spec: inline, entry } : indicators.get(reference ?? '');
      if (!found) {
        const at = one.indicatorRef ? [...path, 'indicatorRef'] : ['spec', 'indicatorRef'];
        return refuse(
          entry,
          at,
          `indicatorRef ${reference}`,
          `the name of an SLI in the same files: ${[...indicators.keys()].sort().join(', ') || 'there is none'}`,
        );
      }
      objectives.push(objectiveOf(document, one, index, found.spec, entry));
    }
  }
  return objectives;
}

function objectiveOf(document: SloDocument, one: SloObjective, index: number, sli: SliSpec, entry: YamlEntry): Objective {
  const { name } = document.metadata;
  const path = ['spec', 'objectives', index] as const;
  const target = one.target ?? (one.targetPercent ?? 0) / 100;
  const several = document.spec.objectives.length > 1;
  const id = several ? `${name}/${one.displayName ?? index + 1}` : name;
  const place = entry.place(path);
  const ask = askOf(one, sli, entry, path);
  const share: Limit = { comparison: '>=', value: target };
  const { budgetingMethod } = document.spec;
  if (budgetingMethod === 'Occurrences') {
    if (ask.kind === 'statistic') return { id, dialect: 'openslo', place, ask, fail: limitOf(one, entry, path) };
    return { id, dialect: 'openslo', place, ask, fail: share };
  }
  const sliceMs = typeof one.timeSliceWindow === 'number' ? one.timeSliceWindow * 60_000 : durationMs(one.timeSliceWindow ?? '1m');
  const method = budgetingMethod === 'Timeslices' ? 'slices' : 'ratio-slices';
  const sliceTarget: Limit =
    ask.kind === 'statistic'
      ? limitOf(one, entry, path)
      : { comparison: one.op === 'gt' ? '>' : '>=', value: one.timeSliceTarget ?? target };
  return { id, dialect: 'openslo', place, ask: { kind: 'slices', method, of: ask, sliceMs, good: sliceTarget }, fail: share };
}

function askOf(one: SloObjective, sli: SliSpec, entry: YamlEntry, path: readonly PropertyKey[]): Exclude<Ask, { kind: 'slices' }> {
  const { thresholdMetric, ratioMetric } = sli;
  if (ratioMetric) {
    if (ratioMetric.raw) {
      const metric = selectorOf(ratioMetric.raw.metricSource, entry, path);
      return { kind: 'ratio', counted: ratioMetric.rawType === 'failure' ? 'bad' : 'good', events: metric, total: metric };
    }
    const counted = ratioMetric.good ? 'good' : 'bad';
    const events = ratioMetric.good ?? ratioMetric.bad;
    if (!events || !ratioMetric.total) throw new Error('the schema lets no ratio without good, bad or total through');
    return {
      kind: 'ratio',
      counted,
      events: selectorOf(events.metricSource, entry, path),
      total: selectorOf(ratioMetric.total.metricSource, entry, path),
    };
  }
  if (!thresholdMetric) throw new Error('the schema lets no indicator without a metric through');
  const metric = selectorOf(thresholdMetric.metricSource, entry, path);
  const { statistic } = thresholdMetric.metricSource.spec;
  if (statistic === undefined) return { kind: 'share', metric, good: limitOf(one, entry, path) };
  const parsed = parseExpression(`${String(statistic)}<0`);
  if ('found' in parsed)
    return refuse(entry, path, `statistic ${JSON.stringify(statistic)}`, 'a statistic as k6 writes it: `p(95)`, `avg`, `max`, `rate`');
  return { kind: 'statistic', metric, statistic: parsed.statistic };
}

function limitOf(one: SloObjective, entry: YamlEntry, path: readonly PropertyKey[]): Limit {
  if (one.op == null || one.value == null) {
    return refuse(
      entry,
      [...path, one.op == null ? 'op' : 'value'],
      `no \`${one.op == null ? 'op' : 'value'}\``,
      '`op` and `value`: a threshold metric is compared with them',
    );
  }
  return { comparison: COMPARISONS[one.op], value: one.value };
}

function selectorOf(source: MetricSource, entry: YamlEntry, path: readonly PropertyKey[]): MetricSelector {
  const text = source.spec.metric ?? source.spec.query;
  if (typeof text !== 'string' || text.trim() === '') {
    return refuse(
      entry,
      path,
      `a metric source whose spec has ${Object.keys(source.spec).sort().join(', ') || 'no field'}`,
      '`metric: http_req_duration`, as the results name it, or `query` for a Prometheus server',
    );
  }
  return parseSelector(text) ?? { metric: text.trim(), tags: {} };
}

/** Unions report one issue with the inner ones inside; the innermost says most. */
function deepest(issues: readonly z.core.$ZodIssue[]): { path: readonly PropertyKey[]; message: string } {
  const [first] = issues;
  if (!first) return { path: [], message: 'is not valid' };
  if (first.code === 'invalid_type' && first.input === undefined && /undefined/.test(first.message)) {
    return { path: first.path, message: 'is missing' };
  }
  return { path: first.path, message: first.message };
}

function refuse(entry: YamlEntry, path: readonly PropertyKey[], reason: string, expected: string): never {
  const { file = '', line } = entry.place(path);
  const field = path.map(String).join('.') || 'document';
  throw new UserError({
    where: line === undefined ? file : `${file}:${line}`,
    found: `${field}: ${reason}`,
    expected,
    todo: 'correct this field; https://github.com/OpenSLO/OpenSLO describes them',
  });
}
