import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createWorkflowRunEvent } from '../support/events.ts';
import type { TokenPermissions } from '../support/github.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createWorld, playRun, signRun, type World } from './played-run.ts';

const TAG = 'v2.5.0-beta.1';
const REF = `refs/tags/${TAG}`;
const REPOSITORY = '/repos/octo-org/demo';
/** What testops-record.yml names. */
const PERMISSIONS: TokenPermissions = { contents: 'write', actions: 'read', issues: 'write', statuses: 'read' };
const ASKED = { 'remove-tag': 'true' };

let world: World;
beforeEach(async () => {
  world = await createWorld();
}, 30_000);
afterEach(() => world[Symbol.asyncDispose]() as Promise<void>);

async function pushTag(message?: string, force = false): Promise<void> {
  if (force) await world.repository.git('tag', '--force', TAG);
  else await world.repository.tag(TAG, message === undefined ? {} : { message });
  await world.github.push(world.repository.path);
}

/** A tag on a decision that nobody signed; its run is red. */
async function pushRefusedTag(message?: string): Promise<string> {
  await playRun(world, { id: 100, event: 'workflow_dispatch', version: '2.5.0-beta.1', silent: true });
  await pushTag(message);
  const run = await playRun(world, { id: 110, ref: REF });
  expect(run.decide.exitCode).toBe(1);
  return run.commit;
}

/** The job of testops-record.yml, started by the end of a run. */
async function record(
  id: number,
  runId: number,
  inputs: Readonly<Record<string, string>> = {},
  permissions = PERMISSIONS,
): Promise<ActionRun & { said: readonly string[] }> {
  const { github, repository, results } = world;
  const commit = await repository.git('rev-parse', 'HEAD');
  const run = await runAction({
    action: 'record',
    dist: DIST,
    inputs: { 'github-token': await github.issueToken(permissions), ...inputs },
    event: createWorkflowRunEvent(github, commit, { runId, headSha: commit, headBranch: TAG, event: 'push' }),
    cwd: repository.path,
    nodeVersion: 24,
    github,
    results,
    run: { id, workflow: '.github/workflows/testops-record.yml' },
  });
  return { ...run, said: run.annotations.map(({ title = '' }) => title.split(':')[0]?.replace('decision-record/', '') ?? '') };
}

async function ask(method: string, path: string, body?: unknown): Promise<void> {
  const response = await fetch(`${world.github.url}${REPOSITORY}${path}`, {
    method,
    headers: { authorization: `Bearer ${world.github.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
}

const leadsTo = () => world.github.resolveCommit(REF);
const incidents = async () =>
  (await world.github.read(`${REPOSITORY}/issues?state=all&labels=testops-incident&per_page=100`)) as {
    title: string;
    state: string;
    body: string;
  }[];

describeInFullCheck('a pushed tag that is refused', () => {
  it('is an incident, once, and stays where nobody asked for its removal', async () => {
    const commit = await pushRefusedTag();
    const first = await record(200, 110);
    expect({ exit: first.exitCode, decision: first.outputs.decision, log: first.log }).toMatchObject({ exit: 0, decision: 'NO-GO' });
    expect((await record(201, 110)).exitCode).toBe(0);
    const [issue, ...more] = await incidents();
    expect(more).toEqual([]);
    expect(issue).toMatchObject({ title: 'Incident: decision in 2.5.0', state: 'open' });
    expect(issue?.body).toContain('decision-record/unsigned');
    expect({ tag: await leadsTo(), removed: first.outputs['tag-removed'], said: first.said }).toEqual({
      tag: commit,
      removed: undefined,
      said: ['unsigned'],
    });
  }, 90_000);

  it.each([
    ['lightweight', undefined],
    ['annotated', 'Beta 1'],
  ])(
    'is removed where that is asked (%s), after the incident; a second time there is nothing to remove',
    async (_kind, message) => {
      await pushRefusedTag(message);
      const run = await record(200, 110, ASKED);
      expect({ exit: run.exitCode, removed: run.outputs['tag-removed'], said: run.said, tag: await leadsTo() }).toEqual({
        exit: 0,
        removed: 'true',
        said: ['unsigned', 'tag-removed'],
        tag: undefined,
      });
      expect(await incidents()).toHaveLength(1);
      const again = await record(201, 110, ASKED);
      expect({ removed: again.outputs['tag-removed'], said: again.said, log: again.log }).toMatchObject({
        removed: 'false',
        said: ['tag-moved', 'tag-kept'],
        log: expect.stringContaining('gone already'),
      });
    },
    90_000,
  );

  it('is removed when its own run said NO-GO', async () => {
    await world.repository.commit('worse', { 'actual/report.json': '{"total": 4}\n' });
    await pushTag();
    expect((await playRun(world, { id: 110, ref: REF })).decide.exitCode).toBe(1);
    const run = await record(200, 110, ASKED);
    expect({ exit: run.exitCode, removed: run.outputs['tag-removed'], tag: await leadsTo() }).toEqual({
      exit: 0,
      removed: 'true',
      tag: undefined,
    });
    expect((await incidents()).map(({ title }) => title)).toEqual(['Incident: snapshot-damage in 2.5.0']);
  }, 90_000);

  it.each<readonly [string, () => Promise<void>, TokenPermissions, RegExp]>([
    [
      'a ruleset forbids deleting it',
      () =>
        ask('POST', '/rulesets', {
          name: 'betas stay',
          target: 'tag',
          enforcement: 'active',
          conditions: { ref_name: { include: ['refs/tags/v*'], exclude: [] } },
          rules: [{ type: 'deletion' }],
        }),
      PERMISSIONS,
      /ruleset "betas stay" forbids deleting it/,
    ],
    [
      'a ruleset forbids it that the token may not read',
      async () => {
        await ask('POST', '/rulesets', {
          name: 'betas stay',
          target: 'tag',
          enforcement: 'active',
          conditions: { ref_name: { include: ['refs/tags/v*'], exclude: [] } },
          rules: [{ type: 'deletion' }],
        });
        world.github.faults.add({ method: 'GET', path: /\/rulesets/, action: { status: 404, body: { message: 'Not Found' } } });
      },
      PERMISSIONS,
      /GitHub refuses: .*Cannot delete this protected ref/s,
    ],
    [
      'its release is immutable',
      async () => {
        world.github.faults.add({
          method: 'GET',
          path: /\/releases\/tags\//,
          action: { status: 200, body: { id: 1, tag_name: TAG, immutable: true } },
        });
      },
      PERMISSIONS,
      /its release is immutable/,
    ],
    ['the token may not', async () => {}, { ...PERMISSIONS, contents: 'read' }, /GitHub refuses: .*Resource not accessible/s],
  ])(
    'stays when %s, and that is said',
    async (_name, prepare, permissions, reason) => {
      const commit = await pushRefusedTag();
      await prepare();
      const run = await record(200, 110, ASKED, permissions);
      expect({ exit: run.exitCode, removed: run.outputs['tag-removed'], said: run.said, log: run.log, tag: await leadsTo() }).toEqual({
        exit: 0,
        removed: 'false',
        said: ['unsigned', 'tag-kept'],
        log: expect.stringMatching(reason),
        tag: commit,
      });
      expect(await incidents()).toHaveLength(1);
    },
    90_000,
  );

  it('is removed when the rulesets that forbid deleting are about other tags, off, or for branches', async () => {
    await pushRefusedTag();
    const ruleset = (name: string, target: string, enforcement: string, include: string) =>
      ask('POST', '/rulesets', {
        name,
        target,
        enforcement,
        conditions: { ref_name: { include: [include], exclude: [] } },
        rules: [{ type: 'deletion' }],
      });
    await ruleset('others', 'tag', 'active', 'refs/tags/release-*');
    await ruleset('off', 'tag', 'disabled', 'refs/tags/v*');
    await ruleset('branches', 'branch', 'active', 'refs/heads/*');
    expect((await record(200, 110, ASKED)).outputs['tag-removed']).toBe('true');
  }, 90_000);

  it('stays when it was moved before, and when somebody moves it between the look and the deletion', async () => {
    await pushRefusedTag();
    await world.repository.commit('something else', { 'extra.txt': 'x\n' });
    await world.github.push(world.repository.path);
    const elsewhere = await world.repository.git('rev-parse', 'HEAD');
    const move = (sha: string) => ask('PATCH', `/git/${REF}`, { sha, force: true });
    const judged = await leadsTo();
    world.github.faults.add({ method: 'POST', path: /\/graphql$/, action: { delayMs: 1500 } });
    const [raced] = await Promise.all([
      record(200, 110, ASKED),
      (async () => {
        while (!world.github.requests.some(({ method, path }) => method === 'POST' && path === '/graphql'))
          await new Promise((resolve) => setTimeout(resolve, 20));
        await move(elsewhere);
      })(),
    ]);
    world.github.faults.clear();
    expect({ removed: raced.outputs['tag-removed'], said: raced.said, log: raced.log, tag: await leadsTo() }).toEqual({
      removed: 'false',
      said: ['unsigned', 'tag-kept'],
      log: expect.stringContaining(`but expected ${judged}`),
      tag: elsewhere,
    });
    const late = await record(201, 110, ASKED);
    expect({ removed: late.outputs['tag-removed'], said: late.said, tag: await leadsTo() }).toEqual({
      removed: 'false',
      said: ['tag-moved', 'tag-kept'],
      tag: elsewhere,
    });
  }, 120_000);

  it('is an incident when the push moved it onto a commit whose decision would let it stand, and stays', async () => {
    await playRun(world, { id: 100, event: 'workflow_dispatch', version: '2.5.0-beta.1', silent: true });
    await signRun(world, { id: 101, runId: 100 });
    await pushTag();
    const before = 'd'.repeat(40);
    const moved = await playRun(world, { id: 110, ref: REF, payload: { before, created: false, forced: true } });
    expect(moved.decide.exitCode).toBe(1);
    const run = await record(200, 110, ASKED);
    expect({ exit: run.exitCode, said: run.said, tag: await leadsTo() }).toEqual({ exit: 0, said: ['tag-run-failed'], tag: moved.commit });
    expect(await incidents()).toMatchObject([{ title: 'Incident: decision in 2.5.0', state: 'open' }]);
  }, 90_000);

  it('is an incident when its run was cancelled, and stays', async () => {
    await pushTag();
    const { commit } = await playRun(world, { id: 110, ref: REF, seed: { conclusion: 'cancelled' }, silent: true });
    const run = await record(200, 110, ASKED);
    expect({ exit: run.exitCode, said: run.said, tag: await leadsTo() }).toEqual({ exit: 0, said: ['run-unfinished'], tag: commit });
    expect(await incidents()).toHaveLength(1);
  }, 90_000);

  it('is nothing to record when it stands', async () => {
    await playRun(world, { id: 100, event: 'workflow_dispatch', version: '2.5.0-beta.1', silent: true });
    await signRun(world, { id: 101, runId: 100 });
    await pushTag();
    const { commit, decide } = await playRun(world, { id: 110, ref: REF });
    expect(decide.exitCode).toBe(0);
    const run = await record(200, 110, ASKED);
    expect({ exit: run.exitCode, said: run.said, tag: await leadsTo(), issues: await incidents() }).toEqual({
      exit: 0,
      said: [],
      tag: commit,
      issues: [],
    });
  }, 90_000);
});
