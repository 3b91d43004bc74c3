import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createPullRequestEvent, createPushEvent } from '../support/events.ts';
import { type EmulatedGithub, rateLimited, startGithub } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { type ActionRun, runAction } from '../support/runner.ts';

const CONFIG = `version: 1
slo-gate:
  thresholds: ["http_req_failed: rate<0.5"]
  results: [results/k6.json]
snapshot-compare: { baseline: baseline, actual: actual }
decision-record: {}
`;

/** Every action of a run as the runner would start it, against the emulated API and the real artifact client. */
describe('the actions on Node 24', () => {
  let results: ResultsService;
  beforeAll(async () => {
    results = await startResultsService();
  });
  afterAll(async () => {
    await results[Symbol.asyncDispose]();
  });

  let lastRun = 700;

  /** Plays the jobs of the workflow one after the other in one work tree. */
  async function play(
    repository: TestRepository,
    github: EmulatedGithub,
    options: { readonly pull?: boolean; readonly token?: string; readonly ref?: string } = {},
  ) {
    const id = ++lastRun;
    const commit = await repository.git('rev-parse', 'HEAD');
    const event = options.pull
      ? createPullRequestEvent(github, {
          number: 1,
          headSha: commit,
          headRef: 'topic',
          baseSha: commit,
          ...(options.token ? { forkOwner: 'someone' } : {}),
        })
      : createPushEvent(github, commit, options.ref);
    const run = (action: string, inputs: Record<string, string> = {}): Promise<ActionRun> =>
      runAction({
        action,
        dist: DIST,
        inputs: { config: 'testops.yml', ...inputs },
        event,
        cwd: repository.path,
        nodeVersion: 24,
        github,
        results,
        run: { id, attempt: 1, job: action },
      });
    const token = options.token ?? github.token;
    const plan = await run('plan', { 'github-token': token });
    const slo = await run('slo-gate');
    const snapshots = await run('snapshot-compare');
    const decide = await run('decision-record', {
      'github-token': token,
      'evidence-digests': `slo-gate=${slo.outputs['evidence-sha256']}\nsnapshot-compare=${snapshots.outputs['evidence-sha256']}`,
      'job-results': 'slo-gate=success\nsnapshot-compare=success',
    });
    return { id, commit, plan, slo, snapshots, decide };
  }

  async function createCase(actual = '{"total": 3}'): Promise<TestRepository> {
    return createRepository({
      'testops.yml': CONFIG,
      '.gitignore': 'testops-evidence\ntestops-out\n',
      'results/k6.json': await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8'),
      'baseline/report.json': '{"total": 3}\n',
      'actual/report.json': `${actual}\n`,
    });
  }

  async function startGithubFor(repository: TestRepository): Promise<EmulatedGithub> {
    const github = await startGithub({ repositoryPath: repository.path, results });
    await repository.git('branch', '--force', 'topic');
    return github;
  }

  it('say GO in outputs, summary, check runs, status and one comment, within 15 calls', async () => {
    await using repository = await createCase();
    await repository.branch('topic');
    await repository.commit('a change', { 'src/change.txt': 'x\n' });
    await using github = await startGithub({ repositoryPath: repository.path, results });
    await github.openPullRequest('topic');
    const first = await play(repository, github, { pull: true });
    for (const run of [first.plan, first.slo, first.snapshots, first.decide])
      expect({ exit: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({ exit: 0, log: '' });
    expect(first.plan.outputs).toMatchObject({
      commit: first.commit,
      gates: '["slo-gate","snapshot-compare"]',
      exercise: 'false',
      version: '',
    });
    expect(first.slo.outputs.verdict).toBe('pass');
    expect(first.decide.outputs.decision).toBe('GO');
    expect(first.decide.summary).toContain('GO');
    const calls = github.requests.filter((request) => request.status !== undefined);
    process.stdout.write(`API calls of a whole run with two gates: ${calls.length}\n`);
    expect(calls.length).toBeLessThanOrEqual(15);

    const runs = (await github.read(`/repos/${github.owner}/${github.repo}/commits/${first.commit}/check-runs`)) as {
      check_runs: { name: string; conclusion: string }[];
    };
    expect(runs.check_runs.map((run) => [run.name, run.conclusion]).sort()).toEqual([
      ['testops/decision', 'success'],
      ['testops/slo-gate', 'success'],
      ['testops/snapshot-compare', 'success'],
    ]);
    const statuses = (await github.read(`/repos/${github.owner}/${github.repo}/commits/${first.commit}/status`)) as {
      state: string;
      statuses: { context: string }[];
    };
    expect(statuses).toMatchObject({ state: 'success', statuses: [{ context: 'testops/beta-gate' }] });

    await play(repository, github, { pull: true });
    const comments = (await github.read(`/repos/${github.owner}/${github.repo}/issues/1/comments`)) as { body: string }[];
    expect(comments.filter((comment) => comment.body.includes('testops:beta-gates'))).toHaveLength(1);
  }, 120_000);

  it('say NO-GO when a gate fails, with a failure status', async () => {
    await using repository = await createCase('{"total": 4}');
    await using github = await startGithubFor(repository);
    const run = await play(repository, github);
    expect(run.snapshots.exitCode).toBe(1);
    expect(run.decide.exitCode).toBe(1);
    expect(run.decide.outputs.decision).toBe('NO-GO');
    const status = (await github.read(`/repos/${github.owner}/${github.repo}/commits/${run.commit}/status`)) as { state: string };
    expect(status.state).toBe('failure');
  }, 60_000);

  it('write no more than the summary with a fork’s token, and fail nothing for it', async () => {
    await using repository = await createCase();
    await using github = await startGithubFor(repository);
    const run = await play(repository, github, { pull: true, token: await github.issueToken({}) });
    expect({ exit: run.decide.exitCode, log: run.decide.exitCode === 0 ? '' : run.decide.log }).toEqual({ exit: 0, log: '' });
    expect(run.plan.exitCode).toBe(0);
    expect(run.decide.summary).toContain('GO');
    expect(run.decide.log).toContain('checks: write');
    expect(github.requests.filter((request) => request.method !== 'GET' && (request.status ?? 0) < 300)).toEqual([]);
  }, 60_000);

  it('refuse evidence with another digest than the job reported', async () => {
    await using repository = await createCase();
    await using github = await startGithubFor(repository);
    const first = await play(repository, github);
    const decide = await runAction({
      action: 'decision-record',
      dist: DIST,
      inputs: {
        config: 'testops.yml',
        'evidence-digests': `slo-gate=${'0'.repeat(64)}\nsnapshot-compare=${first.snapshots.outputs['evidence-sha256']}`,
      },
      event: createPushEvent(github, first.commit),
      cwd: repository.path,
      nodeVersion: 24,
      github,
      results,
      run: { id: first.id, attempt: 2, job: 'again' },
    });
    expect(decide.exitCode).toBe(1);
    expect(decide.outputs.decision).toBe('NO-GO');
  }, 60_000);

  it('go on after a server error and a rate limit', async () => {
    await using repository = await createCase();
    await using github = await startGithubFor(repository);
    github.faults.add({ method: 'POST', path: /\/check-runs$/, nth: 1, action: { status: 502 } });
    github.faults.add({ method: 'POST', path: /\/statuses\//, nth: 2, action: rateLimited(1) });
    const run = await play(repository, github);
    expect({ exit: run.decide.exitCode, log: run.decide.exitCode === 0 ? '' : run.decide.log }).toEqual({ exit: 0, log: '' });
    const runs = (await github.read(`/repos/${github.owner}/${github.repo}/commits/${run.commit}/check-runs`)) as { total_count: number };
    expect(runs.total_count).toBe(3);
  }, 60_000);
});
