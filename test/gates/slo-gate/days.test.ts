import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendToLedger, buildEvidence, digestOf, ledgerHeadText, parseLedger } from '../../../src/core/index.ts';
import { dayBodyOf } from '../../../src/gates/slo-gate/ledger/day-entry.ts';
import { openFileLedger } from '../../../src/host/ledger.ts';
import { runGate } from './run-gate.ts';

const DAY_MS = 86_400_000;
const FIRST = Date.parse('2026-02-26T20:00:00Z');

let workspace: string;
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: workspace, encoding: 'utf8' }).trim();

beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'days-')));
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'one');
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

/** autocannon's JSON of a run that began at an instant. */
function results(startMs: number, p99: number): string {
  return JSON.stringify({
    start: new Date(startMs).toISOString(),
    finish: new Date(startMs + 10_000).toISOString(),
    errors: 0,
    timeouts: 0,
    mismatches: 0,
    non2xx: 0,
    requests: { total: 1000, average: 100, sent: 1000 },
    latency: { min: 1, max: 500, mean: 10, p50: 9, p99, totalCount: 1000 },
    throughput: {},
  });
}

const GIVEN = { results: ['r.json'], thresholds: ['http_req_duration: p(99)<300'], ledger: 'slo.jsonl' };

/** Runs the gate on a day and gives its evidence, as the recording workflow sees it. */
async function evaluateOn(day: number, p99: number, given: object = {}, startMs = FIRST + day * DAY_MS) {
  writeFileSync(join(workspace, 'r.json'), results(startMs, p99));
  const { judgement } = await runGate(workspace, { ...GIVEN, ...given }, { now: () => FIRST + day * DAY_MS + 60_000 });
  const evidence = buildEvidence({
    gate: 'slo-gate',
    subject: { commit: git('rev-parse', 'HEAD') },
    judgement: judgement as never,
    inputs: { ...GIVEN, ...given },
    dirty: false,
    toolVersion: '0.0.0',
    run: {
      environment: { node: '20', platform: 'linux', arch: 'x64' },
      startedAt: '2026-01-01T00:00:00Z',
      finishedAt: '2026-01-01T00:00:00Z',
    },
  });
  return { judgement, evidence };
}

async function record(day: number, p99: number, given: object = {}) {
  const { evidence } = await evaluateOn(day, p99, given);
  const body = dayBodyOf(evidence, digestOf(evidence as never));
  if (!body) throw new Error('nothing to record');
  return appendToLedger(openFileLedger(join(workspace, 'slo.jsonl')), () => body);
}

const streakOf = async (day: number, p99: number, given: object = {}) => {
  const { judgement } = await evaluateOn(day, p99, { 'consecutive-days': 3, ...given });
  const finding = judgement.findings.find(({ code }) => /streak|ledger-broken|no-ledger/.test(code));
  return [
    judgement.checks.find(({ id }) => id === 'consecutive-days')?.verdict,
    judgement.measurements.find(({ id }) => id === 'consecutive-days')?.value,
    finding?.code,
  ];
};

describe('consecutive days, with a ledger in a file and a real repository', () => {
  it('three days: the present evaluation is the third', async () => {
    await record(0, 100);
    expect(await streakOf(1, 100)).toEqual(['inconclusive', 2, 'slo-gate/streak-short']);
    await record(1, 100);
    git('commit', '-q', '--allow-empty', '-m', 'two');
    expect(await streakOf(2, 100)).toEqual(['pass', 3, undefined]);
    expect(await streakOf(2, 400)).toEqual(['fail', 0, 'slo-gate/streak-broken']);
    // Nothing that the gate did wrote to the ledger.
    expect(parseLedger(readFileSync(join(workspace, 'slo.jsonl'), 'utf8'))).toMatchObject({ head: { length: 2 } });
  });

  it('the calendar tells each day by the number that decides today', async () => {
    await record(0, 100);
    await record(2, 120);
    const { judgement } = await evaluateOn(3, 400, { 'consecutive-days': 4 });
    expect(judgement.exhibits.find(({ kind }) => kind === 'calendar')).toEqual({
      kind: 'calendar',
      title: 'Days in a row',
      days: [
        { day: '2026-02-26', verdict: 'pass', note: 'met: p(99) 100 ms' },
        { day: '2026-02-27', verdict: null, note: 'no evaluation' },
        { day: '2026-02-28', verdict: 'pass', note: 'met: p(99) 120 ms' },
        { day: '2026-03-01', verdict: 'fail', note: 'missed: p(99) 400 ms' },
      ],
    });
  });

  it('a file that was recorded before makes no new day, whatever the clock says', async () => {
    await record(0, 100);
    await record(1, 100);
    writeFileSync(join(workspace, 'r.json'), results(FIRST + DAY_MS, 100));
    const { judgement } = await runGate(workspace, { ...GIVEN, 'consecutive-days': 3 }, { now: () => FIRST + 2 * DAY_MS });
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.findings.map(({ code }) => code)).toContain('slo-gate/streak-short');
  });

  it('the day is that of the measurement, not that of the evaluation', async () => {
    const late = Date.parse('2026-02-27T23:59:59Z');
    const { judgement } = await evaluateOn(5, 100, {}, late);
    expect(judgement.findings.find(({ code }) => code === 'slo-gate/day')?.args).toMatchObject({ day: '2026-02-27', kinds: ['load'] });
  });

  it('another branch does not count; changed objectives start again', async () => {
    git('checkout', '-q', '-b', 'other');
    git('commit', '-q', '--allow-empty', '-m', 'elsewhere');
    await record(0, 100);
    git('checkout', '-q', 'main');
    await record(1, 100);
    expect(await streakOf(2, 100)).toEqual(['inconclusive', 2, 'slo-gate/streak-short']);
    expect(await streakOf(2, 100, { thresholds: ['http_req_duration: p(99)<301'] })).toEqual(['inconclusive', 1, 'slo-gate/streak-short']);
  });

  it('tampering is named, with the line; a cut tail by the head that earlier evidence carries', async () => {
    await record(0, 100);
    await record(1, 400);
    const path = join(workspace, 'slo.jsonl');
    const whole = readFileSync(path, 'utf8');
    const { judgement } = await evaluateOn(2, 100, { 'consecutive-days': 3 });
    const head = String(
      (judgement.findings.find(({ code }) => code === 'slo-gate/ledger-read')?.args as { head?: string } | undefined)?.head,
    );
    const read = parseLedger(whole);
    expect(read.kind === 'ok' && ledgerHeadText(read.head)).toBe(head);
    writeFileSync(path, whole.replace('"verdict":"fail"', '"verdict":"pass"'));
    expect(await streakOf(2, 100)).toEqual(['inconclusive', null, 'slo-gate/ledger-broken']);
    writeFileSync(path, `${whole.split('\n')[0]}\n`);
    expect((await streakOf(2, 100))[2]).toBe('slo-gate/streak-short');
    expect(await streakOf(2, 100, { 'ledger-head': head })).toEqual(['inconclusive', null, 'slo-gate/ledger-broken']);
    await expect(streakOf(2, 100, { 'ledger-head': '2:abc' })).rejects.toThrow(/slo-gate\.ledger-head/);
  });

  it('the branch is not at hand here: inconclusive, not passed', async () => {
    expect(await streakOf(0, 100, { ledger: 'branch' })).toEqual(['inconclusive', null, 'slo-gate/no-ledger']);
  });
});

describe('against a baseline in the ledger', () => {
  const verdictOf = async (day: number, p99: number, given: object) => {
    const { judgement } = await evaluateOn(day, p99, given);
    return [
      judgement.verdict,
      // A ledger in a file is never signed; that it is reported has its own test.
      judgement.findings
        .filter(({ level, code }) => (level !== 'note' || code.endsWith('few-runs')) && code !== 'slo-gate/ledger-unsigned')
        .map(({ code }) => code),
    ];
  };

  it('few runs: the difference alone is judged, and that is said; a failed run is never a baseline', async () => {
    await record(0, 100);
    await record(1, 299);
    await record(2, 400);
    const last = { baseline: 'last:1', 'max-regression': 10 };
    expect(await verdictOf(3, 310, last)).toEqual(['fail', ['slo-gate/objective-missed', 'slo-gate/too-few-runs']]);
    expect(await verdictOf(3, 290, last)).toEqual(['pass', ['slo-gate/too-few-runs']]);
    const read = parseLedger(readFileSync(join(workspace, 'slo.jsonl'), 'utf8'));
    const pinned = read.kind === 'ok' ? read.entries[0]?.hash : '';
    expect(await verdictOf(3, 290, { baseline: `entry:${pinned?.slice(0, 12)}` })).toEqual([
      'fail',
      ['slo-gate/regression', 'slo-gate/too-few-runs'],
    ]);
    expect(await verdictOf(3, 290, { baseline: 'entry:0000000' })).toEqual(['inconclusive', ['slo-gate/no-baseline']]);
  });

  it('many runs: only a difference beyond their spread fails; a slow drift is found', async () => {
    const values = [100, 108, 95, 104, 99, 91, 106, 97];
    for (const [day, value] of values.entries()) await record(day, value);
    expect(await verdictOf(20, 118, { baseline: 'last:8' })).toEqual(['pass', []]);
    expect(await verdictOf(20, 160, { baseline: 'last:8' })).toEqual(['fail', ['slo-gate/regression']]);
    rmSync(join(workspace, 'slo.jsonl'));
    for (let day = 0; day < 16; day += 1) await record(day, 100 * 1.02 ** day * (day % 2 === 0 ? 1 : 1.005));
    expect((await verdictOf(20, 100 * 1.02 ** 16, { baseline: 'last:3' }))[1]).toContain('slo-gate/drift');
  });
});
