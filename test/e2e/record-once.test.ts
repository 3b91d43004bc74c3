import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createWorkflowRunEvent } from '../support/events.ts';
import { type EmulatedGithub, rateLimited, startGithub } from '../support/github.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createWorld, decidingJob, OUR_WORKFLOW, playRun, type World } from './played-run.ts';

const REPOSITORY = '/repos/octo-org/demo';
/** Runs at once that the machine bears. */
const AT_ONCE = 4;

/** What the record of one NO-GO for a beta leaves, under everything that can happen to its calls. */
describeInFullCheck('what the recording job publishes', () => {
  let world: World;
  let commit = '';
  let decide: ActionRun;
  beforeAll(async () => {
    world = await createWorld({ 'actual/report.json': '{"total": 4}\n' });
    const run = await playRun(world, { id: 100, event: 'workflow_dispatch', version: '2.5.0-beta.1', silent: true });
    expect(run.decide.exitCode).toBe(1);
    commit = run.commit;
    decide = run.decide;
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]() as Promise<void>);

  /** A GitHub that knows the run and a release whose notes people wrote. */
  async function open(): Promise<EmulatedGithub & { release: number }> {
    const github = await startGithub({ repositoryPath: world.repository.path, results: world.results });
    github.addRun({
      id: 100,
      headSha: commit,
      event: 'workflow_dispatch',
      conclusion: 'failure',
      workflow: '.github/workflows/testops-ci.yml',
      referencedWorkflows: [`${OUR_WORKFLOW}@${'c'.repeat(40)}`],
      jobs: [decidingJob(decide)],
    });
    const made = await fetch(`${github.url}${REPOSITORY}/releases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${github.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ tag_name: 'v2.5.0-beta.1', draft: true, body: 'By people.' }),
    });
    return Object.assign(github, { release: ((await made.json()) as { id: number }).id });
  }

  function record(github: EmulatedGithub, id: number, killWhen?: Promise<unknown>): Promise<ActionRun> {
    return runAction({
      action: 'record',
      dist: DIST,
      inputs: { 'github-token': github.token },
      event: createWorkflowRunEvent(github, commit, { runId: 100, headSha: commit, headBranch: 'main', event: 'workflow_dispatch' }),
      cwd: world.repository.path,
      nodeVersion: 24,
      github,
      results: world.results,
      run: { id, workflow: '.github/workflows/testops-record.yml' },
      timeoutMs: 200_000,
      ...(killWhen === undefined ? {} : { killWhen }),
    });
  }

  async function look(github: EmulatedGithub & { release: number }) {
    const issues = (await github.read(`${REPOSITORY}/issues?state=all&labels=testops-incident&per_page=100`)) as {
      number: number;
      state: string;
      title: string;
      comments: number;
    }[];
    const { content } = (await github.read(`${REPOSITORY}/contents/decisions.jsonl?ref=testops-ledger`)) as { content: string };
    const notes = ((await github.read(`${REPOSITORY}/releases/${github.release}`)) as { body: string }).body;
    return {
      open: issues.filter(({ state }) => state === 'open').map(({ title }) => title),
      lowest: issues.every(({ number, state }) => state === 'open' || number > Math.min(...issues.map((issue) => issue.number))),
      notes: issues.filter(({ state }) => state === 'open').map(({ comments }) => comments),
      lines: Buffer.from(content, 'base64').toString('utf8').trim().split('\n').length,
      blocks: notes.match(/<!-- testops:decision -->/g)?.length,
      people: notes.startsWith('By people.\n\n'),
    };
  }
  const ONCE = { open: ['Incident: snapshot-damage in 2.5.0'], lowest: true, notes: [0], lines: 1, blocks: 1, people: true };

  it('is one incident, one block and one line after 20 runs at once', async () => {
    await using github = await open();
    const runs = await Promise.all(Array.from({ length: 20 }, (_, index) => record(github, 200 + index)));
    // A ledger that so many write at once may have no turn for one of them: that one says so with exit 2, and a later one finds it done.
    const exits = runs.map(({ exitCode }) => exitCode);
    process.stdout.write(`20 records at once: ${exits.filter((exit) => exit === 0).length} done, the others told so (exit 2)\n`);
    expect(exits.filter((exit) => exit !== 0 && exit !== 2)).toEqual([]);
    expect((await record(github, 300)).exitCode).toBe(0);
    expect(await look(github)).toEqual(ONCE);
  }, 400_000);

  it('is whole after a crash between any two calls, once the job runs again', async () => {
    await using counting = await open();
    const before = counting.requests.length;
    expect((await record(counting, 200)).exitCode).toBe(0);
    const calls = counting.requests.length - before;
    process.stdout.write(`API calls of a record of a NO-GO with an incident: ${calls}\n`);
    expect(calls).toBeGreaterThan(10);
    const crash = async (nth: number) => {
      await using github = await open();
      const made = github.requests.length;
      github.faults.add({ nth, action: { hang: true, after: true } });
      const reached = (async () => {
        while (github.requests.length < made + nth) await new Promise((resolve) => setTimeout(resolve, 10));
        await new Promise((resolve) => setTimeout(resolve, 250)); // what was asked for is done by then
      })();
      const crashed = await record(github, 200, reached);
      github.faults.clear();
      const again = await record(github, 200);
      return { nth, crashed: crashed.signal, exit: again.exitCode, ...(await look(github)) };
    };
    const nths = Array.from({ length: calls }, (_, index) => index + 1);
    for (let start = 0; start < nths.length; start += AT_ONCE) {
      const batch = nths.slice(start, start + AT_ONCE);
      expect(await Promise.all(batch.map(crash))).toEqual(batch.map((nth) => ({ nth, crashed: 'SIGKILL', exit: 0, ...ONCE })));
    }
  }, 400_000);

  const WRITES = [/\/git\/(blobs|trees|commits|refs)/, /\/issues$/, /\/releases\/\d+$/];
  it.each([
    [
      'the answer to the first write of each kind is lost',
      (path: RegExp, method: string) => ({ method, path, nth: 1, action: { destroy: true, after: true } as const }),
    ],
    ['GitHub answers 502 to the first of each kind', (path: RegExp, method: string) => ({ method, path, nth: 1, action: { status: 502 } })],
    [
      'GitHub answers 500 to the first two of each kind',
      (path: RegExp, method: string) => ({ method, path, nth: [1, 2], action: { status: 500 } }),
    ],
    [
      'there is a secondary rate limit with retry-after',
      (path: RegExp, method: string) => ({ method, path, nth: 1, action: rateLimited(1) }),
    ],
    ['there is a rate limit without retry-after', (path: RegExp, method: string) => ({ method, path, nth: 1, action: rateLimited() })],
  ])(
    'is whole when %s',
    async (_name, faultOf) => {
      await using github = await open();
      for (const path of WRITES) github.faults.add(faultOf(path, path.source.includes('releases') ? 'PATCH' : 'POST'));
      const run = await record(github, 200);
      const log = run.exitCode === 0 ? '' : run.log;
      expect({ exit: run.exitCode, log, ...(await look(github)) }).toEqual({ exit: 0, log: '', ...ONCE });
    },
    200_000,
  );
});
