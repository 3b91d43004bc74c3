import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { chainEntry, type JsonObject, ledgerLine, sha256 } from '../../src/core/index.ts';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createPushEvent } from '../support/events.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createWorld, playRun, signRun, type World } from './played-run.ts';

const REPOSITORY = 'octo-org/demo';
const DAY_MS = 86_400_000;
const NEEDED = 3;

/** autocannon's JSON of a run that began so many days ago. */
function resultsOf(daysAgo: number, p99 = 100): string {
  const start = Date.now() - daysAgo * DAY_MS - 60_000;
  return JSON.stringify({
    start: new Date(start).toISOString(),
    finish: new Date(start + 10_000).toISOString(),
    errors: 0,
    timeouts: 0,
    mismatches: 0,
    non2xx: 0,
    requests: { total: 1000, average: 100, sent: 1000 },
    latency: { min: 1, max: 500, mean: 10, p50: 9, p99, totalCount: 1000 },
    throughput: {},
  });
}

/** The ledger branch from the nightly runs that write it to the gate that reads it, with the shipped actions, GitHub emulated. */
describeInFullCheck('days of the ledger branch', () => {
  let world: World;
  let branch: TestRepository;
  let lastRun = 100;
  beforeAll(async () => {
    world = await createWorld({
      '.gitignore': 'testops-evidence\ntestops-out\nload\nmade\n',
      '.github/testops.yml': `version: 1
load: mkdir -p load && cp made/r.json load/r.json
slo-gate:
  thresholds: ["http_req_duration: p(99)<300"]
  results: [load/r.json]
  consecutive-days: ${NEEDED}
snapshot-compare: { baseline: baseline, actual: actual }
decision-record: { public-key: key.pub }
`,
    });
    branch = await createRepository();
    await branch.git('checkout', '--quiet', '-b', 'testops-ledger');
  }, 60_000);
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await branch[Symbol.asyncDispose]();
  });

  async function load(daysAgo: number, p99?: number): Promise<void> {
    const path = join(world.repository.path, 'made/r.json');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, resultsOf(daysAgo, p99));
  }

  const readFile = async (path: string): Promise<string> => {
    const content = (await world.github.read(`/repos/${REPOSITORY}/contents/${path}?ref=testops-ledger`)) as
      | { content: string }
      | undefined;
    return Buffer.from(content?.content ?? '', 'base64').toString('utf8');
  };

  /** What actions/checkout with `fetch-depth: 0` brings: the branch, after `change` by someone who may push to it. */
  async function fetchBranch(
    change: (lines: readonly string[]) => readonly string[] = (lines) => lines,
    more: Record<string, string> = {},
  ) {
    const lines = (await readFile('slo.jsonl')).split('\n').filter((line) => line !== '');
    const digests = lines.map((line) => String((JSON.parse(line) as { body: JsonObject }).body.evidence));
    const days: Record<string, string> = {};
    for (const digest of digests) days[`days/${digest}.intoto.json`] = await readFile(`days/${digest}.intoto.json`);
    await branch.commit('as GitHub has it', {
      'slo.jsonl': change(lines)
        .map((line) => `${line}\n`)
        .join(''),
      ...days,
      ...more,
    });
    await world.repository.git('fetch', '--quiet', '--force', branch.path, 'testops-ledger:refs/remotes/origin/testops-ledger');
  }

  async function night(daysAgo: number, p99?: number): Promise<number> {
    await load(daysAgo, p99);
    lastRun += 1;
    await playRun(world, { id: lastRun, event: 'workflow_dispatch' });
    const recorded = await runAction({
      action: 'record',
      dist: DIST,
      inputs: { 'github-token': world.github.token, 'run-id': String(lastRun) },
      event: createPushEvent(world.github, await world.repository.git('rev-parse', 'HEAD'), 'refs/heads/main'),
      cwd: world.repository.path,
      nodeVersion: 24,
      github: world.github,
      results: world.results,
      run: { id: 1000 + lastRun, workflow: '.github/workflows/testops-record.yml' },
    });
    expect({ exit: recorded.exitCode, log: recorded.log }).toEqual({ exit: 0, log: expect.anything() });
    return lastRun;
  }

  /** The gate's verdict about the streak, and how long it is. */
  async function gate(inputs: Record<string, string> = { 'github-token': world.github.token }) {
    await load(0);
    await mkdir(join(world.repository.path, 'load'), { recursive: true });
    await copyFile(join(world.repository.path, 'made/r.json'), join(world.repository.path, 'load/r.json'));
    const run: ActionRun = await runAction({
      action: 'slo-gate',
      dist: DIST,
      inputs: { 'evidence-dir': 'testops-out/tried', ...inputs },
      event: createPushEvent(world.github, await world.repository.git('rev-parse', 'HEAD'), 'refs/heads/main'),
      cwd: world.repository.path,
      nodeVersion: 24,
      github: world.github,
      results: world.results,
      run: { id: 9000 + ++lastRun, job: 'slo-gate' },
    });
    const length = /(\d) of 3 consecutive days/.exec(run.log)?.[1];
    return { verdict: run.outputs.verdict, length, unsigned: run.log.includes('confirmed neither') };
  }

  /** The invention of somebody who knows the format: days that passed, on this commit, with these objectives. */
  async function invent(lines: readonly string[], change: (body: JsonObject, daysAgo: number) => JsonObject): Promise<readonly string[]> {
    const { body } = JSON.parse(lines[0] ?? '') as { body: JsonObject };
    let head = { length: 0, hash: '0'.repeat(64) };
    return [2, 1].map((daysAgo) => {
      const day = new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
      const entry = chainEntry(change({ ...body, day, verdict: 'pass', results: [sha256(`made up ${day}`)] }, daysAgo), head);
      head = { length: entry.sequence, hash: entry.hash };
      return ledgerLine(entry).trimEnd();
    });
  }

  it('two recorded nights and today make three days, confirmed by their runs', async () => {
    await night(2);
    await night(1);
    await fetchBranch();
    expect(await gate()).toEqual({ verdict: 'pass', length: undefined, unsigned: false });
  }, 120_000);

  it('a line that somebody removed still counts, and lines of somebody else are skipped', async () => {
    await fetchBranch((lines) => ['not an entry', ...lines.slice(1)]);
    expect(await gate()).toMatchObject({ verdict: 'pass' });
    await fetchBranch();
  }, 60_000);

  it('invented days do not count, whatever they name', async () => {
    const real = (await readFile('slo.jsonl')).split('\n').filter((line) => line !== '');
    const inventions = [
      await invent(real, ({ evidence: _e, run: _r, at: _a, ...body }) => ({ ...body, type: 'slo-day/v1' })),
      await invent(real, ({ evidence: _e, run: _r, at: _a, ...body }) => body),
      await invent(real, (body) => body),
      await invent(real, (body, daysAgo) => ({ ...body, run: { id: String(100 + daysAgo), attempt: 1 } })),
      await invent(real, (body) => ({ ...body, run: { id: '424242', attempt: 1 } })),
    ];
    for (const lines of inventions) {
      const fresh = await createRepository();
      await fresh.git('checkout', '--quiet', '-b', 'testops-ledger');
      await fresh.commit('invented', { 'slo.jsonl': lines.map((line) => `${line}\n`).join('') });
      await world.repository.git('fetch', '--quiet', '--force', fresh.path, 'testops-ledger:refs/remotes/origin/testops-ledger');
      await fresh[Symbol.asyncDispose]();
      expect(await gate()).toEqual({ verdict: 'inconclusive', length: '1', unsigned: true });
    }
  }, 180_000);

  it('without a token the gate judges them and reports it', async () => {
    await fetchBranch();
    expect(await gate({})).toEqual({ verdict: 'pass', length: undefined, unsigned: true });
  }, 60_000);

  it('without a token a decision about a version is inconclusive', async () => {
    await fetchBranch();
    await load(0);
    const check = await runCli({
      dist: DIST,
      args: ['beta-check', '--version', '2.5.0-beta.1', '--json'],
      cwd: world.repository.path,
      nodeVersion: 24,
    });
    const decision = JSON.parse(check.stdout) as { rules: { rule: string; outcome: string; tagOnly: boolean }[] };
    expect(decision.rules.find(({ rule }) => rule === 'days-confirmed')).toMatchObject({ outcome: 'inconclusive', tagOnly: true });
  }, 60_000);

  it('when GitHub does not answer, nothing is known: inconclusive', async () => {
    world.github.faults.add({ path: /\/actions\/runs\/10\d/, action: { status: 500 } });
    expect((await gate()).verdict).toBe('inconclusive');
    world.github.faults.clear();
  }, 120_000);

  it('when the runs are gone, only days whose evidence a trusted signer names count', async () => {
    const gone = () =>
      world.github.faults.add({ path: /\/actions\/runs\/10\d($|\/)/, action: { status: 404, body: { message: 'Not Found' } } });
    gone();
    expect(await gate()).toMatchObject({ verdict: 'inconclusive', length: '1' });
    world.github.faults.clear();
    const summaries: Record<string, string> = {};
    for (const runId of [101, 102]) {
      await load(103 - runId);
      const signed = await signRun(world, { id: 500 + runId, runId });
      expect({ exit: signed.exitCode, log: signed.log }).toEqual({ exit: 0, log: expect.anything() });
      const { readFile: read } = await import('node:fs/promises');
      const folder = join(world.repository.path, `testops-out/signed-${500 + runId}`);
      summaries[runId === 101 ? `decisions/v2.5.0-beta.1/${runId}.json` : `days/${runId}.signed.json`] = await read(
        join(folder, 'decision.vsa.dsse.json'),
        'utf8',
      );
    }
    await fetchBranch((lines) => lines, summaries);
    gone();
    expect(await gate()).toEqual({ verdict: 'pass', length: undefined, unsigned: false });
    world.github.faults.clear();
  }, 120_000);
});
