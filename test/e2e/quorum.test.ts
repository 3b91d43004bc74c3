import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import type { RunSeed } from '../support/github.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CONFIG, createWorld, playRun, type World } from './played-run.ts';

interface Told {
  readonly rules: readonly { readonly rule: string; readonly outcome: string }[];
  readonly findings: readonly { readonly code: string; readonly args: Readonly<Record<string, unknown>> }[];
}

/** Two people must approve; what the command says about that, from what GitHub says about the people. */
describeInFullCheck('a quorum', () => {
  let world: World;
  let commit = '';
  let lastRun = 100;
  beforeEach(async () => {
    world = await createWorld({
      '.github/testops.yml': CONFIG.replace('{ public-key', '{ policy: policy.yml, public-key'),
      'policy.yml': 'version: 1\napprovals: { at-least: 2 }\n',
    });
    commit = await world.repository.git('rev-parse', 'HEAD');
    world.github.people.setRole('ada', 'maintain');
    world.github.people.setRole('grace', 'maintain');
    world.github.people.setRole('mallory', 'write');
  }, 60_000);
  afterEach(async () => await world[Symbol.asyncDispose]());

  async function decide(approvers: readonly string[], seed: Partial<RunSeed> = {}) {
    lastRun += 1;
    const approvals = approvers.map((by) => ({ by, environment: 'beta' }));
    await playRun(world, { id: lastRun, version: '2.5.0-beta.1', event: 'workflow_dispatch', seed: { approvals, ...seed } });
    await using folder = await createTemporaryFolder();
    const { stdout } = await runCli({
      args: ['decision-record', '--run-id', String(lastRun), '--version', '2.5.0-beta.1', '--decision', 'go', '--reason', 'r', '--json'],
      dist: DIST,
      cwd: folder.path,
      nodeVersion: 24,
      env: { GITHUB_TOKEN: world.github.ownerToken, GITHUB_API_URL: world.github.url, GITHUB_REPOSITORY: 'octo-org/demo' },
    });
    const { rules, findings } = JSON.parse(stdout) as Told;
    const refused = findings.filter(({ code }) => code.startsWith('decision-record/approval-'));
    return {
      quorum: rules.find(({ rule }) => rule === 'quorum')?.outcome,
      refused: refused.map(({ code, args }) => `${args.by}: ${code.replace('decision-record/approval-', '')}`),
    };
  }

  it('is met by people who maintain the repository, whoever pushed the commits', async () => {
    expect(await decide(['ada', 'grace'])).toEqual({ quorum: 'holds', refused: [] });
  }, 60_000);

  it('is not met by whoever pushed under the name of a colleague', async () => {
    world.github.people.describeCommit(commit, { author: 'lin', committer: 'lin' });
    expect(await decide(['ada', 'mallory'])).toEqual({ quorum: 'broken', refused: ['mallory: needs-maintainer'] });
  }, 60_000);

  it('is not met by whoever opened the pull request, signed, started the run, or started it again', async () => {
    const { github, repository } = world;
    await repository.branch('topic');
    const topic = await repository.commit('on topic', { 'other.txt': '1\n' });
    await repository.git('checkout', '--quiet', 'main');
    await repository.git('merge', '--quiet', '--ff-only', 'topic');
    await github.push(repository.path);
    const { number } = await github.openPullRequest('topic');
    github.people.describePull(number, { by: 'mallory', mergedAs: topic });
    expect(await decide(['ada', 'mallory'])).toEqual({ quorum: 'broken', refused: ['mallory: excluded'] });
    github.people.describeCommit(topic, { author: 'lin', committer: 'ada', verified: true });
    expect(await decide(['ada', 'grace'])).toEqual({ quorum: 'broken', refused: ['ada: excluded'] });
    expect(await decide(['grace', 'sue'], { actor: 'grace' })).toEqual({ quorum: 'broken', refused: ['grace: excluded'] });
    expect(await decide(['grace', 'sue'], { startedAgainBy: 'sue' })).toEqual({ quorum: 'broken', refused: ['sue: excluded'] });
    expect(await decide(['grace', 'sue'])).toEqual({ quorum: 'holds', refused: [] });
  }, 120_000);
});
