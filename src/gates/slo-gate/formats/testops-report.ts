import { z } from 'zod';
import type { ServiceReport } from '../../../core/ports/testops-service.ts';
import type { Series, SeriesData } from '../series/series.ts';
import { asRecord, defined, type JsonFormat, type ParsedResults } from './format.ts';

const count = z.number().int().min(0);
const instant = z.iso.datetime({ offset: true });
const metric = z
  .looseObject({
    name: z.string().min(1),
    type: z.enum(['trend', 'rate', 'counter', 'gauge']),
    unit: z.string(),
    count,
    min: z.number().optional(),
    max: z.number().optional(),
    mean: z.number().optional(),
    percentiles: z.record(z.string().regex(/^(100|[0-9]{1,2}(\.[0-9]+)?)$/), z.number()).optional(),
    value: z.number().optional(),
    rate: z.number().min(0).optional(),
    passes: count.optional(),
    fails: count.optional(),
  })
  .refine(
    (one) => one.passes === undefined || one.fails === undefined || one.passes + one.fails === one.count,
    '`passes` and `fails` do not add up to `count`',
  );

/** The answer of `GET /v1/reports/{id}`. */
const report = z
  .looseObject({
    id: z.string(),
    status: z.enum(['running', 'completed', 'failed']),
    startedAt: instant,
    finishedAt: instant.nullable(),
    durationMs: z.number().min(0),
    requests: count,
    failures: count,
    metrics: z.array(metric),
    faults: z.array(z.looseObject({ kind: z.string(), target: z.string(), injectedAt: instant, recoveredAt: instant.nullable() })),
  })
  .refine((one) => one.failures <= one.requests, 'more `failures` than `requests`');

/** The report document of a TestOps service, saved in a file. */
export const testopsReport: JsonFormat = {
  id: 'testops-report',
  title: 'report of a TestOps service (GET /v1/reports/{id})',
  matches(document) {
    const root = asRecord(document);
    return typeof root?.id === 'string' && typeof root.status === 'string' && Array.isArray(root.metrics) && 'startedAt' in root;
  },
  parse(document) {
    const parsed = report.safeParse(document);
    if (parsed.success) return parseServiceReport(parsed.data);
    const issue = parsed.error.issues[0];
    return {
      at: `/${issue?.path.join('/') ?? ''}`,
      found: issue?.message ?? 'wrong shape',
      expected: 'a report as openapi.yaml describes it',
    };
  },
};

/** Series of a report, whether it came from a file or from the service. A metric with `count` 0 has no other number. */
export function parseServiceReport(document: ServiceReport): ParsedResults {
  const series = document.metrics.map((one): Series => seriesOf(one));
  const has = (name: string) => series.some((one) => one.metric === name);
  if (!has('http_reqs')) {
    const perSecond = document.durationMs > 0 ? { perSecond: (document.requests * 1000) / document.durationMs } : {};
    series.push({ metric: 'http_reqs', tags: {}, unit: '1', data: { kind: 'counter', sum: document.requests, ...perSecond } });
  }
  if (!has('http_req_failed')) {
    series.push({
      metric: 'http_req_failed',
      tags: {},
      unit: '1',
      data: { kind: 'rate', matches: document.failures, total: document.requests },
    });
  }
  return {
    series,
    faults: document.faults.map((fault) => ({
      kind: fault.kind,
      target: fault.target,
      injectedMs: Date.parse(fault.injectedAt),
      recoveredMs: fault.recoveredAt === null ? null : Date.parse(fault.recoveredAt),
    })),
    startedMs: Date.parse(document.startedAt),
    ...(document.finishedAt === null ? {} : { finishedMs: Date.parse(document.finishedAt) }),
    ...(document.status === 'completed' ? {} : { unusable: document.status }),
  };
}

function seriesOf(one: ServiceReport['metrics'][number]): Series {
  const factor = one.unit === 's' ? 1000 : 1;
  const scaled = (value: number | undefined) => (value === undefined ? undefined : value * factor);
  const unit =
    one.unit === 's'
      ? 'ms'
      : one.unit === 'bytes'
        ? 'By'
        : one.unit === 'ratio' || one.type === 'rate' || one.type === 'counter'
          ? '1'
          : one.unit;
  return { metric: one.name, tags: {}, unit, data: dataOf() };

  function dataOf(): SeriesData {
    switch (one.type) {
      case 'trend': {
        const percentiles = Object.fromEntries(
          Object.entries(one.percentiles ?? {}).map(([rank, value]) => [String(Number(rank)), value * factor]),
        );
        const rest = defined({ min: scaled(one.min), max: scaled(one.max), mean: scaled(one.mean), median: percentiles['50'] });
        return { kind: 'trend-summary', count: one.count, ...rest, percentiles };
      }
      case 'rate':
        if (one.passes !== undefined) return { kind: 'rate', matches: one.passes, total: one.count };
        if (one.count === 0 || one.rate === undefined) return { kind: 'rate', matches: 0, total: 0 };
        return { kind: 'rate-summary', rate: one.rate };
      case 'counter':
        return { kind: 'counter', sum: one.count, ...defined({ perSecond: one.rate }) };
      case 'gauge':
        if (one.count === 0 || one.value === undefined) return { kind: 'trend-summary', count: 0, percentiles: {} };
        return { kind: 'gauge', value: one.value * factor, ...defined({ min: scaled(one.min), max: scaled(one.max) }) };
    }
  }
}
