import { describe, expect, it } from '@jest/globals';
import { burnTable } from '../../../src/gates/slo-gate/objectives/burn-tables.ts';
import { windowStart } from '../../../src/gates/slo-gate/objectives/time-window.ts';
import { runWith } from './run-gate.ts';

const START = Date.parse('2026-03-02T10:00:00Z');

/** A JTL with one row for each `[second, elapsed ms, succeeded]`. */
function jtl(rows: readonly (readonly [second: number, elapsed: number, ok?: boolean])[]): string {
  const lines = rows.map(([second, elapsed, ok = true]) => `${START + second * 1000},${elapsed},r,${ok ? 200 : 500},,t,text,${ok}`);
  return ['timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success', ...lines, ''].join('\n');
}

const every = (seconds: number, until: number, row: (second: number) => readonly [number, number, boolean?]) =>
  Array.from({ length: Math.floor(until / seconds) }, (_, index) => row(index * seconds));

async function verdicts(files: Record<string, string>, given: Record<string, unknown>, now = START + 3_600_000) {
  const { judgement } = await runWith(files, given, { now: () => now });
  return {
    verdict: judgement.verdict,
    checks: Object.fromEntries(judgement.checks.map(({ id, verdict }) => [id, verdict])),
    values: Object.fromEntries(judgement.measurements.map(({ id, value }) => [id, value])),
    codes: judgement.findings.filter(({ level }) => level !== 'note').map(({ code }) => code),
    judgement,
  };
}

const slo = (method: string, objective: string, window = 'duration: 1d, isRolling: true') => `apiVersion: openslo/v1
kind: SLO
metadata: { name: s }
spec:
  service: shop
  indicator:
    metadata: { name: i }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { spec: { metric: http_req_failed } } }
        total: { metricSource: { spec: { metric: http_reqs } } }
  timeWindow: [{ ${window} }]
  budgetingMethod: ${method}
  objectives: [${objective}]
`;

describe('objectives over samples', () => {
  // Ten minutes, a request each second; in minute 3 half of them fail.
  const tenMinutes = jtl(every(1, 600, (second) => [second, 100, !(second >= 180 && second < 240 && second % 2 === 0)]));

  it('Occurrences: 30 of 600 failed', async () => {
    const found = await verdicts(
      { 'r.jtl': tenMinutes, 's.yaml': slo('Occurrences', '{ target: 0.95 }') },
      { results: ['r.jtl'], objectives: ['s.yaml'] },
    );
    expect(found).toMatchObject({ verdict: 'pass', values: { s: 0.95, 's: error budget spent': 1, 's: error budget left': 0 } });
    const tight = await verdicts(
      { 'r.jtl': tenMinutes, 's.yaml': slo('Occurrences', '{ target: 0.96 }') },
      { results: ['r.jtl'], objectives: ['s.yaml'] },
    );
    expect(tight).toMatchObject({ verdict: 'fail', values: { 's: error budget spent': 1.25 }, codes: ['slo-gate/objective-missed'] });
  });

  it('Timeslices: nine of ten minutes are good', async () => {
    const objective = (target: number) => `{ target: ${target}, timeSliceTarget: 0.9, timeSliceWindow: 1m }`;
    const at = async (target: number) =>
      verdicts({ 'r.jtl': tenMinutes, 's.yaml': slo('Timeslices', objective(target)) }, { results: ['r.jtl'], objectives: ['s.yaml'] });
    expect(await at(0.9)).toMatchObject({ verdict: 'pass', values: { s: 0.9 } });
    expect(await at(0.91)).toMatchObject({ verdict: 'fail' });
  });

  it('RatioTimeslices: the mean of the minutes', async () => {
    // Minute 3 has a tenth of the traffic and fails wholly: of all requests few fail, of the minutes one in ten.
    const rows = jtl(
      every(1, 600, (second) => [second, 100, !(second >= 180 && second < 240)]).filter(
        ([second]) => second < 180 || second >= 240 || second % 10 === 0,
      ),
    );
    const objective = '{ target: 0.95, timeSliceWindow: 1m }';
    const found = await verdicts(
      { 'r.jtl': rows, 's.yaml': slo('RatioTimeslices', objective) },
      { results: ['r.jtl'], objectives: ['s.yaml'] },
    );
    expect(found).toMatchObject({ verdict: 'fail', values: { s: 0.9 } });
    const occurrences = await verdicts(
      { 'r.jtl': rows, 's.yaml': slo('Occurrences', '{ target: 0.95 }') },
      { results: ['r.jtl'], objectives: ['s.yaml'] },
    );
    expect(occurrences.verdict).toBe('pass');
  });

  it('a window narrower than the results counts its own events only', async () => {
    // The first five minutes fail wholly; the window is the last five.
    const rows = jtl(every(1, 600, (second) => [second, 100, second >= 300]));
    const at = async (window: string, method = 'Occurrences', more = '') =>
      verdicts({ 'r.jtl': rows, 's.yaml': slo(method, `{ target: 0.9${more} }`, window) }, { results: ['r.jtl'], objectives: ['s.yaml'] });
    expect((await at('duration: 5m, isRolling: true')).values.s).toBe(1);
    expect((await at('duration: 10m, isRolling: true')).values.s).toBe(0.5);
    expect((await at('duration: 5m, isRolling: true', 'Timeslices', ', timeSliceTarget: 0.9, timeSliceWindow: 1m')).values.s).toBe(1);
    // Windows of four minutes from 10:00 on: the last began at 10:08.
    expect((await at('duration: 4m, calendar: { startTime: "2026-03-02 10:00:00", timeZone: Etc/UTC }')).values.s).toBe(1);
    expect((await at('duration: 8m, calendar: { startTime: "2026-03-02 09:56:00", timeZone: Etc/UTC }')).values.s).toBeCloseTo(
      300 / 360,
      9,
    );
  });

  it('a summary has no slices of time', async () => {
    const summary = { root_group: {}, metrics: { http_reqs: { count: 10, rate: 1 }, http_req_failed: { passes: 0, fails: 10, value: 0 } } };
    const objective = '{ target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 1m }';
    const found = await verdicts(
      { 'k.json': JSON.stringify(summary), 's.yaml': slo('Timeslices', objective) },
      { results: ['k.json'], objectives: ['s.yaml'] },
    );
    expect(found).toMatchObject({ verdict: 'inconclusive', codes: ['slo-gate/no-times'] });
  });

  it('a composite is judged by the budget spent of its parts, by weight', async () => {
    const composite = (weight: number) => `apiVersion: openslo/v1
kind: SLO
metadata: { name: whole }
spec:
  service: shop
  budgetingMethod: Occurrences
  objectives:
    - { displayName: answered, target: 0.96, compositeWeight: 1, indicator: { spec: { ratioMetric: { bad: { metricSource: { spec: { metric: http_req_failed } } }, total: { metricSource: { spec: { metric: http_reqs } } } } } } }
    - { displayName: quick, target: 0.99, op: lt, value: 500, compositeWeight: ${weight}, indicator: { spec: { thresholdMetric: { metricSource: { spec: { metric: http_req_duration } } } } } }
`;
    const at = (weight: number) =>
      verdicts({ 'r.jtl': tenMinutes, 's.yaml': composite(weight) }, { results: ['r.jtl'], objectives: ['s.yaml'] });
    // answered spent 1.25 of its budget, quick none of it.
    expect(await at(1)).toMatchObject({
      verdict: 'warn',
      checks: { 'whole/answered': 'warn', 'whole/quick': 'pass', 'whole (composite)': 'pass' },
      values: { 'whole (composite)': 0.625 },
    });
    expect(await at(0.1)).toMatchObject({ verdict: 'fail', checks: { 'whole (composite)': 'fail' } });
  });

  it('burn rates: a page fails, a ticket warns, a short run is noted', async () => {
    // Seven hours, a request each ten seconds; 20 % fail in the last hour.
    const rows = jtl(every(10, 7 * 3600, (second) => [second, 100, !(second >= 6 * 3600 && second % 50 === 0)]));
    const files = { 'r.jtl': rows, 's.yaml': slo('Occurrences', '{ target: 0.99 }', 'duration: 30d, isRolling: true') };
    const found = await verdicts(files, { results: ['r.jtl'], objectives: ['s.yaml'], 'burn-rates': '30d' });
    expect(found.values['s: burn rate 5m/1h']).toBeCloseTo(20, 9);
    expect(found.checks).toMatchObject({ 's: burn rate 5m/1h': 'fail', 's: burn rate 30m/6h': 'pass' });
    expect(found.judgement.findings.filter(({ code }) => code === 'slo-gate/burn-window-uncovered')).toHaveLength(2);
  });

  it('the tables give the factors of the SRE workbook and of Sloth', () => {
    expect(burnTable('30d').map(({ threshold }) => threshold)).toEqual([14.4, 6, 3, 1]);
    expect(burnTable('7d').map(({ threshold }) => threshold)).toEqual([13.44, 3.5, 1.4, 0.98]);
  });

  it('conditions of alert policies count', async () => {
    const policies = `${slo('Occurrences', '{ target: 0.96 }').trimEnd()}
  alertPolicies: [p]
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: { name: p }
spec: { conditions: [{ conditionRef: fast }], notificationTargets: [{ targetRef: mail }] }
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: { name: fast }
spec: { severity: page, condition: { kind: burnrate, op: gte, threshold: 2, lookbackWindow: 5m, alertAfter: 1m } }
`;
    const late = jtl(every(1, 600, (second) => [second, 100, !(second >= 540 && second % 2 === 0)]));
    const found = await verdicts({ 'r.jtl': late, 's.yaml': policies }, { results: ['r.jtl'], objectives: ['s.yaml'] });
    // 30 of the last 300 failed: 10 % of an allowance of 4 %.
    expect(found.values['s: burn rate fast']).toBeCloseTo(2.5, 9);
    expect(found.checks['s: burn rate fast']).toBe('fail');
  });
});

describe('the short form', () => {
  const flat = jtl(every(1, 600, (second) => [second, second >= 300 && second < 360 ? 400 : 100, true]));

  it.each([
    ['within limits', '{ name: a, metric: http_req_duration, statistic: p(50), fail: "< 300", warn: "< 200" }', 'pass'],
    ['outside the warning limit', '{ name: a, metric: http_req_duration, statistic: avg, fail: "< 300", warn: "< 120" }', 'warn'],
    ['outside the limit', '{ name: a, metric: http_req_duration, statistic: max, fail: "< 300" }', 'fail'],
    ['every window of a minute', '{ name: a, metric: http_req_duration, statistic: p(95), fail: "< 300", within: 1m }', 'fail'],
    [
      'a breach of one minute, of which two matter',
      '{ name: a, metric: http_req_duration, statistic: p(95), fail: "< 300", within: 30s, for: 2m }',
      'pass',
    ],
    [
      'a breach of one minute, of which one matters',
      '{ name: a, metric: http_req_duration, statistic: p(95), fail: "< 300", within: 30s, for: 1m }',
      'fail',
    ],
    ['a ratio of events', '{ name: a, bad: http_req_failed, total: http_reqs, fail: ">= 99.9 %" }', 'pass'],
  ])('%s', async (_name, objective, expected) => {
    const found = await verdicts(
      { 'r.jtl': flat, 'o.yaml': `objectives: [${objective}]\n` },
      { results: ['r.jtl'], objectives: ['o.yaml'] },
    );
    expect(found.verdict).toBe(expected);
  });

  it.each([
    ['enough points', 'pass: 60', 'pass', 66.6666666667],
    ['points between', 'pass: 90, warn: 60', 'warn', 66.6666666667],
    ['too few', 'pass: 90, warn: 75', 'fail', 66.6666666667],
  ])('a score: %s', async (_name, score, expected, points) => {
    const text = `objectives:
  - { name: a, metric: http_req_duration, statistic: p(50), fail: "< 300", weight: 2 }
  - { name: b, metric: http_req_duration, statistic: max, fail: "< 300" }
score: { ${score} }
`;
    const found = await verdicts({ 'r.jtl': flat, 'o.yaml': text }, { results: ['r.jtl'], objectives: ['o.yaml'] });
    expect(found.checks['score o.yaml']).toBe(expected);
    expect(found.values['score o.yaml']).toBe(points);
    expect(found.checks.b).toBe('warn');
  });

  it('a key objective fails whatever the score', async () => {
    const text = `objectives:
  - { name: a, metric: http_req_duration, statistic: p(50), fail: "< 300", weight: 99 }
  - { name: b, metric: http_req_duration, statistic: max, fail: "< 300", key: true }
score: { pass: 50 }
`;
    expect(await verdicts({ 'r.jtl': flat, 'o.yaml': text }, { results: ['r.jtl'], objectives: ['o.yaml'] })).toMatchObject({
      verdict: 'fail',
      checks: { b: 'fail', 'score o.yaml': 'pass' },
    });
  });

  it.each([
    ['a misspelt field', '{ name: a, metrik: http_req_duration, fail: "< 1" }', /o\.yaml:1\n {2}found: +objectives\.0/],
    ['no statistic', '{ name: a, metric: http_req_duration, fail: "< 1" }', /objectives\.0: needs `statistic`/],
    ['a limit without operator', '{ name: a, metric: x, statistic: avg, fail: "300" }', /objectives\.0\.fail: must be an operator/],
    ['both kinds', '{ name: a, metric: x, statistic: avg, total: y, fail: "< 1" }', /both `metric` and a ratio/],
    ['for without within', '{ name: a, metric: x, statistic: avg, fail: "< 1", for: 1m }', /needs `within`/],
  ])('refuses %s', async (_name, objective, message) => {
    await expect(
      verdicts({ 'r.jtl': flat, 'o.yaml': `objectives: [${objective}]\n` }, { results: ['r.jtl'], objectives: ['o.yaml'] }),
    ).rejects.toThrow(message);
  });
});

describe('several results', () => {
  it('samples of two files are one distribution, not two averages', async () => {
    const fast = jtl(every(1, 90, (second) => [second, 10]));
    const slow = jtl(every(1, 10, (second) => [second, 1000]));
    const found = await verdicts(
      { 'a.jtl': fast, 'b.jtl': slow },
      { results: ['*.jtl'], thresholds: ['http_req_duration: p(50)<100, avg==109, count==100'] },
    );
    expect(found.values).toMatchObject({
      'http_req_duration: p(50)<100': 10,
      'http_req_duration: avg==109': 109,
      'http_req_duration: count==100': 100,
    });
    expect(found.checks).toMatchObject({ 'http_req_duration: p(50)<100': 'pass' });
  });

  it('the same file twice counts once', async () => {
    const rows = jtl(every(1, 50, (second) => [second, 10]));
    const { judgement } = await runWith({ 'a.jtl': rows, 'b.jtl': rows }, { results: ['*.jtl'], thresholds: ['http_reqs: count==50'] });
    expect(judgement.verdict).toBe('pass');
    expect(judgement.findings.map(({ code }) => code)).toContain('slo-gate/repeated-file');
  });

  it('inside and outside of a fault are judged apart, and the recovery is timed', async () => {
    const iso = (second: number) => new Date(START + second * 1000).toISOString();
    const journal = {
      experiment: { title: 'kill a replica' },
      status: 'completed',
      steady_states: { before: { steady_state_met: true }, after: { steady_state_met: true } },
      run: [{ activity: { type: 'action', name: 'kill' }, status: 'succeeded', start: iso(300), end: iso(301) }],
      rollbacks: [{ status: 'succeeded', start: iso(359), end: iso(360) }],
    };
    const rows = jtl(every(1, 600, (second) => [second, second >= 300 && second < 360 ? 400 : 100]));
    const objectives = 'objectives: [{ name: quick, metric: http_req_duration, statistic: max, fail: "< 300", during-faults: "< 500" }]\n';
    const files = { 'r.jtl': rows, 'j.json': JSON.stringify(journal), 'o.yaml': objectives };
    const found = await verdicts(files, { results: ['r.jtl', 'j.json'], objectives: ['o.yaml'], 'max-recovery-seconds': 90 });
    expect(found.values).toMatchObject({
      'quick (inside faults)': 400,
      'quick (outside faults)': 100,
      'recovery j.json#1 kill kill a replica': 60,
    });
    expect(found.verdict).toBe('pass');
    expect((await verdicts(files, { results: ['r.jtl', 'j.json'], objectives: ['o.yaml'], 'max-recovery-seconds': 59 })).codes).toEqual([
      'slo-gate/not-recovered',
    ]);
    const nothing = { ...journal, run: [{ activity: { type: 'action', name: 'kill' }, status: 'failed', start: iso(300), end: iso(301) }] };
    const idle = await verdicts({ ...files, 'j.json': JSON.stringify(nothing) }, { results: ['r.jtl', 'j.json'], objectives: ['o.yaml'] });
    expect(idle.codes).toContain('slo-gate/fault-not-injected');
  });

  it('an interval that holds the limit is inconclusive, and says how many samples would settle it', async () => {
    let state = 1;
    const random = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const rows = jtl(every(0.5, 200, (second) => [second, Math.round(-Math.log(1 - random()) * 100)]));
    const found = await verdicts({ 'r.jtl': rows }, { results: ['r.jtl'], thresholds: ['http_req_duration: p(95)<300'] });
    const [finding] = found.judgement.findings;
    expect(found.verdict).toBe('inconclusive');
    expect(finding?.code).toBe('slo-gate/interval-holds-limit');
    expect(finding?.args).toHaveProperty('needed', expect.any(Number));
    expect(Number(JSON.parse(JSON.stringify(finding?.args)).needed)).toBeGreaterThan(400);
    expect((await verdicts({ 'r.jtl': rows }, { results: ['r.jtl'], thresholds: ['http_req_duration: p(95)<1000'] })).verdict).toBe('pass');
    expect((await verdicts({ 'r.jtl': rows }, { results: ['r.jtl'], thresholds: ['http_req_duration: p(95)<100'] })).verdict).toBe('fail');
  });
});

describe('files with objectives', () => {
  const metric = (name: string) => `objectives: [{ name: ${name}, metric: http_req_duration, statistic: avg, fail: "< 1000" }]`;
  const files = {
    'r.jtl': jtl(every(1, 10, (second) => [second, 100])),
    'slo/a.yaml': metric('a'),
    'slo/b.yaml': metric('b'),
    'README.md': 'no objective',
  };

  it.each([
    [['slo/*.yaml', '!slo/b.yaml'], ['a']],
    [['!slo/b.yaml', 'slo/*.yaml'], ['a']],
    [['slo/*.yaml'], ['a', 'b']],
  ])('%j are the objectives %j', async (objectives, expected) => {
    expect(Object.keys((await verdicts(files, { results: ['r.jtl'], objectives })).checks)).toEqual(expected);
  });
});

describe('windows of time', () => {
  const at = (text: string) => Date.parse(text);
  const iso = (ms: number) => new Date(ms).toISOString();
  // Boundaries worked out by hand from the calendar and the changes of clocks (EST is UTC-5, EDT UTC-4; 2026-03-08 and 2026-11-01).
  it.each([
    ['1w', 'America/New_York', '2022-01-01 12:00:00', '2026-03-07T16:59:59Z', '2026-02-28T17:00:00.000Z'],
    ['1w', 'America/New_York', '2022-01-01 12:00:00', '2026-03-10T00:00:00Z', '2026-03-07T17:00:00.000Z'],
    ['1w', 'America/New_York', '2022-01-01 12:00:00', '2026-03-14T16:00:00Z', '2026-03-07T17:00:00.000Z'],
    ['1w', 'America/New_York', '2022-01-01 12:00:00', '2026-03-14T16:00:01Z', '2026-03-14T16:00:00.000Z'],
    ['1d', 'Europe/Zurich', '2026-01-01 00:00:00', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00.000Z'],
    ['1d', 'Europe/Zurich', '2026-01-01 00:00:00', '2026-03-30T12:00:00Z', '2026-03-29T22:00:00.000Z'],
    ['1M', 'UTC', '2026-01-31 00:00:00', '2026-02-28T10:00:00Z', '2026-02-28T00:00:00.000Z'],
    ['1M', 'UTC', '2026-01-01 00:00:00', '2028-02-29T10:00:00Z', '2028-02-01T00:00:00.000Z'],
    ['1Q', 'UTC', '2026-01-01 00:00:00', '2026-12-31T23:59:59Z', '2026-10-01T00:00:00.000Z'],
    ['1Y', 'UTC', '2025-01-01 00:00:00', '2026-01-01T00:00:00Z', '2025-01-01T00:00:00.000Z'],
  ])('calendar, %s in %s from %s, at %s', (duration, timeZone, startTime, end, expected) => {
    const window = {
      kind: 'calendar',
      amount: Number(duration.slice(0, -1)),
      unit: duration.slice(-1) as 'd',
      startTime,
      timeZone,
    } as const;
    expect(iso(windowStart(window, at(end)))).toBe(expected);
  });

  it.each([
    ['28d', '2026-03-29T12:00:00Z', '2026-03-01T12:00:00.000Z'],
    ['1M', '2026-03-31T12:00:00Z', '2026-02-28T12:00:00.000Z'],
    ['6h', '2026-03-01T03:00:00Z', '2026-02-28T21:00:00.000Z'],
  ])('rolling, %s at %s', (duration, end, expected) => {
    expect(iso(windowStart({ kind: 'rolling', amount: Number(duration.slice(0, -1)), unit: duration.slice(-1) as 'd' }, at(end)))).toBe(
      expected,
    );
  });
});
