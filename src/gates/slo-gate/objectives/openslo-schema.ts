import { z } from 'zod';
import { type DirectionMeta, none } from '../../../core/directions.ts';

/**
 * The documents of OpenSLO v1 (https://github.com/OpenSLO/OpenSLO, `openslo/v1`), as strict as its JSON Schema and its Go SDK together require:
 * unknown fields are allowed, the fields of the specification are checked.
 */
const FIXED = { direction: 'fixed' } as const;
/** Where it was not said, something else held: what cannot be told. */
const INCOMPARABLE = { direction: 'fixed', absent: 'incomparable' } as const satisfies DirectionMeta;
const TEXT = none('A name or a text for people');
const PAGING = none('Says who is paged in production; the gate judges the condition');

const name = z
  .string()
  .min(1)
  .max(255)
  .regex(
    /^[a-z0-9][a-z0-9.|/\\-]*[a-z0-9]*$/,
    'must be lower-case letters, digits, `.`, `-`, `|`, `/` or `\\`, starting with a letter or digit',
  );
const description = z.string().max(1050).nullish().meta(TEXT);
const duration = z.string().regex(/^[1-9][0-9]*[mhdwMQY]$/, 'must be a whole number and one of m h d w M Q Y, e.g. `5m` or `4w`');
const operator = z.enum(['lte', 'gte', 'lt', 'gt']);
const labelText = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9A-Z][a-z0-9A-Z._-]*$/, 'must be letters, digits, `.`, `_` or `-`');
const metadata = z.looseObject({
  name: name.meta(FIXED),
  displayName: z.string().min(1).nullish().meta(TEXT),
  labels: z
    .record(z.string(), z.union([labelText, z.array(labelText)]))
    .nullish()
    .meta(TEXT),
  annotations: z.record(z.string(), z.unknown()).nullish().meta(TEXT),
});

const metricSource = z.looseObject({
  metricSourceRef: name.nullish().meta(INCOMPARABLE),
  type: z.string().nullish().meta(INCOMPARABLE),
  spec: z.record(z.string(), z.unknown()).meta(FIXED),
});
const metric = z.looseObject({ metricSource });

const ratioMetric = z
  .looseObject({
    counter: z
      .boolean()
      .nullish()
      .meta({ direction: 'fixed', absent: { value: true } }),
    good: metric.nullish(),
    bad: metric.nullish(),
    total: metric.nullish(),
    rawType: z.enum(['success', 'failure']).nullish().meta(INCOMPARABLE),
    raw: metric.nullish(),
  })
  .superRefine((ratio, context) => {
    const has = { good: ratio.good != null, bad: ratio.bad != null, total: ratio.total != null, raw: ratio.raw != null };
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (has.raw && (has.good || has.bad || has.total)) refuse('`raw` stands alone, without `good`, `bad` and `total`');
    else if (has.raw && ratio.rawType == null) refuse('`raw` needs `rawType`: success or failure');
    else if (!has.raw && has.good === has.bad) refuse('needs exactly one of `good` and `bad`');
    else if (!has.raw && !has.total) refuse('needs `total`');
  });

const sliSpec = z
  .looseObject({ description, thresholdMetric: metric.nullish(), ratioMetric: ratioMetric.nullish() })
  .refine(
    (spec) => (spec.thresholdMetric == null) !== (spec.ratioMetric == null),
    'needs exactly one of `thresholdMetric` and `ratioMetric`',
  );

const indicator = z.looseObject({ metadata: metadata.nullish(), spec: sliSpec });

const conditionSpec = z.looseObject({
  description,
  severity: z.string().meta(FIXED),
  condition: z.looseObject({
    kind: z
      .literal('burnrate')
      .nullish()
      .meta({ direction: 'fixed', absent: { value: 'burnrate' } }),
    op: operator.nullish().meta({ direction: 'fixed', absent: { value: 'gte' } }),
    threshold: z.number().meta({ direction: { against: 'op' } }),
    lookbackWindow: duration.meta(FIXED),
    alertAfter: duration.nullish().meta(none('The gate fails at once')),
  }),
});
const targetSpec = z.looseObject({ target: z.string(), description }).meta(PAGING);

const policySpec = z.looseObject({
  description,
  alertWhenNoData: z.boolean().nullish().meta(PAGING),
  alertWhenResolved: z.boolean().nullish().meta(PAGING),
  alertWhenBreaching: z.boolean().nullish().meta(PAGING),
  conditions: z
    .array(
      z.union(
        [
          z.looseObject({ conditionRef: name.meta(FIXED), kind: z.never().optional(), spec: z.never().optional() }),
          z.looseObject({
            kind: z.literal('AlertCondition').meta(FIXED),
            metadata,
            spec: conditionSpec,
            conditionRef: z.never().optional(),
          }),
        ],
        'must be a `conditionRef` or a whole AlertCondition',
      ),
    )
    .length(1)
    .meta({ direction: 'more', identity: ['conditionRef', 'metadata.name'] }),
  notificationTargets: z
    .array(
      z.union(
        [
          z.looseObject({ targetRef: name, kind: z.never().optional(), spec: z.never().optional() }),
          z.looseObject({ kind: z.string(), metadata, spec: targetSpec, targetRef: z.never().optional() }),
        ],
        'must be a `targetRef` or a whole AlertNotificationTarget',
      ),
    )
    .min(1)
    .meta(PAGING),
});

const timeWindow = z
  .looseObject({
    duration: duration.meta(FIXED),
    isRolling: z
      .boolean()
      .nullish()
      .meta({ direction: 'fixed', absent: { value: false } }),
    calendar: z
      .looseObject({
        startTime: z
          .string()
          .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, 'must be `2026-01-31 12:00:00`'),
        timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone, e.g. `America/New_York`'),
      })
      .nullish()
      .meta(INCOMPARABLE),
  })
  .refine((window) => window.isRolling === true || window.calendar != null, 'needs `isRolling: true` or a `calendar`');

const objective = z
  .looseObject({
    displayName: z.string().min(1).nullish().meta(TEXT),
    op: operator.nullish().meta(FIXED),
    value: z
      .number()
      .nullish()
      .meta({ direction: { beside: 'op' } }),
    target: z.number().min(0).lt(1).nullish().meta({ direction: 'higher' }),
    targetPercent: z.number().min(0).lt(100).nullish().meta({ direction: 'higher' }),
    timeSliceTarget: z.number().gt(0).max(1).nullish().meta({ direction: 'higher' }),
    timeSliceWindow: z
      .union([duration, z.number().positive()], 'must be a duration such as `1m`, or a number of minutes')
      .nullish()
      .meta(INCOMPARABLE),
    indicator: indicator.nullish(),
    indicatorRef: name.nullish().meta(INCOMPARABLE),
    // Another weight gives the other objectives of a composite another share.
    compositeWeight: z
      .number()
      .positive()
      .nullish()
      .meta({ direction: 'fixed', absent: { value: 1 } }),
  })
  .refine((one) => (one.target == null) !== (one.targetPercent == null), 'needs exactly one of `target` and `targetPercent`')
  .refine((one) => one.indicator == null || one.indicatorRef == null, 'has both `indicator` and `indicatorRef`');

const sloSpec = z
  .looseObject({
    description,
    service: name.meta(TEXT),
    indicator: indicator.nullish(),
    indicatorRef: name.nullish().meta(INCOMPARABLE),
    timeWindow: z.array(timeWindow).max(1).nullish().meta(INCOMPARABLE),
    budgetingMethod: z.enum(['Occurrences', 'Timeslices', 'RatioTimeslices']).meta(FIXED),
    objectives: z
      .array(objective)
      .min(1)
      .meta({ direction: 'more', identity: ['displayName'], sharedWith: ['indicator', 'indicatorRef'] }),
    alertPolicies: z
      .array(
        z.union(
          [
            name,
            z.looseObject({ alertPolicyRef: name.meta(FIXED), kind: z.never().optional() }),
            z.looseObject({ kind: z.literal('AlertPolicy').meta(FIXED), metadata, spec: policySpec }),
          ],
          'must be the name of an AlertPolicy or a whole one',
        ),
      )
      .nullish()
      .meta({ direction: 'more', identity: ['alertPolicyRef', 'metadata.name'] }),
  })
  .superRefine((spec, context) => {
    const perObjective = spec.objectives.filter((one) => one.indicator != null || one.indicatorRef != null).length;
    const own = (spec.indicator == null ? 0 : 1) + (spec.indicatorRef == null ? 0 : 1);
    if (own > 1) context.addIssue({ code: 'custom', message: 'has both `indicator` and `indicatorRef`' });
    if (own === 0 && perObjective === 0) context.addIssue({ code: 'custom', message: 'needs `indicator` or `indicatorRef`' });
    if (own > 0 && perObjective > 0) {
      context.addIssue({ code: 'custom', message: 'has an indicator of its own and of objectives (a composite has only the latter)' });
    }
    if (perObjective > 0 && perObjective < spec.objectives.length) {
      context.addIssue({ code: 'custom', message: 'is a composite, in which every objective needs an indicator' });
    }
    spec.objectives.forEach((one, index) => {
      const sliced = spec.budgetingMethod !== 'Occurrences';
      const missing = (field: string) =>
        context.addIssue({ code: 'custom', path: ['objectives', index, field], message: `is needed for ${spec.budgetingMethod}` });
      if (sliced && one.timeSliceWindow == null) missing('timeSliceWindow');
      if (spec.budgetingMethod === 'Timeslices' && one.timeSliceTarget == null) missing('timeSliceTarget');
    });
  });

const document = <Kind extends string, Spec extends z.ZodType>(kind: Kind, spec: Spec) =>
  z.looseObject({ apiVersion: z.literal('openslo/v1').meta(FIXED), kind: z.literal(kind).meta(FIXED), metadata, spec });

export const openSloDocument = z
  .discriminatedUnion('kind', [
    document('SLO', sloSpec),
    document('SLI', sliSpec),
    document('AlertPolicy', policySpec),
    document('AlertCondition', conditionSpec),
    document('AlertNotificationTarget', targetSpec),
    document(
      'DataSource',
      z
        .looseObject({
          description,
          type: z.string(),
          connectionDetails: z.unknown().refine((details) => details !== undefined, 'is missing'),
        })
        .meta(none('The gate reads no data source')),
    ),
    document('Service', z.looseObject({ description }).nullish().meta(TEXT)),
  ])
  .meta({ variantKey: 'kind' });

export type OpenSloDocument = z.infer<typeof openSloDocument>;
export type SloDocument = Extract<OpenSloDocument, { kind: 'SLO' }>;
export type SloObjective = SloDocument['spec']['objectives'][number];
export type SliSpec = z.infer<typeof sliSpec>;
export type PolicySpec = z.infer<typeof policySpec>;
export type ConditionSpec = z.infer<typeof conditionSpec>;
export type MetricSource = z.infer<typeof metricSource>;

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
