import { z } from 'zod';
import type { PreviewDeployment, ReportMetric, ServiceHealth, ServiceReport } from '../core/ports/testops-service.ts';

/** What openapi.yaml says of the answers. Unknown fields are dropped, as the contract asks. */
const commit = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'expected a whole commit id');
const flags = z.record(z.string(), z.union([z.boolean(), z.string()]));
const instant = z.iso.datetime({ offset: true });
const address = z.string().refine((text) => !/\s/.test(text) && URL.canParse(text), 'expected an absolute address');
const count = z.number().int().min(0);

export const previewDeployment = z.object({
  id: z.string().min(1),
  url: address,
  commit,
  version: z.string().optional(),
  flags,
  startedAt: instant,
}) satisfies z.ZodType<PreviewDeployment>;

export const serviceHealth = z.object({
  status: z.enum(['ready', 'degraded', 'down']),
  engine: z.object({ ready: z.boolean(), version: z.string() }),
  runners: distinct(z.object({ id: z.string().min(1), ready: z.boolean(), version: z.string().optional() })),
  gateways: distinct(z.object({ id: z.string().min(1), ready: z.boolean(), kind: z.literal('sse'), url: address.optional() })),
  commit: commit.optional(),
  flags: flags.optional(),
}) satisfies z.ZodType<ServiceHealth>;

const metricHead = { name: z.string().min(1), unit: z.string(), count };
const percentileRank = z.string().regex(/^(100|[0-9]{1,2}(\.[0-9]+)?)$/, 'expected a rank from 0 to 100');
const metric = z.discriminatedUnion('type', [
  z.object({
    ...metricHead,
    type: z.literal('trend'),
    min: z.number().optional(),
    max: z.number().optional(),
    mean: z.number().optional(),
    percentiles: z.record(percentileRank, z.number()).optional(),
  }),
  z.object({
    ...metricHead,
    type: z.literal('rate'),
    rate: z.number().min(0).max(1).optional(),
    passes: count.optional(),
    fails: count.optional(),
  }),
  z.object({ ...metricHead, type: z.literal('counter'), rate: z.number().min(0).optional() }),
  z.object({
    ...metricHead,
    type: z.literal('gauge'),
    value: z.number().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
]) satisfies z.ZodType<ReportMetric>;

/** An id that can stand in the path of `GET /v1/reports/{id}`. */
export const reportId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

export const serviceReport = z.object({
  id: reportId,
  status: z.enum(['running', 'completed', 'failed']),
  startedAt: instant,
  finishedAt: instant.nullable(),
  durationMs: z.number().min(0),
  requests: count,
  failures: count,
  metrics: z.array(metric).refine((metrics) => isDistinct(metrics.map(({ name }) => name)), 'expected names that are unique'),
  faults: z.array(z.object({ kind: z.string().min(1), target: z.string().min(1), injectedAt: instant, recoveredAt: instant.nullable() })),
}) satisfies z.ZodType<ServiceReport>;

/** A replica that is listed twice would be counted twice. */
function distinct<Item extends z.ZodType<{ readonly id: string }>>(item: Item) {
  return z.array(item).refine((items) => isDistinct(items.map(({ id }) => id)), 'expected ids that are unique');
}

function isDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
