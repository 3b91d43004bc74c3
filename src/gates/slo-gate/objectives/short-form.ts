import { z } from 'zod';
import { type Comparison, type DirectionMeta, UserError } from '../../../core/index.ts';
import { parseExpression } from './k6-threshold.ts';
import type { Ask, Limit, Objective } from './objective.ts';
import { type MetricSelector, parseSelector } from './selector.ts';
import type { YamlEntry } from './yaml-file.ts';

const LIMIT = /^\s*(<=|>=|==|!=|<|>)\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(%?)\s*$/;
const SPAN = /^([1-9]\d*)(ms|s|m|h)$/;
const SPAN_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const FIXED = { direction: 'fixed' } as const;
const LIMIT_META = { direction: 'limit' } as const satisfies DirectionMeta;

const limit = z.string().regex(LIMIT, 'must be an operator and a number, e.g. `< 300` or `>= 99.9 %`');
const span = z.string().regex(SPAN, 'must be a whole number and ms, s, m or h, e.g. `30s`');
const metric = z
  .string()
  .refine((text) => parseSelector(text) !== undefined, 'must be a metric with or without tags, e.g. `http_req_duration{name:cart}`');

const objective = z
  .strictObject({
    name: z.string().min(1).meta(FIXED),
    metric: metric.optional().meta(FIXED),
    statistic: z
      .string()
      .refine((text) => !('found' in parseExpression(`${text}<0`)), 'must be avg, min, max, med, count, rate, value or p(95)')
      .optional()
      .meta(FIXED),
    good: metric.optional().meta(FIXED),
    bad: metric.optional().meta(FIXED),
    total: metric.optional().meta(FIXED),
    fail: limit.meta(LIMIT_META),
    warn: limit.optional().meta(LIMIT_META),
    // Another weight gives the other objectives of a scored file another share.
    weight: z.number().min(0).default(1).meta(FIXED),
    key: z
      .boolean()
      .default(false)
      .meta({ direction: ['true', 'false'] }),
    // Windows of another length are judged by other values.
    within: span.optional().meta({ direction: 'fixed', absent: 'incomparable' }),
    // Without it one missed window fails.
    for: span.optional().meta({ direction: 'lower', absent: 'strictest' }),
    'during-faults': limit.optional().meta({ direction: 'limit', absent: { as: 'fail' } }),
  })
  .superRefine((one, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    const ratio = [one.good, one.bad].filter((side) => side !== undefined).length;
    if (one.metric !== undefined && (ratio > 0 || one.total !== undefined)) refuse('has both `metric` and a ratio of events');
    else if (one.metric === undefined && (ratio !== 1 || one.total === undefined))
      refuse('needs `metric`, or `total` with one of `good` and `bad`');
    else if (one.metric !== undefined && one.statistic === undefined) refuse('needs `statistic` beside `metric`');
    if (one.for !== undefined && one.within === undefined) refuse('needs `within` beside `for`: the length of the windows that are judged');
    if (one.for !== undefined && one.warn !== undefined)
      refuse('has `warn` beside `for`; a warning limit applies to a value, not to a duration');
  });

/** A document in the short form. */
export const shortForm = z.strictObject({
  objectives: z
    .array(objective)
    .min(1)
    .meta({ direction: 'more', identity: ['name'], sharedWith: ['score'] }),
  score: z
    .strictObject({
      pass: z.number().min(0).max(100).meta({ direction: 'higher' }),
      warn: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .meta({ direction: 'higher', absent: { as: 'pass' } }),
    })
    .refine((score) => score.warn === undefined || score.warn <= score.pass, '`warn` must not be above `pass`')
    .optional()
    // Without a score every objective must be met.
    .meta({ absent: 'strictest' }),
});

/** Points that the objectives of a file must reach together, in percent of all weights. */
export interface Score {
  /** The file, which is also the `group` of its objectives. */
  readonly group: string;
  readonly pass: number;
  readonly warn: number;
}

/** Whether an entry is written in the short form. */
export function isShortForm(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && Array.isArray((value as { objectives?: unknown }).objectives) && !('apiVersion' in value)
  );
}

/**
 * Reads the short form: `objectives`, each a metric with a statistic or a ratio of events, with `fail` and `warn` limits, `weight`, `key`, windows
 * (`within`: every window of this length must meet the limit; `for`: only a stretch of missed windows of at least this length fails), and a `score`.
 * @throws UserError that names file, line, field and reason.
 */
export function parseShortForm(entry: YamlEntry): { readonly objectives: readonly Objective[]; readonly score?: Score } {
  const parsed = shortForm.safeParse(entry.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path ?? [];
    const { file = '', line } = entry.place(path);
    throw new UserError({
      where: line === undefined ? file : `${file}:${line}`,
      found: `${path.map(String).join('.') || 'document'}: ${issue?.message ?? 'wrong shape'}`,
      expected: 'objectives in the short form (docs/gates/slo-gate.md)',
      todo: 'correct this field',
    });
  }
  const { file = '' } = entry.place([]);
  const { score } = parsed.data;
  const objectives = parsed.data.objectives.map((one, index): Objective => {
    const ask = askOf(one);
    const fail = limitOf(one.fail);
    const common = {
      id: one.name,
      dialect: 'short',
      place: entry.place(['objectives', index]),
      weight: one.weight,
      key: one.key,
      ...(score ? { group: file } : {}),
      ...(one['during-faults'] === undefined ? {} : { duringFaults: limitOf(one['during-faults']) }),
    } as const;
    const warn = one.warn === undefined ? {} : { warn: limitOf(one.warn) };
    if (one.within === undefined) return { ...common, ask, fail, ...warn };
    const sliceMs = spanMs(one.within);
    if (one.for !== undefined) {
      return {
        ...common,
        ask: { kind: 'slices', method: 'breach', of: ask, sliceMs, good: fail },
        fail: { comparison: '<', value: spanMs(one.for) },
      };
    }
    return { ...common, ask: { kind: 'slices', method: 'slices', of: ask, sliceMs, good: fail }, fail: { comparison: '>=', value: 1 } };
  });
  return { objectives, ...(score ? { score: { group: file, pass: score.pass, warn: score.warn ?? score.pass } } : {}) };
}

function askOf(one: z.infer<typeof objective>): Exclude<Ask, { kind: 'slices' | 'share' }> {
  if (one.metric !== undefined) {
    const parsed = parseExpression(`${one.statistic}<0`);
    if ('found' in parsed) throw new Error('the schema lets no unknown statistic through');
    return { kind: 'statistic', metric: selector(one.metric), statistic: parsed.statistic };
  }
  const counted = one.good === undefined ? 'bad' : 'good';
  return { kind: 'ratio', counted, events: selector(one.good ?? one.bad ?? ''), total: selector(one.total ?? '') };
}

function selector(text: string): MetricSelector {
  const parsed = parseSelector(text);
  if (!parsed) throw new Error('the schema lets no unreadable metric through');
  return parsed;
}

/** A limit; percent signs divide by 100, since shares are kept from 0 to 1. */
function limitOf(text: string): Limit {
  const [, comparison, number, percent] = LIMIT.exec(text) ?? [];
  return { comparison: comparison as Comparison, value: percent ? Number((Number(number) / 100).toPrecision(15)) : Number(number) };
}

function spanMs(text: string): number {
  const [, number, unit = 's'] = SPAN.exec(text) ?? [];
  return Number(number) * (SPAN_MS[unit] ?? 1000);
}
