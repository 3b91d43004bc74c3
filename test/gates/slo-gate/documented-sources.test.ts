import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runWith } from './run-gate.ts';
import { itWithSharedData, sharedPath } from './shared-data.ts';

const file = (path: string) => (): Uint8Array => readFileSync(join(import.meta.dirname, 'files', path));
const example = (path: string) => (): Uint8Array => readFileSync(path);
const shared = (path: string) => (): Uint8Array => readFileSync(sharedPath(path));

/** A result of each source in the table of docs/gates/slo-gate.md: of the tool itself where it is at hand, else in the shape that it publishes. */
const SOURCES: Readonly<Record<string, () => Uint8Array | string | object>> = {
  'k6 summary': example('examples/inputs/k6-summary.json'),
  'k6 summary 1.x': file('k6/machine-1.0.0.json'),
  'k6 samples': file('k6/points.csv.gz'),
  JMeter: example('fixtures/slo-gate/pass.jtl-samples/results.jtl'),
  Locust: file('locust/locust_stats.csv'),
  Gatling: shared('loadtest/Blazemeter+taurus/tests/resources/gatling/gatling-4-000/simulation.log'),
  'Gatling report': () => ({
    type: 'GROUP',
    name: 'All Requests',
    stats: gatlingStats(100),
    contents: { a: { type: 'REQUEST', name: 'Cart', path: 'Cart', stats: gatlingStats(50) } },
  }),
  Artillery: shared('loadtest/TangoGroup+artillery-load-test-results-viewer/public/sample-results.json'),
  autocannon: example('examples/inputs/autocannon.json'),
  vegeta: file('vegeta/vegeta.json'),
  hey: file('hey/hey.csv'),
  oha: () => ({
    summary: { successRate: 1, total: 2, slowest: 0.42, fastest: 0.001, average: 0.0125, requestsPerSec: 50 },
    responseTimeHistogram: { '0.1': 100 },
    latencyPercentiles: { p10: 0.002, p50: 0.009, p95: 0.041, p99: 0.25, 'p99.9': 0.41 },
    statusCodeDistribution: { '200': 100 },
    errorDistribution: {},
  }),
  'wrk2, HdrHistogram': file('hdr/run.hlog'),
  Prometheus: file('prometheus/prom-client.txt'),
  OpenTelemetry: () => ({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'http.server.request.duration',
                unit: 's',
                histogram: {
                  aggregationTemporality: 2,
                  dataPoints: [{ count: '100', sum: 5, bucketCounts: ['90', '10', '0'], explicitBounds: [0.1, 0.25], min: 0.01, max: 0.2 }],
                },
              },
            ],
          },
        ],
      },
    ],
  }),
  'github-action-benchmark': () => [{ name: 'parse', unit: 'ms', value: 12 }],
  Bencher: () => ({ 'shop::checkout': { latency: { value: 88 } } }),
  'Chaos Toolkit': file('chaos/journal-exp.json'),
  Litmus: () => ({
    apiVersion: 'litmuschaos.io/v1alpha1',
    kind: 'ChaosResult',
    metadata: { name: 'engine-pod-delete' },
    spec: { engine: 'engine', experiment: 'pod-delete' },
    status: {
      experimentStatus: { phase: 'Completed', verdict: 'Pass', probeSuccessPercentage: '100' },
      history: { passedRuns: 1, failedRuns: 0, stoppedRuns: 0, targets: [{ name: 'x', chaosStatus: 'reverted' }] },
    },
  }),
  'TestOps service': example('examples/inputs/testops-report.json'),
};
const NEEDS_SHARED = ['Gatling', 'Artillery'];
/** prometheus.test.ts asks a server. */
const ELSEWHERE = ['Prometheus server'];

const PAGE = readFileSync('docs/gates/slo-gate.md', 'utf8');
const ROWS = [...PAGE.matchAll(/^\| ([^|]+) \| [^|]+ \| [^|]+ \| `([^`|]+)`[^|]* \|$/gm)].map(([, source = '', objective = '']) => ({
  source,
  objective,
}));

describe('each source in the documents has an objective that its results can be held against', () => {
  it('and none is left out', () => {
    expect(ROWS.map(({ source }) => source).sort()).toEqual([...Object.keys(SOURCES), ...ELSEWHERE].sort());
  });

  for (const { source, objective } of ROWS.filter((row) => !ELSEWHERE.includes(row.source))) {
    (NEEDS_SHARED.includes(source) ? itWithSharedData : it)(`${source}: ${objective}`, async () => {
      const asks = objective.startsWith('require-kinds') ? { 'require-kinds': ['chaos'] } : { thresholds: [objective] };
      const { judgement } = await runWith({ result: SOURCES[source]?.() ?? '' }, { results: ['result'], ...asks });
      // Whatever the numbers of a sample are: the objective is measured.
      const unmeasured = ['metric-absent', 'statistic-absent', 'no-samples', 'no-objectives', 'nothing-to-judge'].map(
        (code) => `slo-gate/${code}`,
      );
      const codes = judgement.findings.map(({ code }) => code);
      expect(codes.filter((code) => unmeasured.includes(code))).toEqual([]);
      if ('thresholds' in asks) expect(judgement.measurements.map(({ id }) => id.replace(/"/g, ''))).toContain(objective.replace(/"/g, ''));
      else expect(judgement.verdict).not.toBe('inconclusive');
    });
  }
});

function gatlingStats(total: number): object {
  const each = (value: number) => ({ total: value, ok: value, ko: value });
  return {
    numberOfRequests: { total, ok: total, ko: 0 },
    minResponseTime: each(5),
    maxResponseTime: each(900),
    meanResponseTime: each(120),
    standardDeviation: each(30),
    percentiles1: each(100),
    percentiles2: each(150),
    percentiles3: each(300),
    percentiles4: each(700),
    meanNumberOfRequestsPerSecond: each(12.5),
  };
}
