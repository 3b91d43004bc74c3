import type { z } from 'zod';
import { type Comparison, UserError } from '../../../core/index.ts';
import { parseExpression } from './k6-threshold.ts';
import type { Ask, Budget, BurnCondition, Limit, Objective } from './objective.ts';
import {
  type ConditionSpec,
  type MetricSource,
  type OpenSloDocument,
  openSloDocument,
  type PolicySpec,
  type SliSpec,
  type SloDocument,
  type SloObjective,
} from './openslo-schema.ts';
import { type MetricSelector, parseSelector } from './selector.ts';
import type { TimeWindow, WindowUnit } from './time-window.ts';
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
export function objectivesOf(entries: readonly OpenSloEntry[], extraBurn: readonly BurnCondition[] = []): readonly Objective[] {
  refuseRepeatedNames(entries);
  const indicators = new Map<string, { spec: SliSpec; entry: YamlEntry }>();
  for (const { document, entry } of entries) {
    if (document.kind === 'SLI') indicators.set(document.metadata.name, { spec: document.spec, entry });
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
      objectives.push(
        objectiveOf({ document, one, index, sli: found.spec, entry, burn: [...extraBurn, ...burnOf(document, entries, entry)] }),
      );
    }
  }
  return objectives;
}

/** Documents that others refer to by name: of two with one name, which one counts would depend on the names of files. */
function refuseRepeatedNames(entries: readonly OpenSloEntry[]): void {
  const seen = new Set<string>();
  for (const { document, entry } of entries) {
    const { kind, metadata } = document;
    if (kind !== 'SLI' && kind !== 'AlertPolicy' && kind !== 'AlertCondition') continue;
    const name = `${kind} ${metadata.name}`;
    if (seen.has(name)) refuse(entry, ['metadata', 'name'], `a second ${name}`, `one ${kind} of each name`);
    seen.add(name);
  }
}

function objectiveOf(of: {
  readonly document: SloDocument;
  readonly one: SloObjective;
  readonly index: number;
  readonly sli: SliSpec;
  readonly entry: YamlEntry;
  readonly burn: readonly BurnCondition[];
}): Objective {
  const { document, one, index, sli, entry, burn } = of;
  const { name } = document.metadata;
  const path = ['spec', 'objectives', index] as const;
  const target = one.target ?? (one.targetPercent ?? 0) / 100;
  const several = document.spec.objectives.length > 1;
  const id = several ? `${name}/${one.displayName ?? index + 1}` : name;
  const place = entry.place(path);
  const ask = askOf(one, sli, entry, path);
  const share: Limit = { comparison: '>=', value: target };
  const { budgetingMethod } = document.spec;
  const composite = one.indicator != null || one.indicatorRef != null ? { group: name, weight: one.compositeWeight ?? 1 } : {};
  const common = { id, dialect: 'openslo', place, ...composite } as const;
  const budget: Budget = { allowed: Number((1 - target).toPrecision(12)), window: windowOf(document), sliceMs: BURN_SLICE_MS, burn };
  if (budgetingMethod === 'Occurrences') {
    if (ask.kind === 'statistic') return { ...common, ask, fail: limitOf(one, entry, path) };
    return { ...common, ask, fail: share, budget };
  }
  const sliceMs = typeof one.timeSliceWindow === 'number' ? one.timeSliceWindow * 60_000 : durationMs(one.timeSliceWindow ?? '1m');
  const method = budgetingMethod === 'Timeslices' ? 'slices' : 'ratio-slices';
  const sliceTarget: Limit =
    ask.kind === 'statistic'
      ? limitOf(one, entry, path)
      : { comparison: one.op === 'gt' ? '>' : '>=', value: one.timeSliceTarget ?? target };
  return { ...common, ask: { kind: 'slices', method, of: ask, sliceMs, good: sliceTarget }, fail: share, budget };
}

/** The window of an SLO; without one, four rolling weeks. */
function windowOf(document: SloDocument): TimeWindow {
  const window = document.spec.timeWindow?.[0];
  const text = window?.duration ?? '4w';
  const [amount, unit] = [Number(text.slice(0, -1)), text.slice(-1) as WindowUnit];
  const calendar = window?.isRolling === true ? undefined : window?.calendar;
  return calendar
    ? { kind: 'calendar', amount, unit, startTime: calendar.startTime, timeZone: calendar.timeZone }
    : { kind: 'rolling', amount, unit };
}

/** Burn rates are followed minute by minute. */
const BURN_SLICE_MS = 60_000;

/** Conditions of the alert policies that an SLO names or holds; a policy or condition that no file has is refused. */
function burnOf(document: SloDocument, entries: readonly OpenSloEntry[], entry: YamlEntry): readonly BurnCondition[] {
  const path = ['spec', 'alertPolicies'];
  return (document.spec.alertPolicies ?? []).flatMap((policy, index) => {
    const reference = typeof policy === 'string' ? policy : 'alertPolicyRef' in policy ? policy.alertPolicyRef : undefined;
    const named = entries.find(({ document: one }) => one.kind === 'AlertPolicy' && one.metadata.name === reference)?.document;
    // A policy that lives elsewhere pages people; it is not needed to judge results.
    const spec = typeof policy === 'object' && 'spec' in policy ? policy.spec : named?.kind === 'AlertPolicy' ? named.spec : undefined;
    if (!spec || typeof spec !== 'object' || !('conditions' in spec)) return [];
    return (spec as PolicySpec).conditions.flatMap((condition): readonly BurnCondition[] => {
      const found =
        'conditionRef' in condition && condition.conditionRef !== undefined ? conditionNamed(String(condition.conditionRef)) : condition;
      if (!found || !('spec' in found) || !found.spec) return [];
      const { severity, condition: burn } = found.spec as ConditionSpec;
      const metadata = found.metadata as { name: string };
      return [
        {
          name: metadata.name,
          comparison: COMPARISONS[burn.op ?? 'gte'],
          threshold: burn.threshold,
          lookbackMs: durationMs(burn.lookbackWindow),
          severity: /page|crit|high/i.test(severity) ? 'page' : 'ticket',
        },
      ];
    });

    function conditionNamed(name: string) {
      const condition = entries.find(({ document: one }) => one.kind === 'AlertCondition' && one.metadata.name === name)?.document;
      if (condition?.kind === 'AlertCondition') return condition;
      return refuse(entry, [...path, index], `conditionRef ${name}`, 'the name of an AlertCondition in the same files');
    }
  });
}

function askOf(one: SloObjective, sli: SliSpec, entry: YamlEntry, path: readonly PropertyKey[]): Exclude<Ask, { kind: 'slices' }> {
  const { thresholdMetric, ratioMetric } = sli;
  if (ratioMetric) {
    if (ratioMetric.raw) {
      const metric = selectorOf(ratioMetric.raw.metricSource, entry, path);
      return { kind: 'ratio', counted: ratioMetric.rawType === 'failure' ? 'bad' : 'good', events: metric, total: metric };
    }
    const counted = ratioMetric.good ? 'good' : 'bad';
    const counter = ratioMetric.counter ?? true;
    const events = ratioMetric.good ?? ratioMetric.bad;
    if (!events || !ratioMetric.total) throw new Error('the schema lets no ratio without good, bad or total through');
    return {
      kind: 'ratio',
      counted,
      events: selectorOf(events.metricSource, entry, path, counter),
      total: selectorOf(ratioMetric.total.metricSource, entry, path, counter),
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

function selectorOf(source: MetricSource, entry: YamlEntry, path: readonly PropertyKey[], counter = false): MetricSelector {
  const text = source.spec.metric ?? source.spec.query;
  if (typeof text !== 'string' || text.trim() === '') {
    return refuse(
      entry,
      path,
      `a metric source whose spec has ${Object.keys(source.spec).sort().join(', ') || 'no field'}`,
      '`metric: http_req_duration`, as the results name it, or `query` for a Prometheus server',
    );
  }
  if (source.spec.metric === undefined) return { metric: text.trim(), tags: {}, query: { text: text.trim(), counter } };
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
