import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ParsedResults } from '../../../../src/gates/slo-gate/formats/format.ts';
import { JSON_FORMATS } from '../../../../src/gates/slo-gate/formats/registry.ts';
import { parseSelector } from '../../../../src/gates/slo-gate/objectives/selector.ts';
import { findSeries } from '../../../../src/gates/slo-gate/series/evaluate.ts';
import { runWith } from '../run-gate.ts';
import { itWithSharedData, readShared } from '../shared-data.ts';

const files = join(import.meta.dirname, '../files/k6');
const read = (name: string) => readFileSync(join(files, name), 'utf8');

function parse(text: string): { format: string; results: ParsedResults } {
  const document = JSON.parse(text);
  const matching = JSON_FORMATS.filter((format) => format.matches(document));
  expect(matching).toHaveLength(1);
  const results = matching[0]?.parse(document);
  if (!results || 'at' in results) throw new Error(JSON.stringify(results));
  return { format: matching[0]?.id ?? '', results };
}

const dataOf = (results: ParsedResults, name: string) =>
  findSeries(results.series, parseSelector(name) ?? { metric: name, tags: {} })?.data;

/** Numbers that k6 printed to its console, `avg=9.89ms p(95)=40.32ms count=120`, in milliseconds and cut, as k6 does, to two decimals. */
function printed(console: string, name: string): Record<string, number> {
  const line = console.split('\n').find((one) => one.trim().startsWith(name)) ?? '';
  const found = line.matchAll(/([\w()]+)=([\d.]+)(ms|µs|s)?/g);
  return Object.fromEntries(
    [...found].map(([, key, value, unit]) => [key, Number(value) * (unit === 's' ? 1000 : unit === 'µs' ? 0.001 : 1)]),
  );
}

const cut = (value: number | undefined | null) => Math.floor((value ?? Number.NaN) * 100) / 100;

describe('k6 summaries, written by k6 1.8.1', () => {
  it.each([
    ['legacy.json', 'legacy.console.txt', 'k6-summary'],
    ['machine-1.0.0.json', 'machine-1.0.0.console.txt', 'k6-machine-summary'],
  ])('%s has the numbers that k6 printed', (file, consoleFile, expectedFormat) => {
    const { format, results } = parse(read(file));
    const said = read(consoleFile);
    expect(format).toBe(expectedFormat);
    for (const [metric, label] of [
      ['http_req_duration', 'http_req_duration.'],
      ['http_req_duration{name:cart}', '{ name:cart }.'],
      ['basket_time', 'basket_time.'],
      ['iteration_duration', 'iteration_duration.'],
    ] as const) {
      const data = dataOf(results, metric);
      const expected = printed(said, label);
      if (data?.kind !== 'trend-summary') throw new Error(`${metric} is no trend`);
      expect(Object.keys(expected).length).toBeGreaterThanOrEqual(6);
      const ours = {
        avg: data.mean,
        min: data.min,
        med: data.median,
        max: data.max,
        'p(90)': data.percentiles['90'],
        'p(95)': data.percentiles['95'],
      };
      for (const [statistic, value] of Object.entries(ours)) expect([statistic, cut(value)]).toEqual([statistic, expected[statistic]]);
    }
    const failed = /http_req_failed\.+: [\d.]+% (\d+) out of (\d+)/.exec(said);
    expect(dataOf(results, 'http_req_failed')).toEqual({ kind: 'rate', matches: Number(failed?.[1]), total: Number(failed?.[2]) });
    const checks = /checks_succeeded\.+: [\d.]+% (\d+) out of (\d+)/.exec(said);
    expect(dataOf(results, 'checks')).toEqual({ kind: 'rate', matches: Number(checks?.[1]), total: Number(checks?.[2]) });
    expect(dataOf(results, 'http_reqs')).toMatchObject({ kind: 'counter', sum: 120 });
    // http_req_* rest on http_reqs; a submetric of them on an unknown number; what never ran on none.
    expect(dataOf(results, 'http_req_duration')).toMatchObject({ count: 120 });
    expect(dataOf(results, 'http_req_duration{name:cart}')).toMatchObject({ count: null });
    expect(dataOf(results, 'never_trend')).toMatchObject({ count: 0 });
    expect(dataOf(results, 'never_sampled')).toEqual({ kind: 'rate', matches: 0, total: 0 });
  });

  it('reads the inverted booleans of --summary-export as k6 printed them, and `ok` of handleSummary as it is', () => {
    const said = read('legacy.console.txt');
    const legacy = parse(read('legacy.json')).results.toolThresholds ?? [];
    expect(legacy).toHaveLength(9);
    for (const { expression, met } of legacy) {
      const line = said.split('\n').find((one) => one.includes(`'${expression}'`));
      if (line) expect([expression, met]).toEqual([expression, line.includes('✓')]);
    }
    // k6 ended with: thresholds on metrics 'http_req_duration, http_req_failed' have been crossed.
    const crossed = (file: string) =>
      (parse(read(file)).results.toolThresholds ?? []).filter(({ met }) => !met).map(({ metric }) => metric);
    expect(crossed('legacy.json').sort()).toEqual(['http_req_duration', 'http_req_failed']);
    expect(crossed('handle-summary.json').sort()).toEqual(['http_req_duration', 'http_req_failed']);
    expect(crossed('refused-legacy.json').sort()).toEqual(['body_size', 'http_req_failed']);
  });

  it('takes the count that the script asked for', () => {
    const { results } = parse(read('handle-summary.json'));
    expect(dataOf(results, 'http_req_duration{name:cart}')).toMatchObject({ count: 60 });
    expect(dataOf(results, 'http_req_duration{expected_response:true}')).toMatchObject({ count: 99 });
  });

  it('does not take a run in which every connection was refused for a fast one', async () => {
    const thresholds = ['http_req_duration: p(95)<300', 'http_req_waiting: max<10', 'http_req_blocked: p(95)<10'];
    const { judgement } = await runWith({ 'k6.json': read('refused-legacy.json') }, { results: ['k6.json'], thresholds });
    const verdicts = Object.fromEntries(judgement.checks.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts).toMatchObject({
      'http_req_duration: p(95)<300': 'inconclusive',
      'http_req_waiting: max<10': 'inconclusive',
      'http_req_blocked: p(95)<10': 'pass',
      'k6 http_req_duration: p(95)<300': 'inconclusive',
      'k6 http_req_failed: rate<0.01': 'fail',
    });
  });

  itWithSharedData("reads k6-reporter's handleSummary data: one threshold is breached", () => {
    const breached = ['simple', 'grpc'].map((name) => {
      const { format, results } = parse(readShared(`loadtest/benc-uk+k6-reporter/tests/data/${name}.json`));
      expect([format, results.toolThresholds?.length]).toEqual(['k6-summary', 2]);
      return (results.toolThresholds ?? []).filter(({ met }) => !met).map(({ metric, expression }) => `${metric}: ${expression}`);
    });
    expect(breached).toEqual([[], ['fake_rate: rate >= 0.8']]);
  });

  itWithSharedData("reads autocannon's own example", async () => {
    const file = readShared('loadtest/mcollina+autocannon/test/fixtures/example-result.json');
    const thresholds = [
      'http_req_duration: p(97.5)<379',
      'http_req_duration: p(95)<379',
      'http_reqs: count==500',
      'http_req_failed: rate==0',
      'http_reqs: rate==250',
    ];
    const { judgement } = await runWith({ 'a.json': file }, { results: ['a.json'], thresholds });
    expect(judgement.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['http_req_duration: p(95)<379', 'inconclusive'],
      ['http_req_duration: p(97.5)<379', 'pass'],
      ['http_req_failed: rate==0', 'pass'],
      ['http_reqs: count==500', 'pass'],
      ['http_reqs: rate==250', 'pass'],
    ]);
    expect(judgement.measurements.find(({ id }) => id.includes('97.5'))).toMatchObject({ value: 378, unit: 'ms', samples: 500 });
  });
});
