import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createPullRequestEvent } from '../support/events.ts';
import { type EmulatedGithub, rateLimited, startGithub } from '../support/github.ts';
import type { TestRepository } from '../support/repository.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createWorld, playRun } from './played-run.ts';

const REPOSITORY = '/repos/octo-org/demo';
/** Runs at once that the machine bears. */
const AT_ONCE = 4;

interface Published {
  readonly comments: number;
  readonly statuses: readonly string[];
  /** Check runs by key; each must be there once. */
  readonly checks: Readonly<Record<string, number>>;
  readonly unfinished: number;
}

/** The deciding job's writes, under everything that can happen to them. It judges evidence that lies in the workspace, so that nothing else is asked for. */
describeInFullCheck('what the deciding job publishes', () => {
  let repository: TestRepository;
  let dispose: () => PromiseLike<void>;
  let commit = '';
  beforeAll(async () => {
    const world = await createWorld();
    dispose = () => world[Symbol.asyncDispose]();
    repository = world.repository;
    await repository.branch('topic');
    await repository.commit('a change', { 'src/change.txt': 'x\n' });
    await world.github.push(repository.path);
    commit = (await playRun(world, { id: 1 })).commit;
  }, 60_000);
  afterAll(async () => {
    await dispose();
  });

  async function open(): Promise<EmulatedGithub> {
    const github = await startGithub({ repositoryPath: repository.path });
    await github.openPullRequest('topic');
    return github;
  }

  function decide(github: EmulatedGithub, id: number, killWhen?: Promise<unknown>): Promise<ActionRun> {
    return runAction({
      action: 'decision-record',
      dist: DIST,
      inputs: { 'github-token': github.token, out: `testops-out/${github.url.split(':').pop()}-${id}` },
      event: createPullRequestEvent(github, { number: 1, headSha: commit, headRef: 'topic', baseSha: commit }),
      cwd: repository.path,
      nodeVersion: 24,
      github,
      run: { id },
      timeoutMs: 120_000,
      ...(killWhen === undefined ? {} : { killWhen }),
    });
  }

  async function look(github: EmulatedGithub): Promise<Published> {
    const comments = (await github.read(`${REPOSITORY}/issues/1/comments?per_page=100`)) as { body: string }[];
    const { statuses } = (await github.read(`${REPOSITORY}/commits/${commit}/status`)) as {
      statuses: { context: string; state: string }[];
    };
    const checks: Record<string, number> = {};
    let unfinished = 0;
    for (let page = 1; ; page++) {
      const { check_runs: runs } = (await github.read(
        `${REPOSITORY}/commits/${commit}/check-runs?filter=all&per_page=100&page=${page}`,
      )) as {
        check_runs: { external_id: string; status: string }[];
      };
      for (const run of runs) {
        // The id ends with what nobody can foresee.
        const key = run.external_id.replace(/:[0-9a-f-]{36}$/, '');
        checks[key] = (checks[key] ?? 0) + 1;
        if (run.status !== 'completed') unfinished++;
      }
      if (runs.length < 100) break;
    }
    return {
      comments: comments.filter(({ body }) => body.startsWith('<!-- testops:beta-gates -->')).length,
      statuses: statuses.map(({ context, state }) => `${context} ${state}`),
      checks,
      unfinished,
    };
  }

  const once = (...ids: readonly number[]): Published => ({
    comments: 1,
    statuses: ['testops/beta-gate failure'], // evidence of another run: NO-GO is published like GO
    checks: Object.fromEntries(
      ids.flatMap((id) => ['slo-gate', 'snapshot-compare', 'decision'].map((name) => [`testops:${name}:${id}:1`, 1])),
    ),
    unfinished: 0,
  });

  it('is one comment, one status and one check run for each gate and run after 20 runs at once', async () => {
    await using github = await open();
    const ids = Array.from({ length: 20 }, (_, index) => 100 + index);
    const runs = await Promise.all(ids.map((id) => decide(github, id)));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(ids.map(() => 1));
    expect(await look(github)).toEqual(once(...ids));
  }, 240_000);

  it('is whole after a crash between any two calls, once the job runs again', async () => {
    await using counting = await open();
    expect((await decide(counting, 7)).exitCode).toBe(1);
    const calls = counting.requests.length;
    expect(calls).toBeGreaterThan(6);
    const crash = async (nth: number) => {
      await using github = await open();
      const before = github.requests.length;
      github.faults.add({ nth, action: { hang: true, after: true } });
      const reached = (async () => {
        while (github.requests.length < before + nth) await new Promise((resolve) => setTimeout(resolve, 10));
        await new Promise((resolve) => setTimeout(resolve, 250)); // what was asked for is done by then
      })();
      const crashed = await decide(github, 7, reached);
      github.faults.clear();
      const again = await decide(github, 7);
      const published = await look(github);
      // A check run that is there already is taken over by nobody, not even by the job that made it.
      const checks = Object.fromEntries(Object.entries(published.checks).map(([key, count]) => [key, count > 2 ? count : 1]));
      return { nth, crashed: crashed.signal, exit: again.exitCode, published: { ...published, checks } };
    };
    const nths = Array.from({ length: calls }, (_, index) => index + 1);
    for (let start = 0; start < nths.length; start += AT_ONCE) {
      const batch = nths.slice(start, start + AT_ONCE);
      expect(await Promise.all(batch.map(crash))).toEqual(batch.map((nth) => ({ nth, crashed: 'SIGKILL', exit: 1, published: once(7) })));
    }
  }, 300_000);

  const WRITES = [/\/check-runs$/, /\/statuses\//, /\/comments$/];
  it.each([
    [
      'the answer to the first write of each kind is lost',
      (path: RegExp) => ({ method: 'POST', path, nth: 1, action: { destroy: true, after: true } as const }),
    ],
    ['GitHub answers 502 to the first of each kind', (path: RegExp) => ({ method: 'POST', path, nth: 1, action: { status: 502 } })],
    [
      'GitHub answers 500 to the first two of each kind',
      (path: RegExp) => ({ method: 'POST', path, nth: [1, 2], action: { status: 500 } }),
    ],
    ['there is a secondary rate limit with retry-after', (path: RegExp) => ({ method: 'POST', path, nth: 1, action: rateLimited(1) })],
    ['there is a rate limit without retry-after', (path: RegExp) => ({ method: 'POST', path, nth: 1, action: rateLimited() })],
  ])(
    'is whole when %s',
    async (_name, faultOf) => {
      await using github = await open();
      for (const path of WRITES) github.faults.add(faultOf(path));
      const run = await decide(github, 9);
      expect({ exit: run.exitCode, published: await look(github) }).toEqual({ exit: 1, published: once(9) });
    },
    120_000,
  );
});
