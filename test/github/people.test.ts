import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createClient } from '../../src/github/client.ts';
import { coAuthorsOf } from '../../src/github/contributors.ts';
import { createForge } from '../../src/github/forge.ts';
import { type EmulatedGithub, startGithub } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { describeInFullCheck } from '../support/skip.ts';

describeInFullCheck('who answers for a commit', () => {
  let repository: TestRepository;
  let github: EmulatedGithub;
  let base = '';
  beforeEach(async () => {
    repository = await createRepository({ a: '1' });
    base = await repository.git('rev-parse', 'HEAD');
  });
  afterEach(async () => {
    await github[Symbol.asyncDispose]();
    await repository[Symbol.asyncDispose]();
  });

  async function open(): Promise<void> {
    github = await startGithub({ repositoryPath: repository.path });
  }

  async function ask(commit: string, { since = [base], runId }: { since?: readonly string[]; runId?: string } = {}) {
    const client = createClient({ token: github.token, apiUrl: github.url, toolVersion: '0', say: () => {}, pacing: false });
    const forge = createForge({ client, http: {} as never, repository: { owner: github.owner, repo: github.repo } });
    const { excluded, unattributed, approvals, authors } = await forge.findPeople(commit, runId, since);
    return { excluded: excluded.map(({ by, reason }) => `${by} ${reason}`), unattributed, approvals, authors };
  }

  it('a commit that was only pushed has nobody, whatever name it bears', async () => {
    const commit = await repository.commit('by mallory, in the name of grace', { a: '2' });
    await open();
    github.people.describeCommit(commit, { author: 'grace', committer: 'grace' });
    expect(await ask(commit)).toMatchObject({ excluded: ['grace wrote-commit'], unattributed: [commit] });
  });

  it('a verified signature names its account; what GitHub signed itself is the author’s; a merge by its button is nobody’s', async () => {
    const signed = await repository.commit('signed', { a: '2' });
    const edited = await repository.commit('edited on github.com', { a: '3' });
    const unknown = await repository.commit('signed by an account that is gone', { a: '4' });
    await repository.branch('topic', base);
    const onTopic = await repository.commit('on topic', { b: '1' });
    await repository.git('checkout', '--quiet', 'main');
    await repository.git('merge', '--quiet', '--no-ff', '--no-edit', 'topic');
    const merge = await repository.git('rev-parse', 'HEAD');
    await open();
    github.people.describeCommit(signed, { author: 'grace', committer: 'ada', verified: true });
    github.people.describeCommit(edited, { author: 'alan', committer: 'web-flow', verified: true });
    github.people.describeCommit(unknown, { verified: true });
    github.people.describeCommit(onTopic, { author: 'lin', committer: 'lin', verified: true });
    github.people.describeCommit(merge, { author: 'merger', committer: 'web-flow', verified: true });
    expect(await ask(merge)).toMatchObject({
      excluded: ['ada signed-commit', 'alan signed-commit', 'grace wrote-commit', 'lin signed-commit'],
      unattributed: [unknown],
    });
  });

  it('a pull request names who opened it, for every commit that it brought', async () => {
    await repository.branch('topic');
    const first = await repository.commit('one', { b: '1' });
    const second = await repository.commit('two', { b: '2' });
    await repository.git('checkout', '--quiet', 'main');
    await repository.git('merge', '--quiet', '--no-ff', '--no-edit', 'topic');
    const merge = await repository.git('rev-parse', 'HEAD');
    await open();
    const pull = await github.openPullRequest('topic');
    expect(pull.headSha).toBe(second);
    github.people.describePull(pull.number, { by: 'opener', commits: [first], mergedAs: merge });
    expect(await ask(merge)).toMatchObject({ excluded: expect.arrayContaining(['opener opened-pull-request']), unattributed: [] });
    // Since the first of them only the second one and the merge are asked about.
    expect(await ask(merge, { since: [first] })).toMatchObject({ unattributed: [] });
    // Commits that every base has are left out; a base is a commit, so two of them cut twice.
    expect(await ask(merge, { since: [first, second] })).toMatchObject({ unattributed: [] });
  });

  it.each([
    ['by an app', { by: 'release-please[bot]' }],
    ['that was closed', { by: 'opener', closed: true }],
    ['from a fork that nobody merged', { by: 'sock-puppet', fork: true }],
  ])('a pull request %s vouches for nothing', async (_name, seed) => {
    await repository.branch('topic');
    const commit = await repository.commit('one', { b: '1' });
    await open();
    const { number } = await github.openPullRequest('topic');
    github.people.describePull(number, seed);
    expect(await ask(commit)).toMatchObject({
      excluded: expect.arrayContaining([`${seed.by} opened-pull-request`]),
      unattributed: [commit],
    });
  });

  it('whoever started the run, and started it again, is left out', async () => {
    await open();
    github.addRun({ id: 7, headSha: base, event: 'workflow_dispatch', conclusion: 'success', actor: 'starter', startedAgainBy: 'again' });
    expect((await ask(base, { since: [], runId: '7' })).excluded).toEqual(['again started-run', 'starter started-run']);
    expect((await ask(base, { since: [], runId: '8' })).excluded).toEqual([]);
  });

  it('co-authors are found by their noreply address, or by the commits that GitHub knows of them', async () => {
    const message = [
      'pair work',
      '',
      'Co-authored-by: Ada <123+ada@users.noreply.github.com>',
      'co-authored-by: Alan <alan@example.test>',
      'Co-authored-by: Nobody <nobody@example.test>',
    ].join('\n');
    const commit = await repository.commit(message, { a: '2' });
    await open();
    const listed = /\/commits\?author=alan/;
    github.faults.add({ path: listed, action: { status: 200, body: [{ sha: base, author: { login: 'alan' } }] } });
    github.faults.add({ path: /\/commits\?author=nobody/, action: { status: 200, body: [] } });
    expect((await ask(commit)).excluded).toEqual(['ada co-authored', 'alan co-authored']);
  });

  it('beyond 250 commits nobody answers for the rest', async () => {
    let tip = base;
    for (let index = 0; index < 251; index += 1) {
      const tree = await repository.git('rev-parse', 'HEAD^{tree}');
      tip = await repository.git('commit-tree', tree, '-p', tip, '-m', `${index}`);
    }
    await repository.git('update-ref', 'refs/heads/main', tip);
    await open();
    const { unattributed } = await ask(tip);
    expect([unattributed.length, new Set(unattributed).size]).toEqual([100, 100]);
    const few = await ask(tip, { since: ['f'.repeat(40)] });
    expect(few.unattributed).toEqual([tip]);
  }, 120_000);

  it('roles of approvers are read where somebody is missing, and only there', async () => {
    const commit = await repository.commit('pushed', { a: '2' });
    await open();
    github.people.setRole('first', 'maintain');
    github.people.setRole('second', 'write');
    github.addRun({
      id: 7,
      headSha: commit,
      event: 'workflow_dispatch',
      conclusion: 'success',
      approvals: ['first', 'second', 'third'].map((by) => ({ by, environment: 'beta' })),
    });
    const { approvals } = await ask(commit, { runId: '7' });
    expect(approvals.map(({ by, role }) => [by, role])).toEqual([
      ['first', 'maintain'],
      ['second', 'write'],
      ['third', undefined],
    ]);
    github.people.describeCommit(commit, { author: 'lin', committer: 'lin', verified: true });
    expect((await ask(commit, { runId: '7' })).approvals.map(({ role }) => role)).toEqual([undefined, undefined, undefined]);
  });

  it('trailers are read as git writes them', async () => {
    await open();
    expect(coAuthorsOf('x\n\nCo-Authored-By: A B <A@B.test>\r\nnot co-authored-by: C <c@d.test>\nCo-authored-by: no address')).toEqual([
      'a@b.test',
    ]);
  });
});
