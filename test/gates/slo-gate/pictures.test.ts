import { describe, expect, it } from '@jest/globals';
import { type Exhibit, exhibit } from '../../../src/core/index.ts';
import { outlineHistogram, outlineSamples } from '../../../src/gates/slo-gate/stats/outline.ts';
import { addSample, createSamples } from '../../../src/gates/slo-gate/stats/samples.ts';
import { runWith } from './run-gate.ts';

const START_S = 1_800_000_000;
const SECONDS = 200;
const PER_SECOND = 10;
/** The fault: from second 80 to second 100. */
const [INJECTED, RECOVERED] = [80, 100];

/** Latencies of 100 to 199 ms in turn, 300 ms more while the fault lasts; of 2,000 requests, ten fail, all in the fault. */
const requests = Array.from({ length: SECONDS * PER_SECOND }, (_, index) => {
  const second = Math.floor(index / PER_SECOND);
  const faulty = second >= INJECTED && second < RECOVERED;
  return { second, ms: 100 + ((index * 37) % 100) + (faulty ? 300 : 0), failed: faulty && index % 20 === 0 };
});

const csv = [
  'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags',
  ...requests.flatMap(({ second, ms, failed }) =>
    [
      ['http_reqs', 1],
      ['http_req_duration', ms],
      ['http_req_failed', failed ? 1 : 0],
    ].map(([metric, value]) => `${metric},${START_S + second},${value},,,,true,,GET,x,HTTP/1.1,default,,200,,,http://x/,`),
  ),
  '',
].join('\n');

const at = (second: number): string => new Date((START_S + second) * 1000).toISOString();
const report = {
  id: 'r',
  status: 'completed',
  startedAt: at(0),
  finishedAt: at(SECONDS),
  durationMs: SECONDS * 1000,
  requests: 1,
  failures: 0,
  metrics: [],
  faults: [{ kind: 'runner-kill', target: 'runner-1', injectedAt: at(INJECTED), recoveredAt: at(RECOVERED) }],
};

const availability = `apiVersion: openslo/v1
kind: SLO
metadata: { name: availability }
spec:
  service: s
  indicator:
    metadata: { name: i }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: k6, spec: { metric: http_req_failed } } }
        total: { metricSource: { type: k6, spec: { metric: http_reqs } } }
  timeWindow: [{ duration: 1d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ displayName: ok, target: 0.99 }]
`;

function ofKind<Kind extends Exhibit['kind']>(exhibits: readonly Exhibit[], kind: Kind): readonly Extract<Exhibit, { kind: Kind }>[] {
  return exhibits.filter((one): one is Extract<Exhibit, { kind: Kind }> => one.kind === kind);
}

describe('what slo-gate draws', () => {
  it('of samples: histograms with interval and limit, the course with its fault, budgets', async () => {
    const { judgement } = await runWith(
      { 'k6.csv': csv, 'report.json': report, 'slo.yaml': availability },
      { results: ['k6.csv', 'report.json'], objectives: ['slo.yaml'], thresholds: ['http_req_duration: p(95)<250'] },
    );
    const { exhibits } = judgement;
    for (const one of exhibits) expect(exhibit.parse(one)).toEqual(one);

    // The part that missed its limit comes first.
    const [inside, outside] = ofKind(exhibits, 'distribution');
    expect(exhibits[0]).toBe(inside);
    expect([inside?.title, outside?.title]).toEqual([
      'Distribution: http_req_duration, inside faults',
      'Distribution: http_req_duration, outside faults',
    ]);
    for (const [drawn, faulty] of [
      [inside, true],
      [outside, false],
    ] as const) {
      const values = requests.filter(({ second }) => (second >= INJECTED && second < RECOVERED) === faulty).map(({ ms }) => ms);
      expect(drawn?.buckets.map(({ count }) => count)).toEqual(
        drawn?.buckets.map(({ low, high }) => values.filter((ms) => ms >= low && ms < high).length),
      );
      expect(drawn?.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      const [marker] = drawn?.markers ?? [];
      // Hyndman and Fan's type 7, by hand.
      const sorted = [...values].sort((a, b) => a - b);
      const place = (values.length - 1) * 0.95;
      const low = sorted[Math.floor(place)] ?? 0;
      expect(marker?.value).toBeCloseTo(low + ((sorted[Math.floor(place) + 1] ?? 0) - low) * (place % 1), 9);
      expect(marker?.interval?.low).toBeLessThanOrEqual(marker?.value ?? 0);
      expect(marker?.interval?.high).toBeGreaterThanOrEqual(marker?.value ?? 0);
      expect(drawn?.limits).toEqual([{ label: 'p(95) < 250 ms', value: 250 }]);
    }

    const [course] = ofKind(exhibits, 'series').filter(({ title }) => title.startsWith('Over time'));
    expect(course).toMatchObject({
      title: 'Over time: p(95) of http_req_duration',
      unit: 'ms',
      limit: 250,
      spans: [{ label: 'runner-kill runner-1', from: (START_S + INJECTED) * 1000, to: (START_S + RECOVERED) * 1000 }],
    });
    const beyond = course?.points.filter(({ value }) => value > 250).map(({ at: ms }) => ms / 1000 - START_S) ?? [];
    expect(beyond.length).toBeGreaterThan(2);
    for (const second of beyond) expect(second >= INJECTED - 4 && second < RECOVERED).toBe(true);

    expect(ofKind(exhibits, 'table').find(({ title }) => title === 'Faults that were injected')?.rows).toEqual([
      ['runner-kill', 'runner-1', INJECTED, RECOVERED - INJECTED, 'report.json'],
    ]);

    // Ten bad of 2,000, where 1 % may be: half of the budget is gone, all of it in the fault.
    const [left] = ofKind(exhibits, 'series').filter(({ title }) => title.startsWith('Error budget left'));
    expect(left?.points[0]?.value).toBe(100);
    expect(left?.points.at(-1)?.value).toBe(50);
    const spent = ofKind(exhibits, 'bars').find(({ title }) => title === 'Error budget spent');
    // Inside the fault: ten of 200.
    expect(spent?.rows.find(({ name }) => name.includes('inside'))).toMatchObject({ values: [500], verdict: 'fail' });
  });

  it('of a summary: the percentiles that it states and its samples bear, with the limit at its rank', async () => {
    const autocannon = {
      start: at(0),
      finish: at(10),
      errors: 0,
      timeouts: 0,
      mismatches: 0,
      non2xx: 0,
      requests: { total: 150, average: 15, sent: 150 },
      latency: { min: 4, max: 90, mean: 12, p0_1: 4, p2_5: 5, p50: 9, p90: 30, p97_5: 50, p99: 61, p99_9: 90, p99_99: 90, totalCount: 150 },
      throughput: {},
    };
    const { judgement } = await runWith(
      { 'r.json': autocannon },
      { results: ['r.json'], thresholds: ['http_req_duration: p(99)<60', 'http_req_duration: p(99)<=60', 'http_req_duration: avg<20'] },
    );
    expect(ofKind(judgement.exhibits, 'distribution')).toEqual([]);
    expect(judgement.exhibits[0]).toEqual({
      kind: 'percentiles',
      title: 'Distribution: http_req_duration',
      unit: 'ms',
      points: [
        { rank: 0, value: 4 },
        { rank: 50, value: 9 },
        { rank: 90, value: 30 },
        { rank: 97.5, value: 50 },
        { rank: 99, value: 61 },
        { rank: 100, value: 90 },
      ],
      // Both thresholds say the same; an average has no rank.
      limits: [{ label: 'p(99) < 60 ms', rank: 99, value: 60, verdict: 'fail' }],
    });
  });

  it('is the same for the same results, and bounded', async () => {
    const given = { results: ['k6.csv'], thresholds: Array.from({ length: 30 }, (_, index) => `http_req_duration: p(${60 + index})<250`) };
    const [one, other] = [await runWith({ 'k6.csv': csv }, given), await runWith({ 'k6.csv': csv }, given)];
    expect(JSON.stringify(one.judgement.exhibits)).toBe(JSON.stringify(other.judgement.exhibits));
    expect(JSON.stringify(one.judgement.exhibits).length).toBeLessThan(40_000);
  });
});

describe('outlines', () => {
  const samplesOf = (values: readonly number[]) => {
    const samples = createSamples();
    for (const value of values) addSample(samples, value, Number.NaN);
    return samples;
  };

  it.each([
    ['few equal values', [5, 5, 5]],
    ['fractions', Array.from({ length: 500 }, (_, index) => 0.001 * ((index * 7) % 131))],
    ['values below zero', Array.from({ length: 300 }, (_, index) => (index % 40) - 20)],
    ['orders of magnitude', Array.from({ length: 400 }, (_, index) => 1.05 ** index)],
    ['zero and large values', [0, 0, 1, 1000, 123_456]],
  ])('%s: each value is in the bucket whose bounds hold it, and there are few buckets', (_name, values) => {
    const buckets = outlineSamples(samplesOf(values));
    expect(buckets.length).toBeLessThanOrEqual(62);
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
    for (const { low, high, count } of buckets) expect(values.filter((value) => value >= low && value < high).length).toBe(count);
    for (const [index, { low, high }] of buckets.entries()) {
      expect(high).toBeGreaterThan(low);
      expect(low).toBeGreaterThanOrEqual(buckets[index - 1]?.high ?? Number.NEGATIVE_INFINITY);
    }
  });

  it('takes a histogram as it is while it is small, closes open ends, and gathers many buckets', () => {
    const small = {
      kind: 'histogram' as const,
      count: 10,
      max: 700,
      grid: 'g',
      buckets: [
        { low: 0, high: 100, count: 7 },
        { low: 500, high: Number.POSITIVE_INFINITY, count: 3 },
      ],
    };
    expect(outlineHistogram(small)).toEqual([
      { low: 0, high: 100, count: 7 },
      { low: 500, high: 700, count: 3 },
    ]);
    const many = { ...small, buckets: Array.from({ length: 3000 }, (_, index) => ({ low: index, high: index + 1, count: 2 })) };
    const gathered = outlineHistogram(many);
    expect(gathered.length).toBeLessThanOrEqual(62);
    expect(gathered.reduce((sum, { count }) => sum + count, 0)).toBe(6000);
  });
});
