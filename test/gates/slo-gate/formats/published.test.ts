import { describe, expect, it } from '@jest/globals';
import { runWith } from '../run-gate.ts';

/** What the gate measures of a document; `asks` are `metric: statistic`. */
async function measured(content: string | object, asks: readonly string[]) {
  const { facts, judgement } = await runWith({ r: content }, { results: ['r'], thresholds: asks.map((ask) => `${ask}>=-1`) });
  return {
    format: facts.sources[0]?.format,
    values: Object.fromEntries(judgement.measurements.map(({ id, value }) => [id.replace(/>=-1$/, ''), value])),
  };
}

// Tools that npm, Debian, Go and PyPI do not bring: documents in the shape that each publishes, with numbers worked out by hand.
describe('formats after what their tools publish', () => {
  it('oha, after schema.json of its repository', async () => {
    const document = {
      summary: {
        successRate: 0.98,
        total: 2,
        slowest: 0.42,
        fastest: 0.001,
        average: 0.0125,
        requestsPerSec: 50,
        totalData: 1000,
        sizePerRequest: 10,
        sizePerSec: 500,
      },
      metrics: { success_rate: 0.98, requests_per_sec: 50, latency_ms: { min: 1, mean: 12.5, p50: 9, p95: 41, p99: 250, max: 420 } },
      responseTimeHistogram: { '0.001': 10, '0.1': 80, '0.42': 8 },
      latencyPercentiles: {
        p10: 0.002,
        p25: 0.004,
        p50: 0.009,
        p75: 0.015,
        p90: 0.03,
        p95: 0.041,
        p99: 0.25,
        'p99.9': 0.41,
        'p99.99': 0.42,
      },
      statusCodeDistribution: { '200': 90, '503': 8 },
      errorDistribution: { 'connection refused': 2 },
    };
    expect(
      await measured(document, [
        'http_req_duration: p(95)',
        'http_req_duration: p(99.9)',
        'http_req_duration: avg',
        'http_req_failed: rate',
        'http_reqs: count',
        'http_reqs: rate',
      ]),
    ).toEqual({
      format: 'oha',
      values: {
        'http_req_duration: p(95)': 41,
        'http_req_duration: p(99.9)': 410,
        'http_req_duration: avg': 12.5,
        'http_req_failed: rate': 0.1,
        'http_reqs: count': 100,
        'http_reqs: rate': 50,
      },
    });
  });

  it("wrk2's --latency, after the example of its README", async () => {
    const text = `Running 30s test @ http://127.0.0.1:80/index.html
  2 threads and 100 connections
  Thread calibration: mean lat.: 9747 usec, rate sampling interval: 21 msec
  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%    6.67ms
 90.000%   10.10ms

  Detailed Percentile spectrum:
       Value   Percentile   TotalCount 1/(1-Percentile)

       0.921     0.000000            1         1.00
       4.053     0.100000         3951         1.11
       6.671     0.500000        19755         2.00
      10.103     0.900000        35549        10.00
      12.399     0.990000        39104       100.00
      27.007     1.000000        39500          inf
#[Mean    =        6.646, StdDeviation   =        2.486]
#[Max     =       27.000, Total count    =        39500]
#[Buckets =           27, SubBuckets     =         2048]
----------------------------------------------------------
  60018 requests in 30.00s, 19.81MB read
  Socket errors: connect 3, read 2, write 0, timeout 1
  Non-2xx or 3xx responses: 12
Requests/sec:   2000.28
Transfer/sec:    676.18KB
`;
    const { format, values } = await measured(text, [
      'http_req_duration: p(50)',
      'http_req_duration: p(99)',
      'http_req_duration: max',
      'http_reqs: count',
      'http_reqs: rate',
      'http_req_failed: rate',
    ]);
    expect(format).toBe('hdr-text');
    expect(values).toEqual({
      'http_req_duration: p(50)': 6.671,
      'http_req_duration: p(99)': 12.399,
      'http_req_duration: max': 27.007,
      'http_reqs: count': 60018,
      'http_reqs: rate': 2000.28,
      'http_req_failed: rate': 18 / 60018,
    });
  });

  it('a percentile between two rows is only known to lie between them', async () => {
    const rows =
      ' Value   Percentile   TotalCount 1/(1-Percentile)\n\n 1.0 0.000000 1 1.00\n 10.0 0.900000 90 10.00\n 50.0 1.000000 100 inf\n#[Max = 50.0, Total count = 100]\n';
    const at = async (limit: number) =>
      (await runWith({ r: rows }, { results: ['r'], thresholds: [`http_req_duration: p(95)<${limit}`] })).judgement.verdict;
    expect([await at(9), await at(30), await at(51)]).toEqual(['fail', 'inconclusive', 'pass']);
  });

  it("Gatling's stats.json, with requests, groups and failures", async () => {
    const stats = (total: number, ko: number, p95: number) => ({
      numberOfRequests: { total, ok: total - ko, ko },
      minResponseTime: { total: 5, ok: 5, ko: 9 },
      maxResponseTime: { total: 900, ok: 800, ko: 900 },
      meanResponseTime: { total: 120, ok: 110, ko: 500 },
      standardDeviation: { total: 30, ok: 30, ko: 30 },
      percentiles1: { total: 100, ok: 100, ko: 100 },
      percentiles2: { total: 150, ok: 150, ko: 150 },
      percentiles3: { total: p95, ok: p95, ko: p95 },
      percentiles4: { total: 700, ok: 700, ko: 700 },
      meanNumberOfRequestsPerSecond: { total: 12.5, ok: 12, ko: 0.5 },
    });
    const request = (name: string, p95: number) => ({ type: 'REQUEST', name, path: name, stats: stats(50, 1, p95) });
    const document = {
      type: 'GROUP',
      name: 'All Requests',
      stats: stats(100, 2, 300),
      contents: {
        a: request('Home', 200),
        g: { type: 'GROUP', name: 'Shop', stats: stats(50, 1, 999), contents: { b: request('Cart', 400) } },
      },
    };
    expect(
      await measured(document, [
        'http_req_duration: p(95)',
        'http_req_duration: p(99)',
        'http_req_duration{name:Cart}: p(95)',
        'http_req_failed: rate',
        'http_reqs: count',
        'http_reqs: rate',
      ]),
    ).toEqual({
      format: 'gatling-stats',
      values: {
        'http_req_duration: p(95)': 300,
        'http_req_duration: p(99)': 700,
        'http_req_duration{name:Cart}: p(95)': 400,
        'http_req_failed: rate': 0.02,
        'http_reqs: count': 100,
        'http_reqs: rate': 12.5,
      },
    });
  });

  it('Bencher Metric Format', async () => {
    const document = {
      'shop::checkout': { latency: { value: 88, lower_value: 87.42, upper_value: 88.88 } },
      'shop::home': { latency: { value: 5 }, throughput: { value: 10 } },
    };
    expect(
      await measured(document, ['latency{name:"shop::checkout"}: value', 'latency{name:"shop::checkout"}: max', 'throughput: value']),
    ).toEqual({
      format: 'bencher',
      values: { 'latency{name:shop::checkout}: value': 88, 'latency{name:shop::checkout}: max': 88.88, 'throughput: value': 10 },
    });
  });

  it.each([
    [
      'Pass, targets reverted',
      { phase: 'Completed', verdict: 'Pass', probeSuccessPercentage: '100' },
      [{ name: 'x', chaosStatus: 'reverted' }],
      'pass',
      [],
    ],
    [
      'Pass, and nothing was targeted',
      { phase: 'Completed', verdict: 'Pass', probeSuccessPercentage: '100' },
      [],
      'inconclusive',
      ['slo-gate/fault-not-injected'],
    ],
    [
      'Fail',
      { phase: 'Completed', verdict: 'Fail', probeSuccessPercentage: '50' },
      [{ name: 'x', chaosStatus: 'injected' }],
      'fail',
      ['slo-gate/steady-state-lost'],
    ],
    [
      'Pass with half of the probes',
      { phase: 'Completed', verdict: 'Pass', probeSuccessPercentage: '50' },
      [{ name: 'x', chaosStatus: 'injected' }],
      'fail',
      ['slo-gate/steady-state-lost'],
    ],
    [
      'Stopped',
      { phase: 'Stopped', verdict: 'Stopped', probeSuccessPercentage: '0' },
      [{ name: 'x', chaosStatus: 'injected' }],
      'inconclusive',
      ['slo-gate/steady-state-unknown'],
    ],
    [
      'Awaited',
      { phase: 'Running', verdict: 'Awaited', probeSuccessPercentage: 'Awaited' },
      [],
      'inconclusive',
      ['slo-gate/steady-state-unknown'],
    ],
  ])('Litmus: %s', async (_name, experimentStatus, targets, verdict, codes) => {
    const document = {
      apiVersion: 'litmuschaos.io/v1alpha1',
      kind: 'ChaosResult',
      metadata: { name: 'engine-pod-delete' },
      spec: { engine: 'engine', experiment: 'pod-delete' },
      status: { experimentStatus, history: { passedRuns: 1, failedRuns: 0, stoppedRuns: 0, targets } },
    };
    const { judgement } = await runWith({ 'c.json': document }, { results: ['c.json'] });
    expect([judgement.verdict, judgement.findings.filter(({ level }) => level !== 'note').map(({ code }) => code)]).toEqual([
      verdict,
      codes,
    ]);
  });
});
