import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createDispatchEvent, createPullRequestEvent } from '../support/events.ts';
import { RESOURCE_NOT_ACCESSIBLE, type RunSeed } from '../support/github.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CONFIG, createWorld, type PlayedRun, playRun, signRun, type World } from './played-run.ts';

const REPOSITORY = '/repos/octo-org/demo';
const APPROVED = [{ by: 'grace', environment: 'beta' }];

let world: World;
beforeEach(async () => {
  world = await createWorld();
  await protectEnvironment('beta', [{ type: 'User', id: 7 }]);
}, 30_000);
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

async function protectEnvironment(name: string, reviewers: readonly object[]): Promise<void> {
  const response = await fetch(`${world.github.url}${REPOSITORY}/environments/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${world.github.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reviewers }),
  });
  expect(response.status).toBe(200);
}

/** The job of the caller's cut-beta.yml, with the App's token. */
async function cut(
  id: number,
  inputs: Record<string, string> = {},
  seed: Partial<RunSeed> = {},
): Promise<ActionRun & { codes: readonly string[] }> {
  const { github, repository, results } = world;
  // As the documented job does, in an empty workspace: nothing is checked out.
  await using folder = await createTemporaryFolder();
  const commit = await repository.git('rev-parse', 'HEAD');
  github.addRun({
    id,
    headSha: commit,
    event: 'workflow_dispatch',
    status: 'in_progress',
    workflow: '.github/workflows/cut-beta.yml',
    approvals: APPROVED,
    ...seed,
  });
  const run = await runAction({
    action: 'decision-record',
    dist: DIST,
    inputs: {
      mode: 'cut',
      version: '2.5.0',
      commit,
      'github-token': await github.issueToken({ actions: 'read', contents: 'write', statuses: 'write' }),
      ...inputs,
    },
    event: createDispatchEvent(github, commit),
    cwd: folder.path,
    nodeVersion: 24,
    github,
    results,
    run: { id, workflow: '.github/workflows/cut-beta.yml' },
  });
  return { ...run, codes: run.annotations.map(({ title = '' }) => title.split(':')[0]?.replace('decision-record/', '') ?? '') };
}

/** Decides, and signs what was decided in the run that is ten further. */
async function decide(id: number, version = '2.5.0-beta.1', silent = true): Promise<PlayedRun> {
  const decided = await playRun(world, { id, event: 'workflow_dispatch', version, silent });
  const signed = await signRun(world, { id: id + 10, runId: id });
  expect({ exit: signed.exitCode, log: signed.exitCode === 0 ? '' : signed.log }).toEqual({ exit: 0, log: '' });
  return decided;
}
const leadsTo = (tag: string) => world.github.resolveCommit(`refs/tags/${tag}`);

async function tagNames(): Promise<readonly string[]> {
  const refs = (await world.github.read(`${REPOSITORY}/git/matching-refs/tags/`)) as { ref: string }[];
  return refs.map(({ ref }) => ref.replace('refs/tags/', '')).sort();
}

describeInFullCheck('mode: cut', () => {
  it('verifies the decision, writes the status, then makes the next tag; started again it makes none', async () => {
    const { commit } = await decide(100);
    const first = await cut(200);
    expect({ exit: first.exitCode, log: first.exitCode === 0 ? '' : first.log }).toEqual({ exit: 0, log: '' });
    expect(first.outputs).toMatchObject({ decision: 'GO', version: '2.5.0-beta.1', tag: 'v2.5.0-beta.1' });
    expect(await leadsTo('v2.5.0-beta.1')).toBe(commit);
    const writes = world.github.requests
      .filter(({ method }) => method === 'POST')
      .map(({ path }) => path.replace(REPOSITORY, ''))
      .slice(-2);
    expect(writes).toEqual([`/statuses/${commit}`, '/git/refs']);
    const again = await cut(201);
    expect({ exit: again.exitCode, tag: again.outputs.tag, tags: await tagNames() }).toEqual({
      exit: 0,
      tag: 'v2.5.0-beta.1',
      tags: ['v2.5.0-beta.1'],
    });
  }, 60_000);

  it('takes the next number, whatever gaps there are', async () => {
    await world.repository.tag('v2.5.0-beta.3');
    await world.repository.tag('v2.4.0-beta.9');
    await world.repository.commit('more', { 'more.txt': 'x\n' });
    await world.github.push(world.repository.path);
    await decide(100, '2.5.0-beta.4');
    const run = await cut(200);
    expect({ exit: run.exitCode, tag: run.outputs.tag, log: run.exitCode === 0 ? '' : run.log }).toEqual({
      exit: 0,
      tag: 'v2.5.0-beta.4',
      log: '',
    });
  }, 60_000);

  it('goes on after a crash between the status and the tag', async () => {
    const { commit } = await decide(100);
    world.github.faults.add({ method: 'POST', path: /\/git\/refs$/, nth: [1, 2, 3, 4], action: { destroy: true } });
    const crashed = await cut(200);
    expect(crashed.exitCode).toBe(4);
    world.github.faults.clear();
    const again = await cut(201);
    expect({ exit: again.exitCode, tag: again.outputs.tag, commit: await leadsTo('v2.5.0-beta.1') }).toEqual({
      exit: 0,
      tag: 'v2.5.0-beta.1',
      commit,
    });
  }, 90_000);

  it.each<readonly [string, () => Promise<unknown>, Record<string, string>, Partial<RunSeed>, readonly string[]]>([
    ['an environment that does not exist', async () => {}, { environment: 'nowhere' }, {}, ['environment-absent']],
    [
      'an environment without reviewers',
      () => protectEnvironment('open', []),
      { environment: 'open' },
      { approvals: [{ by: 'grace', environment: 'open' }] },
      ['environment-open'],
    ],
    ['a run that nobody approved', async () => {}, {}, { approvals: [] }, ['environment-not-approved']],
    [
      'a run whose approval was for another environment',
      async () => {},
      {},
      { approvals: [{ by: 'grace', environment: 'docs' }] },
      ['environment-not-approved'],
    ],
    [
      'a run that was rejected',
      async () => {},
      {},
      { approvals: [{ by: 'grace', environment: 'beta', state: 'rejected' }] },
      ['environment-not-approved'],
    ],
  ])(
    'refuses %s',
    async (_name, prepare, inputs, seed, codes) => {
      await decide(100);
      await prepare();
      const run = await cut(200, inputs, seed);
      expect({ exit: run.exitCode, codes: run.codes, tags: await tagNames() }).toEqual({ exit: 1, codes, tags: [] });
    },
    60_000,
  );

  it('refuses a decision that nobody signed', async () => {
    await playRun(world, { id: 100, event: 'workflow_dispatch', version: '2.5.0-beta.1', silent: true });
    const run = await cut(200);
    expect({ exit: run.exitCode, codes: run.codes, tags: await tagNames() }).toEqual({ exit: 1, codes: ['unsigned'], tags: [] });
  }, 60_000);

  it('refuses a decision about no version, and one of which only the signed summary is left', async () => {
    await playRun(world, { id: 100, event: 'workflow_dispatch', silent: true });
    await signRun(world, { id: 110, runId: 100 });
    expect((await cut(200)).codes).toEqual(['decision-no-version']);
    await decide(120);
    const { github, repository, results } = world;
    const commit = await repository.git('rev-parse', 'HEAD');
    const recorded = await runAction({
      action: 'record',
      dist: DIST,
      inputs: { 'github-token': github.token, 'run-id': '130' },
      event: createDispatchEvent(github, commit),
      cwd: repository.path,
      nodeVersion: 24,
      github,
      results,
      run: { id: 140, workflow: '.github/workflows/testops-record.yml' },
    });
    expect(recorded.exitCode).toBe(0);
    for (const runId of [100, 110, 120, 130]) for (const { id } of results.artifacts(runId)) await results.deleteArtifact(id);
    expect({ codes: (await cut(201)).codes, tags: await tagNames() }).toEqual({ codes: ['decision-bundle-absent'], tags: [] });
  }, 120_000);

  it('refuses a commit without a decision, with a NO-GO, and with a decision for another beta', async () => {
    expect(await cut(200)).toMatchObject({ exitCode: 1, codes: ['decision-absent'] });
    await decide(100, '2.5.0-beta.9');
    expect((await cut(201)).codes).toEqual(['decision-other-tag']);
    await world.repository.commit('worse', { 'actual/report.json': '{"total": 4}\n' });
    await world.github.push(world.repository.path);
    await decide(101);
    expect((await cut(202)).codes).toEqual(expect.arrayContaining(['decision-no-go']));
    expect(await tagNames()).toEqual([]);
  }, 90_000);

  it.each(['abc', 'main', 'HEAD'])(
    'asks for the full id of a commit instead of %s',
    async (commit) => {
      const run = await cut(200, { commit });
      expect({ exit: run.exitCode, said: run.log }).toMatchObject({ exit: 3, said: expect.stringContaining('full id') });
    },
    30_000,
  );

  it('refuses what only the deciding commit’s own policy would allow', async () => {
    await world.repository.commit('two must approve', {
      '.github/testops.yml': CONFIG.replace('{ public-key', '{ policy: policy.yml, public-key'),
      'policy.yml': 'version: 1\napprovals: { at-least: 2 }\n',
    });
    await world.repository.branch('release');
    await world.repository.commit('one is enough for me', { 'policy.yml': 'version: 1\n' });
    await world.github.push(world.repository.path);
    await decide(100, '2.5.0-beta.1', false);
    const run = await cut(200);
    expect({ exit: run.exitCode, codes: run.codes, tags: await tagNames() }).toMatchObject({
      exit: 1,
      codes: expect.arrayContaining(['decision-no-go']),
      tags: [],
    });
  }, 60_000);

  it('says what a ruleset says when the token is not the App’s', async () => {
    await decide(100);
    world.github.faults.add({
      method: 'POST',
      path: /\/git\/refs$/,
      action: {
        status: 422,
        body: { message: 'Repository rule violations found\n\nCannot create ref due to creations being restricted.' },
      },
    });
    const run = await cut(200);
    expect({ exit: run.exitCode, codes: run.codes, said: run.log }).toMatchObject({
      exit: 1,
      codes: ['tag-refused'],
      said: expect.stringContaining('creations being restricted'),
    });
  }, 60_000);

  it('makes one tag when two runs race, and the other says that it was taken', async () => {
    await decide(100);
    const other = await world.repository.git('rev-parse', 'HEAD');
    await world.repository.commit('another commit', { 'other.txt': 'x\n' });
    await world.github.push(world.repository.path);
    await decide(101);
    // Between the choice of the number and the creation somebody else takes it.
    world.github.faults.add({ method: 'POST', path: /\/statuses\//, action: { delayMs: 1500 } });
    const listings = () => world.github.requests.filter(({ method, path }) => method === 'GET' && path.includes('/tags?')).length;
    const before = listings();
    const [late] = await Promise.all([
      cut(200),
      (async () => {
        while (listings() === before) await new Promise((resolve) => setTimeout(resolve, 20));
        await fetch(`${world.github.url}${REPOSITORY}/git/refs`, {
          method: 'POST',
          headers: { authorization: `Bearer ${world.github.token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ ref: 'refs/tags/v2.5.0-beta.1', sha: other }),
        });
      })(),
    ]);
    expect({ exit: late.exitCode, codes: late.codes, tag: await leadsTo('v2.5.0-beta.1') }).toEqual({
      exit: 1,
      codes: ['tag-taken'],
      tag: other,
    });
  }, 90_000);

  it('stops before the tag when the token may not write the status, and in a pull request', async () => {
    await decide(100);
    world.github.faults.add({ method: 'POST', path: /\/statuses\//, action: RESOURCE_NOT_ACCESSIBLE });
    const run = await cut(200);
    expect({ exit: run.exitCode, tags: await tagNames(), said: run.log }).toMatchObject({
      exit: 3,
      tags: [],
      said: expect.stringContaining('statuses: write'),
    });
    const commit = await world.repository.git('rev-parse', 'HEAD');
    const pull = await runAction({
      action: 'decision-record',
      dist: DIST,
      inputs: { mode: 'cut', version: '2.5.0', 'github-token': world.github.token },
      event: createPullRequestEvent(world.github, { number: 1, headSha: commit, headRef: 'topic', baseSha: commit }),
      cwd: world.repository.path,
      nodeVersion: 24,
      github: world.github,
      results: world.results,
    });
    expect({ exit: pull.exitCode, said: pull.log }).toMatchObject({ exit: 3, said: expect.stringContaining('workflow_dispatch') });
  }, 60_000);
});
