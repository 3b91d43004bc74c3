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
  'min-samples': z.number().int().min(1).optional().describe('Fewer samples than this, or an unknown number, are inconclusive'),
  'consecutive-days': z
    .number()
    .int()
    .min(1)
    .max(366)
    .optional()
    .describe('Objectives must have been met on so many UTC days in a row, today included'),
});

export type Inputs = z.infer<typeof inputs>;
