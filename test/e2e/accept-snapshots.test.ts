import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createPullRequestEvent, type WorkflowEvent } from '../support/events.ts';
import { type EmulatedGithub, type RunSeed, startGithub, type TokenPermissions } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { writeZip } from '../support/zip.ts';

/** What testops-accept-snapshots.yml grants. */
const PERMISSIONS: TokenPermissions = { contents: 'write', actions: 'read', 'pull-requests': 'write' };
const CALLED = ['testops/beta-gates/.github/workflows/testops-ci.yml@v1'];
const LONG_AGO = '2020-01-01T00:00:00Z';

/** From the comparison to the commit: both actions as whole processes, artifacts through the real client, the API emulated. */
describeInFullCheck('accept-snapshots', () => {
  let results: ResultsService;
  let repository: TestRepository;
  let github: EmulatedGithub;
  let headSha = '';
  let pull = 1;
  let lastRun = 600;

  beforeEach(async () => {
    results = await startResultsService();
    repository = await createRepository({
      '.github/testops.yml': 'version: 1\nsnapshot-compare: { baseline: baseline, actual: actual }\n',
      '.gitignore': 'testops-evidence\ntestops-out\n',
      'baseline/report.json': '{"total": 3}\n',
      'baseline/old.json': '{"gone": true}\n',
      'actual/report.json': '{"total": 3}\n',
      'actual/old.json': '{"gone": true}\n',
    });
    await repository.branch('topic');
    await repository.git('rm', '--quiet', 'actual/old.json');
    headSha = await repository.commit('Another total', { 'actual/report.json': '{"total": 4}\n', 'actual/new/page.json': '{"new": 1}\n' });
    await repository.git('checkout', '--quiet', 'main');
    github = await startGithub({ repositoryPath: repository.path, results });
    pull = (await github.openPullRequest('topic')).number;
  }, 60_000);
  afterEach(async () => {
    await github[Symbol.asyncDispose]();
    await repository[Symbol.asyncDispose]();
    await results[Symbol.asyncDispose]();
  });
  afterAll(() => undefined);

  /** The gates' run on the head of the pull request. */
  async function judge(seed: Partial<RunSeed> = {}, config?: string): Promise<number> {
    const id = ++lastRun;
    await using clone = await checkOut(headSha);
    if (config !== undefined) await clone.write({ '.github/testops.yml': config });
    const run = await runAction({
      action: 'snapshot-compare',
      dist: DIST,
      event: createPullRequestEvent(github, { number: 1, headSha, headRef: 'topic', baseSha: headSha }),
      cwd: clone.path,
      github,
      results,
      run: { id, attempt: 1, job: 'snapshot-compare' },
    });
    expect(run.outputs.verdict).toBe('fail');
    // The baseline is as it was, and nothing lies about.
    expect(await clone.git('status', '--short', '--', 'baseline', 'baseline.pending')).toBe('');
    github.addRun({ id, headSha, headBranch: 'topic', event: 'pull_request', conclusion: 'failure', referencedWorkflows: CALLED, ...seed });
    return id;
  }

  async function checkOut(commit: string): Promise<TestRepository> {
    const clone = await repository.clone();
    await clone.git('checkout', '--quiet', '--detach', commit);
    return clone;
  }

  function comment(body: string, { by = github.owner, at = inAMinute(), type = 'User' } = {}): WorkflowEvent {
    const { payload, sha } = createPullRequestEvent(github, { number: 1, headSha, headRef: 'topic', baseSha: headSha });
    const { pull_request: _left, ...common } = payload;
    return {
      name: 'issue_comment',
      payload: {
        ...common,
        action: 'created',
        issue: { number: pull, pull_request: { url: 'x' } },
        comment: {
          body,
          created_at: at,
          html_url: `https://github.com/${github.owner}/${github.repo}/pull/1#issuecomment-7`,
          user: { login: by, type },
        },
      },
      sha,
      ref: 'refs/heads/main',
      actor: by,
    };
  }

  async function accept(event: WorkflowEvent, { permissions = PERMISSIONS, at = headSha } = {}): Promise<ActionRun> {
    await using clone = await checkOut(at);
    return await runAction({
      action: 'accept-snapshots',
      dist: DIST,
      inputs: { 'github-token': await github.issueToken(permissions) },
      event,
      cwd: clone.path,
      github,
      run: { id: ++lastRun + 10_000, workflow: '.github/workflows/accept.yml' },
    });
  }

  const read = (path: string) => github.read(`/repos/${github.owner}/${github.repo}/${path}`);
  const comments = async () => ((await read('issues/1/comments')) as { body: string }[]).map(({ body }) => body);
  const tip = () => github.resolveCommit('topic');
  async function fileAt(commit: string, path: string): Promise<string | undefined> {
    const found = (await read(`contents/${path}?ref=${commit}`)) as { content: string } | undefined;
    return found && Buffer.from(found.content, 'base64').toString('utf8');
  }
  const writes = () => github.requests.filter(({ method, status }) => method !== 'GET' && (status ?? 500) < 300).length;

  it('commits what the run produced, and nothing else, when somebody who may push asks for it', async () => {
    const runId = await judge();
    const run = await accept(comment('/testops accept-snapshots rounding is now half to even\nthank you'));
    expect({ exit: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({ exit: 0, log: '' });
    const commit = await tip();
    expect(run.outputs.commit).toBe(commit);
    expect(commit).not.toBe(headSha);
    expect(await fileAt(commit ?? '', 'baseline/report.json')).toBe('{"total": 4}\n');
    expect(await fileAt(commit ?? '', 'baseline/new/page.json')).toBe('{"new": 1}\n');
    expect(await fileAt(commit ?? '', 'baseline/old.json')).toBeUndefined();
    const made = (await read(`git/commits/${commit}`)) as { message: string; parents: { sha: string }[]; tree: { sha: string } };
    expect(made.parents.map(({ sha }) => sha)).toEqual([headSha]);
    expect(made.message).toContain('rounding is now half to even');
    expect(made.message).toContain(`Accepted by ${github.owner}`);
    const { files } = (await read(`compare/${headSha}...${commit}`)) as { files: { filename: string }[] };
    expect(files.map(({ filename }) => filename).sort()).toEqual(['baseline/new/page.json', 'baseline/old.json', 'baseline/report.json']);
    expect(await comments()).toEqual([expect.stringContaining(`[run ${runId}]`)]);

    // Once is enough: the head is another one now.
    const again = await accept(comment('/testops accept-snapshots again'));
    expect(again.exitCode).toBe(3);
    expect(await tip()).toBe(commit);
  }, 120_000);

  it('hears a label too, while the head is the one that was labelled', async () => {
    await judge();
    const labelled = (head: string): WorkflowEvent => {
      const event = createPullRequestEvent(github, { number: 1, headSha: head, headRef: 'topic', baseSha: headSha });
      const pull = { ...(event.payload.pull_request as object), updated_at: inAMinute() };
      const payload = { ...event.payload, action: 'labeled', label: { name: 'accept-snapshots' }, pull_request: pull };
      return { ...event, payload };
    };
    expect((await accept(labelled('1'.repeat(40)))).exitCode).toBe(3);
    expect(await tip()).toBe(headSha);
    const run = await accept(labelled(headSha));
    expect([run.exitCode, run.outputs.commit]).toEqual([0, await tip()]);
  }, 120_000);

  it('does not hear strangers, bots, other words and other labels, and writes nothing for them', async () => {
    await judge();
    const before = writes();
    expect((await accept(comment('/testops accept-snapshots', { by: 'mallory' }))).exitCode).toBe(1);
    expect((await accept(comment('/testops accept-snapshots', { type: 'Bot' }))).exitCode).toBe(1);
    for (const body of ['please /testops accept-snapshots', '/testops accept-snapshotsx', 'thanks'])
      expect((await accept(comment(body))).exitCode).toBe(0);
    expect(writes()).toBe(before);
    expect(await tip()).toBe(headSha);
  }, 120_000);

  it('takes nothing that the reviewer cannot have seen', async () => {
    await judge();
    const early = await accept(comment('/testops accept-snapshots', { at: LONG_AGO }));
    expect([early.exitCode, early.log.includes('ended after the request')]).toEqual([3, true]);
    const other = await accept(comment(`/testops accept-snapshots ${'abcdef1'} looks good`));
    expect([other.exitCode, other.log.includes('has not seen')]).toEqual([3, true]);
    const named = await accept(comment(`/testops accept-snapshots ${headSha.slice(0, 10)} looks good`), { at: 'main' });
    expect([named.exitCode, named.log.includes('has not seen')]).toEqual([3, true]);
    expect(await tip()).toBe(headSha);
    expect((await comments()).join()).toContain('Snapshots not accepted');
  }, 120_000);

  it('takes nothing of a workflow that nobody trusts, of no run, and of a run without a set', async () => {
    const none = await accept(comment('/testops accept-snapshots'));
    expect(none.exitCode).toBe(3);
    await judge({ referencedWorkflows: [], workflow: '.github/workflows/mine.yml' });
    expect((await accept(comment('/testops accept-snapshots'))).exitCode).toBe(3);
    github.addRun({ id: ++lastRun, headSha, headBranch: 'topic', event: 'pull_request', referencedWorkflows: CALLED });
    expect((await accept(comment('/testops accept-snapshots'))).exitCode).toBe(3);
    expect(await tip()).toBe(headSha);
  }, 120_000);

  it('refuses a set that somebody made up: other bytes, other files, another place, another baseline', async () => {
    const manifest = (more: object) =>
      JSON.stringify({ version: 1, baseline: 'baseline', root: 'a'.repeat(64), by: 'x', reason: 'y', changes: [], ...more });
    const sets: readonly (readonly [string, readonly (readonly [string, string])[], string?])[] = [
      ['edited after upload', [['pending.json', manifest({})]], `sha256:${'0'.repeat(64)}`],
      [
        'another root',
        [
          ['pending.json', manifest({ changes: [{ path: 'report.json', change: 'changed' }] })],
          ['files/report.json', '{}'],
        ],
      ],
      ['another place', [['pending.json', manifest({ baseline: '.github/workflows' })]]],
      [
        'surplus files',
        [
          ['pending.json', manifest({})],
          ['files/extra.json', '{}'],
        ],
      ],
      [
        'a way out',
        [
          ['pending.json', manifest({ changes: [{ path: '../x', change: 'added' }] })],
          ['files/../x', '{}'],
        ],
      ],
      ['no manifest', [['files/report.json', '{}']]],
    ];
    for (const [name, files, digest] of sets) {
      const runId = await judge();
      const [own] = results.artifacts(runId).filter((artifact) => artifact.name === 'testops-pending-snapshot-compare-a1');
      await results.deleteArtifact(own?.id ?? 0);
      const bytes = writeZip(files.map(([path, content]) => ({ name: path, content })));
      const planted = { runId, name: 'testops-pending-snapshot-compare-a1', bytes };
      await results.plantArtifact({ ...planted, ...(digest === undefined ? {} : { digest }) });
      const run = await accept(comment('/testops accept-snapshots'));
      expect({ name, exit: run.exitCode }).toEqual({ name, exit: 3 });
      expect(await tip()).toBe(headSha);
    }
  }, 240_000);

  it('writes nothing to a fork, and says what to run there', async () => {
    await judge();
    const pullNow = (await read(`pulls/${pull}`)) as { head: { repo: object } };
    const fork = { ...pullNow, head: { ...pullNow.head, repo: { ...pullNow.head.repo, full_name: 'mallory/demo' } } };
    github.faults.add({ method: 'GET', path: /\/pulls\/1$/, action: { status: 200, body: fork } });
    const before = writes();
    const run = await accept(comment('/testops accept-snapshots'));
    expect(run.exitCode).toBe(3);
    expect((await comments()).join()).toContain('nothing is written to a fork');
    expect(writes()).toBe(before + 1); // the comment
    expect(await tip()).toBe(headSha);
  }, 60_000);

  it('leaves a branch alone that moved meanwhile, or that it may not write', async () => {
    await judge();
    const refused = { status: 422, body: { message: 'Update is not a fast forward', documentation_url: 'https://docs.github.com/rest' } };
    github.faults.add({ method: 'PATCH', path: /\/git\/refs\/heads/, nth: [1, 2], action: refused });
    const protectedBranch = await accept(comment('/testops accept-snapshots'));
    expect([protectedBranch.exitCode, protectedBranch.log.includes('GitHub refused the commit')]).toEqual([3, true]);
    const ref = (await read('git/ref/heads/topic')) as { object: object };
    const elsewhere = { ...ref, object: { ...ref.object, sha: '1'.repeat(40) } };
    github.faults.add({ method: 'GET', path: /\/git\/ref\/heads(\/|%2F)topic/, action: { status: 200, body: elsewhere } });
    const moved = await accept(comment('/testops accept-snapshots'));
    expect([moved.exitCode, moved.log.includes('has not seen')]).toEqual([3, true]);
    github.faults.clear();
    const less = await accept(comment('/testops accept-snapshots'), { permissions: { ...PERMISSIONS, contents: 'read' } });
    expect([less.exitCode, less.log.includes('contents: write')]).toEqual([3, true]);
    expect(await tip()).toBe(headSha);
  }, 120_000);

  it('executes nothing of the pull request', async () => {
    const marker = `${repository.path}/executed`;
    const config = `version: 1\nsetup: touch ${marker}\nprepare: touch ${marker}\nsnapshot-compare: { baseline: baseline, actual: actual }\n`;
    await repository.branch('commands', 'topic');
    headSha = await repository.commit('Commands', { '.github/testops.yml': config, '.gitattributes': '* filter=x\n' });
    await repository.git('checkout', '--quiet', 'main');
    await github.push(repository.path);
    pull = (await github.openPullRequest('commands')).number;
    await judge();
    const run = await accept(comment('/testops accept-snapshots'));
    expect({ exit: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({ exit: 0, log: '' });
    expect(() => execFileSync('test', ['!', '-e', marker])).not.toThrow();
  }, 120_000);

  it('lets no set leave that would tell something private', async () => {
    await repository.git('checkout', '--quiet', 'topic');
    headSha = await repository.commit('A name', { 'actual/new/page.json': '{"mail": "jane.roe@posteo.de"}\n' });
    await repository.git('checkout', '--quiet', 'main');
    await github.push(repository.path);
    const id = await judge();
    expect(results.artifacts(id).map(({ name }) => name)).toEqual(['testops-evidence-snapshot-compare-a1']);
  }, 60_000);
});

/** GitHub's clock and ours may differ by the moment that a test takes. */
function inAMinute(): string {
  return new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
}
