import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { runWith } from '../run-gate.ts';
import { itWithSharedData, sharedPath } from '../shared-data.ts';

const own = (name: string) => readFileSync(join(import.meta.dirname, '../files', name));
const TAURUS = 'loadtest/Blazemeter+taurus/tests/resources';
const JENKINS = 'loadtest/jenkinsci+performance-plugin/src/test/resources';

/** What the gate measures of one file: `asks` are `metric: statistic`. */
async function measured(
  content: Uint8Array,
  asks: readonly string[],
  name = 'results',
): Promise<{ format: string; values: Record<string, number | null> }> {
  const { facts, judgement } = await runWith({ [name]: content }, { results: [name], thresholds: asks.map((ask) => `${ask}>=-1`) });
  const values = Object.fromEntries(
    judgement.measurements.map(({ id, value }) => [id.replace(/>=-1$/, ''), value === null ? null : Number(value.toPrecision(11))]),
  );
  return { format: facts.sources[0]?.format ?? '', values };
}

const DURATION = ['count', 'min', 'max', 'avg', 'p(50)', 'p(90)', 'p(95)', 'p(99)'].map((statistic) => `http_req_duration: ${statistic}`);
const FAILED = ['http_reqs: count', 'http_req_failed: rate'];

/** Rows, minimum, maximum, mean, p50, p90, p95, p99 (numpy.percentile, linear, over what Python's csv and xml modules read), and failed rows. */
type Row = readonly [
  path: string,
  format: string,
  n: number,
  min: number,
  max: number,
  mean: number,
  p50: number,
  p90: number,
  p95: number,
  p99: number,
  failed: number,
];

const SAMPLES: readonly Row[] = [
  [`${TAURUS}/jmeter/jtl/tabs.jtl`, 'jmeter-csv', 4, 253, 1008, 456.25, 282, 794.4, 901.2, 986.64, 0],
  [`${TAURUS}/jmeter/jtl/doublequoting.jtl`, 'jmeter-csv', 2, 1391, 3205, 2298, 2298, 3023.6, 3114.3, 3186.86, 2],
  [`${TAURUS}/jmeter/jtl/unicode.jtl`, 'jmeter-csv', 13, 189, 1152, 575.769231, 857, 867.8, 981.6, 1117.92, 13],
  [`${TAURUS}/jmeter/jtl/kpi1.jtl`, 'jmeter-csv', 21, 2, 34, 4.238095, 3, 3, 4, 28, 9],
  [`${TAURUS}/jmeter/jtl/quote-guessing-crash.jtl`, 'jmeter-csv', 10, 284, 2137, 656.9, 407, 1121.8, 1629.4, 2035.48, 0],
  [`${TAURUS}/jmeter/jtl/slow-stdev.jtl`, 'jmeter-csv', 599, 74, 3531, 804.400668, 490, 2011.2, 2432.7, 3136.32, 63],
  [`${TAURUS}/jmeter/jtl/tranctl.jtl`, 'jmeter-csv', 2, 264, 998, 631, 631, 924.6, 961.3, 990.66, 1],
  ['loadtest/apache+jmeter/bin/testfiles/HTMLReportTestFile.csv', 'jmeter-csv', 255, 100, 353, 235.47451, 232, 337, 339, 352.46, 3],
  [`${JENKINS}/JMeterPublisher.csv`, 'jmeter-csv', 3, 1000, 2000, 1433.333333, 1300, 1860, 1930, 1986, 1],
  [`${JENKINS}/JMeterPublisher_formatted_timeStamp.csv`, 'jmeter-csv', 3, 1000, 2000, 1433.333333, 1300, 1860, 1930, 1986, 1],
  [`${JENKINS}/filewithtransactions.csv`, 'jmeter-csv', 313, 190, 8989, 1777.511182, 1142, 4138.4, 4878.4, 8081.92, 0],
  ['loadtest/apache+jmeter/bin/testfiles/sample_log1.jtl', 'jmeter-xml', 10000, 110, 21782, 559.0077, 321, 1162, 1622, 3505.4, 0],
  ['loadtest/apache+jmeter/bin/testfiles/sample_log2.jtl', 'jmeter-xml', 10000, 110, 26598, 561.0892, 251, 1182, 1772, 4026.09, 1],
  [`${TAURUS}/jmeter/jtl/cookies.jtl`, 'jmeter-xml', 2, 3, 161, 82, 82, 145.2, 153.1, 159.42, 0],
  [`${TAURUS}/jmeter/jtl/resource-errors-child-assert.jtl`, 'jmeter-xml', 2, 419, 419, 419, 419, 419, 419, 419, 2],
  [`${JENKINS}/JMeterResults.jtl`, 'jmeter-xml', 8, 58, 15902, 4142.125, 549.5, 15074.6, 15488.3, 15819.26, 0],
  [`${TAURUS}/gatling/gatling-1-000/simulation.log`, 'gatling-log', 6, 322, 512, 411, 404.5, 500, 506, 510.8, 0],
  [`${TAURUS}/gatling/gatling-2-000/simulation.log`, 'gatling-log', 5, 951, 1845, 1333.8, 1279, 1732.2, 1788.6, 1833.72, 1],
  [`${TAURUS}/gatling/gatling-3-000/simulation.log`, 'gatling-log', 243, 61, 379, 65.526749, 63, 65, 66, 119.32, 0],
  [`${TAURUS}/gatling/gatling-331-000/simulation.log`, 'gatling-log', 100, 80, 256, 111.17, 90, 203.8, 235.05, 247.09, 0],
  [`${TAURUS}/gatling/gatling-351-000/simulation.log`, 'gatling-log', 220, 0, 1031, 18.781818, 4, 10.1, 15.1, 828.85, 0],
  [`${TAURUS}/gatling/gatling-4-000/simulation.log`, 'gatling-log', 644, 74, 2118, 225.425466, 241, 371, 399.85, 631.17, 2],
  [`${TAURUS}/gatling/gatling-5-000/simulation.log`, 'gatling-log', 2, 4, 9, 6.5, 6.5, 8.5, 8.75, 8.95, 2],
];

describe('results of load tools, against a second implementation', () => {
  for (const [path, format, n, min, max, mean, p50, p90, p95, p99, failed] of SAMPLES) {
    itWithSharedData(path.replace('loadtest/', ''), async () => {
      const found = await measured(readFileSync(sharedPath(path)), [...DURATION, ...FAILED], basename(path));
      expect(found.format).toBe(format);
      const near = Object.fromEntries(Object.entries(found.values).map(([id, value]) => [id, Number((value ?? Number.NaN).toFixed(6))]));
      expect(near).toEqual({
        'http_req_duration: count': n,
        'http_req_duration: min': min,
        'http_req_duration: max': max,
        'http_req_duration: avg': mean,
        'http_req_duration: p(50)': p50,
        'http_req_duration: p(90)': p90,
        'http_req_duration: p(95)': p95,
        'http_req_duration: p(99)': p99,
        'http_reqs: count': n,
        'http_req_failed: rate': Number((failed / n).toFixed(6)),
      });
    });
  }

  itWithSharedData('refuses a JTL without the column that says what failed, as JMeter does', async () => {
    const content = readFileSync(sharedPath('loadtest/apache+jmeter/bin/testfiles/HTMLReportFalseTestFile.csv'));
    await expect(measured(content, DURATION)).rejects.toThrow(
      /line 1\n {2}found: .*timeStamp, elapsed, label.*\n {2}expected: .*`label`, `responseCode` and `success`/,
    );
  });

  itWithSharedData('refuses the binary simulation.log by name', async () => {
    for (const name of ['gatling-6-314', 'gatling-8-314']) {
      const content = readFileSync(sharedPath(`${TAURUS}/gatling/${name}/simulation.log`));
      await expect(measured(content, DURATION)).rejects.toThrow(/the binary simulation\.log of Gatling 3\.14\.3/);
    }
  });

  itWithSharedData('k6 CSV that another tool ships', async () => {
    const found = await measured(readFileSync(sharedPath(`${TAURUS}/k6/k6_kpi.csv`)), [
      'http_req_duration: p(95)',
      'http_reqs: count',
      'http_req_duration: max',
    ]);
    expect(found).toEqual({
      format: 'k6-csv',
      values: { 'http_req_duration: p(95)': 244.4575929, 'http_reqs: count': 4, 'http_req_duration: max': 245.591442 },
    });
  });

  itWithSharedData('Locust, the file of the Jenkins plugin', async () => {
    const content = readFileSync(sharedPath(`${JENKINS}/test_results_stats.csv`));
    const found = await measured(content, [
      'http_req_duration{name:big}: p(95)',
      'http_req_duration{name:big}: avg',
      'http_req_failed{name:big,method:POST}: rate',
    ]);
    expect(found.values).toMatchObject({ 'http_req_duration{name:big}: p(95)': 580, 'http_req_duration{name:big}: avg': 370.51828916 });
    expect(found.values['http_req_failed{method:POST,name:big}: rate']).toBeCloseTo(10 / 638, 8);
  });

  itWithSharedData("Artillery's report", async () => {
    const content = readFileSync(sharedPath('loadtest/TangoGroup+artillery-load-test-results-viewer/public/sample-results.json'));
    const { aggregate } = JSON.parse(content.toString('utf8'));
    const found = await measured(content, [
      'http_req_duration: p(95)',
      'http_req_duration: p(99.9)',
      'http_req_duration: avg',
      'http_reqs: count',
    ]);
    const summary = aggregate.summaries['http.response_time'];
    expect(found).toEqual({
      format: 'artillery',
      values: {
        'http_req_duration: p(95)': summary.p95,
        'http_req_duration: p(99.9)': summary.p999,
        'http_req_duration: avg': summary.mean,
        'http_reqs: count': aggregate.counters['http.requests'],
      },
    });
  });

  itWithSharedData("github-action-benchmark's custom outputs, against its own snapshots", async () => {
    const folder = 'loadtest/benchmark-action+github-action-benchmark/test/data/extract';
    for (const name of ['customSmallerIsBetter_output.json', 'customBiggerIsBetter_output.json', 'customSmallerIsBetter_output2.json']) {
      const content = readFileSync(sharedPath(`${folder}/${name}`));
      const benches = JSON.parse(content.toString('utf8')) as { name: string; value: number }[];
      const usable = benches.filter(
        (bench) => /^[\w./: -]+$/.test(bench.name) && /^[A-Za-z_]/.test(bench.name) && !bench.name.includes(':'),
      );
      const found = await measured(
        content,
        usable.map((bench) => `${bench.name}: value`),
      );
      expect(found.format).toBe('github-action-benchmark');
      expect(usable.length).toBeGreaterThan(0);
      for (const bench of usable) expect(found.values[`${bench.name}: value`]).toBeCloseTo(bench.value, 6);
    }
  });
});

describe('results of load tools, against the report of the same run', () => {
  it('k6 samples, NDJSON and CSV, give what the summary of the run says', async () => {
    const summary = JSON.parse(own('k6/legacy.json').toString('utf8')).metrics;
    const asks = [
      ...['http_req_duration', 'http_req_duration{name:cart}', 'http_req_waiting', 'basket_time', 'iteration_duration'].flatMap((metric) =>
        ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)'].map(
          (statistic) => [`${metric}: ${statistic}`, summary[metric]?.[statistic]] as const,
        ),
      ),
      ['http_reqs: count', summary.http_reqs.count] as const,
      ['errors: count', summary.errors.count] as const,
      ['http_req_failed: rate', summary.http_req_failed.value] as const,
      ['checks: rate', summary.checks.value] as const,
    ].filter(([, expected]) => expected !== undefined);
    expect(asks.length).toBeGreaterThan(30);
    for (const file of ['points.ndjson.gz', 'points.csv.gz']) {
      const found = await measured(
        own(`k6/${file}`),
        asks.map(([ask]) => ask),
        file,
      );
      expect(found.format).toBe(file.startsWith('points.nd') ? 'k6-ndjson' : 'k6-csv');
      // The CSV has six decimals; the rounding of means and percentiles follows from that.
      for (const [ask, expected] of asks) expect([ask, Math.abs((found.values[ask] ?? Number.NaN) - expected) < 2e-6]).toEqual([ask, true]);
    }
  });

  it('vegeta: report, samples and hdrplot', async () => {
    const report = JSON.parse(own('vegeta/vegeta.json').toString('utf8'));
    const ms = (key: string) => Number((report.latencies[key] / 1e6).toPrecision(11));
    const asks = [
      'http_req_duration: p(95)',
      'http_req_duration: p(99)',
      'http_req_duration: avg',
      'http_req_duration: max',
      'http_req_failed: rate',
      'http_reqs: count',
    ];
    const expected = {
      'http_req_duration: p(95)': ms('95th'),
      'http_req_duration: p(99)': ms('99th'),
      'http_req_duration: avg': ms('mean'),
      'http_req_duration: max': ms('max'),
      'http_req_failed: rate': 0.22,
      'http_reqs: count': 200,
    };
    // vegeta printed: Latencies [min, mean, 50, 90, 95, 99, max] 3.151ms, 10.675ms, 7.527ms, 25.624ms, 40.908ms, 41.488ms, 46.345ms; Success [ratio] 78.00%
    expect(own('vegeta/vegeta.txt').toString('utf8')).toContain('3.151ms, 10.675ms, 7.527ms, 25.624ms, 40.908ms, 41.488ms, 46.345ms');
    expect(await measured(own('vegeta/vegeta.json'), asks)).toEqual({ format: 'vegeta-report', values: expected });
    const raw = await measured(own('vegeta/results.ndjson.gz'), asks);
    const { 'http_req_duration: p(95)': p95, 'http_req_duration: p(99)': p99, ...exact } = raw.values;
    const { 'http_req_duration: p(95)': sketch95, 'http_req_duration: p(99)': sketch99, ...same } = expected;
    // The report cuts the mean to whole nanoseconds.
    exact['http_req_duration: avg'] = Math.floor((exact['http_req_duration: avg'] ?? 0) * 1e6) / 1e6;
    expect([raw.format, exact]).toEqual(['vegeta-results', same]);
    // vegeta's own percentiles come from a t-digest: near, not equal.
    expect(Math.abs((p95 ?? 0) / sketch95 - 1)).toBeLessThan(0.02);
    expect(Math.abs((p99 ?? 0) / sketch99 - 1)).toBeLessThan(0.02);
    const plot = await measured(own('vegeta/vegeta.hdr'), [
      'http_req_duration: p(95)',
      'http_req_duration: max',
      'http_req_duration: count',
    ]);
    expect(plot).toEqual({
      format: 'hdr-text',
      values: { 'http_req_duration: p(95)': 40.908301, 'http_req_duration: max': 46.345134, 'http_req_duration: count': 200 },
    });
  });

  it('hey', async () => {
    const found = await measured(own('hey/hey.csv'), [...DURATION, 'http_res_failed: rate', 'http_reqs: count']);
    // numpy.percentile and mean over the column; 42 of 200 rows have a status other than 200.
    expect(found).toEqual({
      format: 'hey-csv',
      values: {
        'http_req_duration: count': 200,
        'http_req_duration: min': 2.9,
        'http_req_duration: max': 42.3,
        'http_req_duration: avg': 10.0455,
        'http_req_duration: p(50)': 6.95,
        'http_req_duration: p(90)': 13.54,
        'http_req_duration: p(95)': 40.6,
        'http_req_duration: p(99)': 41.305,
        'http_res_failed: rate': 0.21,
        'http_reqs: count': 200,
      },
    });
  });

  it('Locust', async () => {
    const asks = [
      'http_req_duration: p(95)',
      'http_req_duration: p(99.9)',
      'http_req_duration{name:cart}: p(95)',
      'http_req_failed: rate',
      'http_reqs: count',
      'http_req_failed{name:cart}: rate',
    ];
    expect(await measured(own('locust/locust_stats.csv'), asks)).toEqual({
      format: 'locust-csv',
      values: {
        'http_req_duration: p(95)': 42,
        'http_req_duration: p(99.9)': 55,
        'http_req_duration{name:cart}: p(95)': 42,
        'http_req_failed: rate': Number((63 / 943).toPrecision(11)),
        'http_reqs: count': 943,
        'http_req_failed{name:cart}: rate': Number((63 / 236).toPrecision(11)),
      },
    });
  });

  it('HdrHistogram: percentile distribution and logs of two implementations, against the writers', async () => {
    const expected = JSON.parse(own('hdr/expected.json').toString('utf8'));
    const asks = ['http_req_duration: p(50)', 'http_req_duration: p(95)', 'http_req_duration: p(99)', 'http_req_duration: count'];
    const text = await measured(own('hdr/hdr-percentiles.txt'), asks);
    expect(text.format).toBe('hdr-text');
    // The text has three decimals of a millisecond.
    expect(text.values['http_req_duration: p(50)']).toBeCloseTo(expected.hdr.p50 / 1e6, 2);
    expect(text.values['http_req_duration: p(95)']).toBeCloseTo(expected.hdr.p95 / 1e6, 2);
    expect(text.values['http_req_duration: count']).toBe(5000);
    const values = (JSON.parse(gunzipSync(own('hdr/values.json.gz')).toString('utf8')) as number[])
      .map((ns) => ns / 1e6)
      .sort((a, b) => a - b);
    for (const log of ['hdr/run.hlog', 'hdr/python.hlog']) {
      const found = await measured(own(log), asks);
      expect([found.format, found.values['http_req_duration: count']]).toEqual(['hdr-log', 5000]);
      for (const rank of [50, 95, 99]) {
        // Three significant digits: within 0.1 % of the sample of that rank, or of its neighbour.
        const exact = values[Math.ceil((rank / 100) * 5000) - 1] ?? 0;
        const relative = (found.values[`http_req_duration: p(${rank})`] ?? 0) / exact - 1;
        expect([log, rank, Math.abs(relative) < 0.002]).toEqual([log, rank, true]);
      }
    }
  });

  it('Prometheus text and OpenMetrics, written by prom-client from known values', async () => {
    const expected = JSON.parse(own('hdr/expected.json').toString('utf8'));
    const [, upTo5, upTo10, , upTo50] = expected.counts as number[];
    const asks = [
      'http_requests_total: count',
      'http_requests_total{code:500}: count',
      'http_request_duration_seconds: count',
      'http_request_duration_seconds: avg',
      'http_request_duration_seconds: p(50)',
    ];
    for (const [file, format] of [
      ['prometheus/prom-client.txt', 'prometheus-text'],
      ['prometheus/prom-client.openmetrics.txt', 'prometheus-text'],
    ] as const) {
      const found = await measured(own(file), asks);
      expect(found.format).toBe(format);
      expect(found.values).toMatchObject({
        'http_requests_total: count': 5000,
        'http_requests_total{code:500}: count': 100,
        'http_request_duration_seconds: count': 5000,
        'http_request_duration_seconds: avg': Number((expected.exact.sum / 5000 / 1e9).toPrecision(11)),
      });
      // histogram_quantile(0.5): linear inside of the bucket from 5 ms to 10 ms.
      const interpolated = 0.005 + (0.005 * (2500 - (upTo5 as number))) / ((upTo10 as number) - (upTo5 as number));
      expect(found.values['http_request_duration_seconds: p(50)']).toBeCloseTo(interpolated, 9);
    }
    expect(upTo50).toBe(4951);
    const summary = await measured(own('prometheus/prom-client.txt'), ['rpc_seconds: p(95)', 'rpc_seconds: count']);
    expect(Math.abs((summary.values['rpc_seconds: p(95)'] ?? 0) / (expected.exact.p95 / 1e9) - 1)).toBeLessThan(0.02);
    expect(summary.values['rpc_seconds: count']).toBe(5000);
  });

  it('OTLP/JSON of the OpenTelemetry SDK: explicit and exponential histograms, counters', async () => {
    const expected = JSON.parse(own('hdr/expected.json').toString('utf8'));
    const asks = [
      'requests: count',
      'requests{code:500}: count',
      'exp.duration: count',
      'exp.duration: min',
      'exp.duration: max',
      'exp.duration: avg',
      'http.server.request.duration: count',
    ];
    const found = await measured(own('otlp/otlp.json'), asks);
    expect(found).toEqual({
      format: 'otlp-metrics',
      values: {
        'requests: count': 5000,
        'requests{code:500}: count': 100,
        'exp.duration: count': 5000,
        'exp.duration: min': 0.39409,
        'exp.duration: max': 157.584599,
        'exp.duration: avg': Number((expected.exact.sum / 5000 / 1e6).toPrecision(11)),
        'http.server.request.duration: count': 5000,
      },
    });
    const { judgement } = await runWith(
      { 'o.json': own('otlp/otlp.json') },
      { results: ['o.json'], thresholds: ['exp.duration: p(95)<1', 'http.server.request.duration: p(95)<1'] },
    );
    for (const { interval } of judgement.measurements) {
      // The truth lies in the interval, which is as wide as the bucket.
      expect(interval?.low).toBeLessThanOrEqual(expected.exact.p95 / 1e6);
      expect(interval?.high).toBeGreaterThanOrEqual(expected.exact.p95 / 1e6);
    }
  });

  itWithSharedData("OpenTelemetry's own example of metrics", async () => {
    const content = readFileSync(sharedPath('telemetry/open-telemetry+opentelemetry-proto/examples/metrics.json'));
    const found = await measured(content, [
      'my.counter: count',
      'my.gauge: value',
      'my.histogram: count',
      'my.exponential.histogram: count',
    ]);
    expect(found).toEqual({
      format: 'otlp-metrics',
      values: { 'my.counter: count': 5, 'my.gauge: value': 10, 'my.histogram: count': 2, 'my.exponential.histogram: count': 3 },
    });
  });

  itWithSharedData("OpenMetrics and text samples of Prometheus' own parser tests", async () => {
    const om = readFileSync(sharedPath('metrics/prometheus+prometheus/model/textparse/testdata/1histogram.om.txt'));
    const lines = om.toString('utf8').split('\n');
    const count = lines
      .filter((line) => /^golang_manual_histogram_seconds_count/.test(line))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    const found = await measured(om, ['golang_manual_histogram_seconds: count']);
    expect(found.values['golang_manual_histogram_seconds: count']).toBe(count);
    const big = await measured(
      readFileSync(sharedPath('metrics/prometheus+prometheus/model/textparse/testdata/alltypes.237mfs.prom.txt')),
      ['go_goroutines: value'],
    );
    expect(big.format).toBe('prometheus-text');
    const text = readFileSync(sharedPath('metrics/prometheus+common/expfmt/testdata/text'), 'utf8');
    const wanted = /^process_open_fds (\d+)/m.exec(text)?.[1];
    expect((await measured(Buffer.from(text), ['process_open_fds: value'])).values['process_open_fds: value']).toBe(Number(wanted));
  });

  it.each([
    ['chaos/journal-exp.json', 'pass', []],
    ['chaos/journal-exp-fail.json', 'fail', ['slo-gate/steady-state-lost']],
    ['chaos/journal-exp-lost.json', 'fail', ['slo-gate/steady-state-lost']],
  ])('Chaos Toolkit: %s', async (file, verdict, codes) => {
    // All three journals say `status: completed`; the toolkit printed "Experiment ended with status: deviated" for the last.
    expect(JSON.parse(own(file).toString('utf8')).status).toBe('completed');
    const { judgement } = await runWith({ 'journal.json': own(file) }, { results: ['journal.json'] });
    expect([judgement.verdict, judgement.findings.filter(({ level }) => level !== 'note').map(({ code }) => code)]).toEqual([
      verdict,
      codes,
    ]);
  });
});
