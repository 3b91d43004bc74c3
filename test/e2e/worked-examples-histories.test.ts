import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createWorkflowRunEvent } from '../support/events.ts';
import { runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { type BetaHistory, configOf, readDecision, startHistory } from './beta-history.ts';
import { OUR_WORKFLOW, signRun } from './played-run.ts';

const TIMEOUT = 120_000;
const BROKEN = { bases: ['A100'], compared: ['A100'], limits: 'broken', base: 'holds', outcome: 'NO-GO', exit: 1 };

/** What `testops verify` reports about a tag. */
async function verify(
  { world: { github } }: BetaHistory,
  tag: string,
): Promise<{ readonly exit: number; readonly codes: readonly string[] }> {
  await using elsewhere = await createTemporaryFolder('testops-elsewhere-');
  const env = { GITHUB_TOKEN: github.ownerToken, GITHUB_API_URL: github.url, GITHUB_REPOSITORY: 'octo-org/demo' };
  const { exitCode, stdout } = await runCli({ args: ['verify', tag, '--json'], dist: DIST, cwd: elsewhere.path, nodeVersion: 24, env });
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly code: string }[] };
  return { exit: exitCode, codes: findings.map(({ code }) => code.replace('decision-record/', '')) };
}

describeInFullCheck('worked examples of bases: A100 ─ ★60000', () => {
  let history: BetaHistory;
  let requests = 0;
  beforeAll(async () => {
    history = await startHistory();
    await history.add('A100', '1.0.0-beta.1');
    await history.add('C60000');
  }, TIMEOUT);
  afterAll(async () => await history[Symbol.asyncDispose]());

  it(
    '1: by the command and by the workflow alike',
    async () => {
      const judged = await history.judge('1.0.0-beta.2');
      expect(judged).toMatchObject(BROKEN);
      requests = judged.requests;
      expect((await history.decide('1.0.0-beta.2')).decide.outputs.decision).toBe('NO-GO');
      const decision = JSON.parse(await readFile(join(history.world.repository.path, 'testops-out/decision/decision.json'), 'utf8'));
      const nameOf = (commit: string) => (commit === history.commitOf('A100') ? 'A100' : commit);
      expect(readDecision(decision, nameOf)).toMatchObject({ bases: ['A100'], compared: ['A100'], limits: 'broken', base: 'holds' });
    },
    TIMEOUT,
  );

  it(
    '24: in a shallow clone, with GitHub to ask',
    async () => {
      await using folder = await createTemporaryFolder('testops-shallow-');
      await history.world.repository.git(
        'clone',
        '--quiet',
        '--depth',
        '1',
        `file://${history.world.repository.path}`,
        folder.join('clone'),
      );
      expect(await history.judge('1.0.0-beta.2', { cwd: folder.join('clone') })).toMatchObject(BROKEN);
    },
    TIMEOUT,
  );

  it(
    '26: on a laptop with origin and no token',
    async () => {
      await using clone = await history.world.repository.clone();
      expect(await history.judge('1.0.0-beta.2', { cwd: clone.path, withoutToken: true })).toMatchObject({
        ...BROKEN,
        bases: [],
        base: 'warns',
      });
    },
    TIMEOUT,
  );

  it(
    '18: with tags of any kind on the judged commit',
    async () => {
      const { repository } = history.world;
      await repository.tag('v1.0.0-beta.2');
      await repository.tag('v0.9.0-beta.1');
      await repository.tag('v2.0.0-beta.7', { message: 'annotated' });
      await repository.tag('v1.0.0');
      await repository.tag('anything');
      expect(await history.judge('1.0.0-beta.3')).toMatchObject(BROKEN);
    },
    TIMEOUT,
  );

  it(
    '19: fifty tags numbered below, elsewhere, cost no request',
    async () => {
      const { repository } = history.world;
      const orphan = await repository.git('commit-tree', 'HEAD^{tree}', '-m', 'elsewhere');
      await repository.git('branch', 'elsewhere', orphan);
      for (let number = 1; number <= 50; number += 1) await repository.tag(`v0.1.0-beta.${number}`, { commit: orphan });
      const judged = await history.judge('1.0.0-beta.2');
      expect(judged).toMatchObject(BROKEN);
      expect(judged.requests).toBeLessThanOrEqual(requests);
    },
    TIMEOUT,
  );

  it(
    '12: on an orphan root',
    async () => {
      const { repository } = history.world;
      await repository.git('checkout', '--quiet', 'main');
      await repository.commit('The tip', { '.github/testops.yml': configOf(100) });
      await repository.git('checkout', '--quiet', '--orphan', 'lonely');
      await history.add('C60000');
      const judged = await history.judge('1.0.0-beta.2');
      expect(judged).toMatchObject({ bases: [], limits: 'broken', base: 'broken', outcome: 'NO-GO' });
      expect(judged.compared).toEqual([await repository.git('rev-parse', 'main'), 'A100'].sort());
      expect(judged.codes).toContain('base-elsewhere');
      await repository.git('checkout', '--quiet', '-B', 'again', history.commitOf('A100'));
      await history.add('C60000');
    },
    TIMEOUT,
  );

  it(
    '21: with every trace of the decision deleted',
    async () => {
      await history.deleteArtifacts(101);
      const judged = await history.judge('1.0.0-beta.2');
      expect(judged).toMatchObject({ ...BROKEN, bases: [], compared: expect.arrayContaining(['A100']), base: 'warns' });
    },
    TIMEOUT,
  );
});

describeInFullCheck('worked examples of bases: decisions that last', () => {
  it(
    '20: the artifacts expired, and the ledger branch has the summary',
    async () => {
      await using history = await startHistory();
      const { world } = history;
      const commit = await history.add('A100', '1.0.0-beta.1');
      const signed = await signRun(world, { id: 201, runId: history.lastRun() });
      expect(signed.exitCode).toBe(0);
      const recorded = await runAction({
        action: 'record',
        dist: DIST,
        inputs: { 'github-token': world.github.token },
        event: createWorkflowRunEvent(world.github, commit, {
          runId: 201,
          headSha: commit,
          headBranch: 'main',
          event: 'workflow_dispatch',
        }),
        cwd: world.repository.path,
        nodeVersion: 24,
        github: world.github,
        results: world.results,
        run: { id: 202, workflow: '.github/workflows/testops-record.yml' },
      });
      expect(recorded.exitCode).toBe(0);
      await history.deleteArtifacts(101, 201);
      await history.add('C60000');
      expect(await history.judge('1.0.0-beta.2')).toMatchObject(BROKEN);
    },
    TIMEOUT,
  );

  it(
    '22: the tag was deleted and pushed again elsewhere',
    async () => {
      await using history = await startHistory();
      const { repository, github } = history.world;
      const headSha = await history.add('A100', '1.0.0-beta.1');
      github.addRun({
        id: 300,
        headSha,
        headBranch: 'v1.0.0-beta.1',
        event: 'push',
        referencedWorkflows: [`${OUR_WORKFLOW}@${'c'.repeat(40)}`],
      });
      await history.add('C60000');
      await repository.git('tag', '--force', 'v1.0.0-beta.1');
      await repository.commit('★', { '.github/testops.yml': configOf(100) });
      const judged = await history.judge('1.0.0-beta.2');
      expect({ ...judged, log: judged.exit === 0 ? '' : judged.log }).toMatchObject({
        bases: ['A100'],
        compared: ['A100', 'C60000'],
        limits: 'holds',
        base: 'holds',
        outcome: 'GO',
        moved: ['v1.0.0-beta.1: A100 -> C60000'],
        codes: expect.arrayContaining(['tag-moved-since']),
        log: '',
      });
      expect(await verify(history, 'v1.0.0-beta.1')).toMatchObject({ exit: 1, codes: expect.arrayContaining(['tag-moved']) });
    },
    TIMEOUT,
  );

  it(
    '23: the only believed GO was about no version',
    async () => {
      await using history = await startHistory();
      await history.add('C100');
      expect((await history.decide('')).decide.outputs.decision).toBe('GO');
      await history.world.repository.tag('v1.0.0-beta.1');
      await history.add('C60000');
      expect(await history.judge('1.0.0-beta.2')).toMatchObject({ ...BROKEN, bases: [], compared: ['C100'], base: 'warns' });
    },
    TIMEOUT,
  );

  it(
    '28: a later run about an accepted beta said NO-GO',
    async () => {
      await using history = await startHistory();
      const { repository } = history.world;
      await history.add('A100', '1.0.0-beta.1');
      await history.add('A50', '1.0.0-beta.2');
      const results = await readFile(join(repository.path, 'results/k6.json'), 'utf8');
      await repository.write({ 'results/k6.json': results.replace('"p(95)":10', '"p(95)":70') });
      expect((await history.decide('1.0.0-beta.2')).decide.outputs.decision).toBe('NO-GO');
      await repository.git('checkout', '--quiet', '--', '.');
      await history.add('C100');
      expect(await history.judge('1.0.0-beta.3')).toMatchObject({ ...BROKEN, compared: ['A100', 'A50'] });
    },
    TIMEOUT,
  );

  describe('7, 30: a loosening that was waived', () => {
    it('is the new base, without a second waiver and after all that excused it has ended', async () => {
      await using history = await startHistory();
      const { repository } = history.world;
      const decision = ', policy: policy.yml, waivers: waivers.yml';
      const policy = { 'policy.yml': 'version: 1\nfreshness: { evidence-max-age: 1d }\n' };
      const none = { 'waivers.yml': 'version: 1\nwaivers: []\n', ...policy };
      await history.add('A100', '1.0.0-beta.1', none, configOf(100, { decision }));
      await history.add('C200', undefined, none, configOf(200, { decision }));
      const refused = await history.judge('1.0.0-beta.2');
      expect(refused).toMatchObject({ ...BROKEN, loosened: [expect.any(String)] });
      const until = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
      const waiver = `version: 1
waivers:
  - { rule: limits-kept, match: "${refused.loosened[0]}", reason: slower disks, owner: octo-org, effectiveOn: 2026-01-01, effectiveUntil: ${until} }
`;
      await history.add('C200', undefined, { ...policy, 'waivers.yml': waiver }, configOf(200, { decision }));
      expect((await history.decide('1.0.0-beta.2')).decide.outputs.decision).toBe('CONDITIONAL');
      await repository.tag('v1.0.0-beta.2');
      const tagged = { bases: ['C200'], compared: ['C200'], base: 'holds' };
      await repository.commit('★200', none);
      expect(await history.judge('1.0.0-beta.3')).toMatchObject({ ...tagged, limits: 'holds', outcome: 'GO' });
      await repository.commit('★60000', { ...none, '.github/testops.yml': configOf(60000, { decision }) });
      expect(await history.judge('1.0.0-beta.3', { daysLater: 40 })).toMatchObject({ ...tagged, limits: 'broken', outcome: 'NO-GO' });
    }, 180_000);
  });
});
