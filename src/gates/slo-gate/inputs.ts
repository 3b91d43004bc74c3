import { z } from 'zod';
import { declareInputs } from '../../core/index.ts';

const lines = (description: string) => z.array(z.string().min(1)).default([]).describe(description);

/** What slo-gate may be told. */
export const inputs = declareInputs({
  objectives: lines('Files with objectives: OpenSLO v1 or the short form, in YAML or JSON; globs'),
  thresholds: lines('Objectives in k6 threshold syntax, one per line: `http_req_duration{name:cart}: p(95)<300, avg<100`'),
  results: lines('Files with results, in any format that is known by its content; globs'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of the TestOps service that holds the report'),
  'report-id': z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .optional()
    .describe('Report of a load run to judge, read from `url`'),
  'report-wait-seconds': z.number().int().min(0).max(3600).default(60).describe('How long to wait for a report that is still running'),
  'prometheus-url': z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of a Prometheus server that answers the queries of the objectives'),
  'burn-rates': z
    .enum(['none', '30d', '7d'])
    .default('none')
    .describe('Table of burn rates that OpenSLO objectives are held against: a page fails, a ticket warns'),
  'max-recovery-seconds': z.number().min(0).optional().describe('A fault must be over this long after it was injected'),
  'min-samples': z.number().int().min(1).optional().describe('Fewer samples than this, or an unknown number, are inconclusive'),
  'consecutive-days': z
    .number()
    .int()
    .min(1)
    .max(366)
    .optional()
    .describe('Objectives must have been met on so many UTC days in a row, today included'),
  ledger: z
    .string()
    .min(1)
    .default('branch')
    .describe('Where earlier evaluations are recorded: a file of JSON lines, or `branch` for `slo.jsonl` on the branch `testops-ledger`'),
  'ledger-head': z
    .string()
    .optional()
    .describe('Length and hash of the ledger in earlier evidence, `412:9f86…`; a ledger that no longer holds it is refused'),
  'day-rule': z
    .enum(['worst', 'last'])
    .default('worst')
    .describe('Whether any failed evaluation breaks its day, or only the last one of it'),
  'require-kinds': z
    .array(z.enum(['load', 'chaos']))
    .default([])
    .describe('Kinds of results that every day needs'),
  baseline: z
    .string()
    .regex(/^(?:last:[1-9]\d{0,3}|entry:[0-9a-f]{7,64})$/, "must be `last:10`, or `entry:` and the beginning of an entry's hash")
    .optional()
    .describe(
      'Earlier evaluations in the ledger to compare with: `last:10`, or `entry:` and the hash of one; only those that passed count',
    ),
  'max-regression': z.number().min(0).max(1000).default(10).describe('How many per cent worse than the baseline is still accepted'),
});

export type Inputs = z.infer<typeof inputs>;
