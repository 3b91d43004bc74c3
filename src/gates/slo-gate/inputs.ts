import { z } from 'zod';
import { declareInputs, none } from '../../core/index.ts';

const lines = (description: string) => z.array(z.string().min(1)).default([]).describe(description);

/** What slo-gate may be told. */
export const inputs = declareInputs({
  objectives: lines('Files with objectives: OpenSLO v1 or the short form, in YAML or JSON; globs').meta({
    direction: 'globs',
    role: 'limits',
    document: 'objectives',
  }),
  thresholds: lines('Objectives in k6 threshold syntax, one per line: `http_req_duration{name:cart}: p(95)<300, avg<100`').meta({
    direction: 'thresholds',
  }),
  results: lines('Files with results, in any format that is known by its content; globs').meta({
    direction: 'globs',
    role: 'measured',
  }),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of the TestOps service that holds the report')
    .meta({ direction: 'fixed' }),
  'report-id': z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .optional()
    .describe('Report of a load run to judge, read from `url`')
    // Every load run has a report of its own, but without one none is judged.
    .meta({ direction: 'present' }),
  'report-wait-seconds': z
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(60)
    .describe('How long to wait for a report that is still running')
    .meta(none('A report that does not end in time is not judged; time is no criterion')),
  'prometheus-url': z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of a Prometheus server that answers the queries of the objectives')
    .meta({ direction: 'fixed' }),
  'burn-rates': z
    .enum(['none', '30d', '7d'])
    .default('none')
    .describe('Table of burn rates that OpenSLO objectives are held against: a page fails, a ticket warns')
    .meta({ direction: ['7d', '30d', 'none'] }),
  'max-recovery-seconds': z
    .number()
    .min(0)
    .optional()
    .describe('Maximum time from fault injection to recovery, in seconds')
    .meta({ direction: 'lower' }),
  'min-samples': z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Fewer samples than this, or an unknown number, are inconclusive')
    .meta({ direction: 'higher' }),
  'consecutive-days': z
    .number()
    .int()
    .min(1)
    .max(366)
    .optional()
    .describe('Objectives must have been met on so many UTC days in a row, today included')
    .meta({ direction: 'higher' }),
  ledger: z
    .string()
    .min(1)
    .default('branch')
    .describe('Where earlier evaluations are recorded: a file of JSON lines, or `branch` for `slo.jsonl` on the branch `testops-ledger`')
    .meta({ direction: 'fixed' }),
  'ledger-head': z
    .string()
    .optional()
    .describe('Length and hash of the ledger in earlier evidence, `412:9f86…`; a ledger that no longer holds it is refused')
    .meta({ direction: 'higher' }),
  'day-rule': z
    .enum(['worst', 'last'])
    .default('worst')
    .describe('Whether any failed evaluation breaks its day, or only the last one of it')
    .meta({ direction: ['worst', 'last'] }),
  'require-kinds': z
    .array(z.enum(['load', 'chaos']))
    .default([])
    .describe('Kinds of results that every day needs')
    .meta({ direction: 'more' }),
  baseline: z
    .string()
    .regex(/^(?:last:[1-9]\d{0,3}|entry:[0-9a-f]{7,64})$/, "must be `last:10`, or `entry:` and the beginning of an entry's hash")
    .optional()
    .describe('Earlier evaluations in the ledger to compare with: `last:10`, or `entry:` and the hash of one; only those that passed count')
    .meta({ direction: 'fixed' }),
  'max-regression': z
    .number()
    .min(0)
    .max(1000)
    .default(10)
    .describe('How many per cent worse than the baseline is still accepted')
    .meta({ direction: 'lower' }),
});

export type Inputs = z.infer<typeof inputs>;
