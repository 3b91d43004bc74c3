import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import type { RunSeed } from '../support/github.ts';
import type { FinishedProcess } from '../support/process.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { writeZip } from '../support/zip.ts';
import { CONFIG, createWorld, decidingJob, OUR_WORKFLOW, playRun, type World } from './played-run.ts';

interface Told {
  readonly outcome: string;
  readonly recommendation: string;
  readonly decidedBy: { readonly kind: string; readonly by?: string; readonly reason?: string };
  readonly findings: readonly { readonly code: string; readonly level: string }[];
  readonly given: { readonly policy?: { readonly origin: unknown }; readonly approvals: readonly { readonly by: string }[] };
  readonly accepted?: boolean;
}

const GO = ['--decision', 'go', '--reason', 'the numbers hold'];

describeInFullCheck('testops decision-record --run-id', () => {
  let world: World;
  let commit = '';
  let elsewhere: TemporaryFolder;
  beforeAll(async () => {
    world = await createWorld();
    elsewhere = await createTemporaryFolder('testops-elsewhere-');
    commit = (await playRun(world, { id: 100 })).commit;
  }, 60_000);
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await elsewhere[Symbol.asyncDispose]();
  });

  /** From a folder that is no clone: nothing but GitHub can be where it comes from. */
  async function record(
    args: readonly string[],
    of: World = world,
    env: Record<string, string> = {},
  ): Promise<FinishedProcess & { told: Told }> {
    const finished = await runCli({
      args: ['decision-record', ...args, '--json'],
      dist: DIST,
      cwd: elsewhere.path,
      nodeVersion: 24,
      env: {
        GITHUB_TOKEN: of.github.ownerToken,
        GITHUB_API_URL: of.github.url,
        GITHUB_REPOSITORY: `${of.github.owner}/${of.github.repo}`,
        ...env,
      },
    });
    return { ...finished, told: finished.stdout.startsWith('{') ? (JSON.parse(finished.stdout) as Told) : ({} as Told) };
  }

  const codesOf = (told: Told) =>
    told.findings.filter(({ level }) => level === 'error').map(({ code }) => code.replace('decision-record/', ''));

  /** A second run on the same commit with the artifacts of the first. */
  async function repeatRun(id: number, seed: Partial<RunSeed> = {}, of: World = world): Promise<void> {
    for (const artifact of of.results.artifacts(100)) {
      if (!artifact.name.startsWith('testops-evidence-')) continue;
      await of.results.plantArtifact({ runId: id, name: artifact.name, bytes: await of.results.readArtifact(artifact.id) });
    }
    of.github.addRun({
      id,
      headSha: commit,
      event: 'push',
      workflow: '.github/workflows/testops-ci.yml',
      referencedWorkflows: [`${OUR_WORKFLOW}@main`],
      ...seed,
    });
  }

  it('records the person of the token beside a recommendation that is derived again, and its bundle verifies offline', async () => {
    const { exitCode, told, stderr } = await record(['--run-id', '100', ...GO, '--out', 'bundle']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(told).toMatchObject({
      outcome: 'GO',
      recommendation: 'GO',
      decidedBy: { kind: 'person', by: 'octo-org', decision: 'go', reason: 'the numbers hold' },
      given: { repository: 'octo-org/demo', subject: { commit }, run: { id: '100', attempt: 1, event: 'push' }, dirty: false },
    });
    const verified = await runCli({ args: ['verify', 'bundle/decision.json'], dist: DIST, cwd: elsewhere.path, nodeVersion: 24 });
    expect({ exit: verified.exitCode, said: verified.stderr }).toMatchObject({ exit: 0, said: expect.stringContaining('ACCEPTED (GO)') });
  }, 30_000);

  it('says no-go when the person does, though every gate passed', async () => {
    const { exitCode, told } = await record(['--run-id', '100', '--decision', 'no-go', '--reason', 'the launch is called off']);
    expect({ exitCode, codes: codesOf(told), recommendation: told.recommendation }).toEqual({
      exitCode: 1,
      codes: ['person-said-no-go'],
      recommendation: 'GO',
    });
  }, 30_000);

  it.each<readonly [string, number, Partial<RunSeed>, readonly string[]]>([
    ['of a fork', 201, { headRepository: { id: 77, owner: 'stranger', name: 'demo' } }, ['run-foreign-head']],
    ['of a pull request', 202, { event: 'pull_request' }, ['run-pull-request']],
    ['of a pull request target', 203, { event: 'pull_request_target' }, ['run-pull-request']],
    ['that called no workflow of ours', 204, { referencedWorkflows: [] }, ['run-foreign-workflow']],
    [
      'that called a workflow of the same name elsewhere',
      205,
      { referencedWorkflows: ['evil/beta-gates/.github/workflows/testops-ci.yml@main'] },
      ['run-foreign-workflow'],
    ],
    [
      'that hides ours behind an @',
      206,
      { referencedWorkflows: [`evil/x/.github/workflows/a.yml@${OUR_WORKFLOW}`] },
      ['run-foreign-workflow'],
    ],
    ['that is not over', 207, { status: 'in_progress' }, ['run-unfinished']],
    ['that was cancelled', 208, { conclusion: 'cancelled' }, ['run-unfinished']],
  ])(
    'refuses a run %s',
    async (_name, id, seed, expected) => {
      await repeatRun(id, seed);
      const { exitCode, told, stderr } = await record(['--run-id', String(id), ...GO, '--out', `refused-${id}`]);
      expect({ exitCode, codes: codesOf(told), stderr }).toEqual({ exitCode: 1, codes: expected, stderr: '' });
      await expect(readFile(join(elsewhere.path, `refused-${id}`, 'decision.json'))).rejects.toThrow('ENOENT');
    },
    30_000,
  );

  it('takes a run of our own workflow in our own repository, and of another workflow when the default branch trusts it', async () => {
    await using trusting = await createWorld({
      '.github/testops.yml': CONFIG.replace(
        'decision-record: { public-key: key.pub }',
        'decision-record: { workflows: [octo-org/demo/.github/workflows/testops-ci.yml] }',
      ),
      '.github/workflows/testops-ci.yml': 'jobs: { decide: { runs-on: ubuntu-latest, steps: [] } }\n',
    });
    const own = await playRun(trusting, { id: 100, seed: { referencedWorkflows: [] } });
    trusting.github.addRun({
      id: 100,
      headSha: own.commit,
      referencedWorkflows: [],
      jobs: [{ ...decidingJob(own.decide), name: 'decide' }],
    });
    const { exitCode, told } = await record(['--run-id', '100', ...GO], trusting);
    expect({ exitCode, outcome: told.outcome }).toEqual({ exitCode: 0, outcome: 'GO' });
  }, 60_000);

  it('says NO-GO on evidence that was carried over from another run', async () => {
    await repeatRun(210);
    const { exitCode, told } = await record(['--run-id', '210', ...GO]);
    expect({ exitCode, codes: codesOf(told) }).toMatchObject({ exitCode: 1, codes: expect.arrayContaining(['evidence-other-run']) });
  }, 30_000);

  it('refuses an artifact whose bytes are not those that were uploaded', async () => {
    world.github.addRun({ id: 220, headSha: commit, referencedWorkflows: [`${OUR_WORKFLOW}@main`] });
    const [first] = world.results.artifacts(100).filter(({ name }) => name === 'testops-evidence-slo-gate-a1');
    const bytes = await world.results.readArtifact(first?.id ?? 0);
    await world.results.plantArtifact({ runId: 220, name: 'testops-evidence-slo-gate-a1', bytes, digest: `sha256:${'0'.repeat(64)}` });
    const { exitCode, told } = await record(['--run-id', '220', ...GO]);
    expect({ exitCode, codes: codesOf(told) }).toEqual({ exitCode: 1, codes: ['artifact-changed'] });
  }, 30_000);

  it.each([
    ['another name', [{ name: 'telemetry-scan.intoto.json', content: '{}' }], 'an entry with the name'],
    ['a path that leads out', [{ name: '../slo-gate.intoto.json', content: '{}' }], 'nothing in it was used'],
    [
      'two files',
      [
        { name: 'slo-gate.intoto.json', content: '{}' },
        { name: 'more', content: '' },
      ],
      '2 entries',
    ],
  ])(
    'refuses an archive with %s',
    async (name, entries, message) => {
      const id = 230 + name.length;
      world.github.addRun({ id, headSha: commit, referencedWorkflows: [`${OUR_WORKFLOW}@main`] });
      await world.results.plantArtifact({ runId: id, name: 'testops-evidence-slo-gate-a1', bytes: writeZip(entries) });
      const { exitCode, stderr } = await record(['--run-id', String(id), ...GO]);
      expect({ exitCode, said: stderr }).toMatchObject({ exitCode: 3, said: expect.stringContaining(message) });
    },
    30_000,
  );

  it('takes no evidence of an attempt that never was, and none that no job of the run answers for', async () => {
    await using other = await createWorld();
    await playRun(other, { id: 100 });
    const artifactOf = (name: string) => other.results.artifacts(100).find((artifact) => artifact.name === name)?.id ?? 0;
    other.results.expireArtifact(artifactOf('testops-decision-a1'));
    const unvouched = await record(['--run-id', '100', ...GO], other);
    expect({ exitCode: unvouched.exitCode, codes: codesOf(unvouched.told) }).toMatchObject({
      exitCode: 1,
      codes: expect.arrayContaining(['evidence-unvouched', 'go-against-recommendation']),
    });
    const bytes = await other.results.readArtifact(artifactOf('testops-evidence-slo-gate-a1'));
    await other.results.plantArtifact({ runId: 100, name: 'testops-evidence-slo-gate-a7', bytes });
    const overlaid = await record(['--run-id', '100', ...GO], other);
    expect({ exitCode: overlaid.exitCode, codes: codesOf(overlaid.told) }).toEqual({ exitCode: 1, codes: ['evidence-future-attempt'] });
  }, 60_000);

  it('misses the gate whose artifact is gone', async () => {
    await using other = await createWorld();
    await playRun(other, { id: 100 });
    const gone = other.results.artifacts(100).find(({ name }) => name === 'testops-evidence-slo-gate-a1');
    other.results.expireArtifact(gone?.id ?? 0);
    const { exitCode, told } = await record(['--run-id', '100', ...GO], other);
    expect({ exitCode, codes: codesOf(told) }).toMatchObject({ exitCode: 1, codes: expect.arrayContaining(['evidence-missing']) });
  }, 60_000);

  it.each([
    [['--run-id', '999999', ...GO], 'no such run in octo-org/demo'],
    [['--run-id', 'abc', ...GO], 'run-id'],
    [['--run-id', '100', '--decision', 'go'], 'a decision without a reason'],
    [['--run-id', '100', '--publish'], 'no --decision'],
    [['--publish'], 'no --run-id'],
  ])(
    'says what is wrong with %j',
    async (args, message) => {
      const { exitCode, stderr } = await record(args);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(message) });
    },
    30_000,
  );

  it('asks for a token and for a repository', async () => {
    const none = await record(['--run-id', '100'], world, { GITHUB_TOKEN: '' });
    expect({ exitCode: none.exitCode, stderr: none.stderr }).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('GITHUB_TOKEN'),
    });
    const nowhere = await record(['--run-id', '100'], world, { GITHUB_REPOSITORY: '' });
    expect({ exitCode: nowhere.exitCode, stderr: nowhere.stderr }).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('owner/name'),
    });
  }, 30_000);

  it('starts the signing with what the person said, once, and not for a go against NO-GO', async () => {
    const before = world.github.dispatches.length;
    const { exitCode } = await record(['--run-id', '100', ...GO, '--publish']);
    expect(exitCode).toBe(0);
    expect(world.github.dispatches.slice(before)).toMatchObject([
      { workflow: 'testops-sign.yml', ref: 'main', inputs: { 'run-id': '100', decision: 'go', reason: 'the numbers hold' } },
    ]);
    const refused = await record(['--run-id', '210', ...GO, '--publish']);
    expect({ exit: refused.exitCode, dispatches: world.github.dispatches.length, said: refused.stderr }).toMatchObject({
      exit: 1,
      dispatches: before + 1,
      said: expect.stringContaining('Not published'),
    });
  }, 60_000);
});

describeInFullCheck('the documents of decision-record --run-id', () => {
  const WITH_POLICY = CONFIG.replace('{ public-key', '{ policy: policy.yml, waivers: waivers.yml, public-key');
  const STRICT = 'version: 1\nrequirements: [{ id: more, coverage: [{ gate: slo-gate, measurement: nothing, at-least: 5 }] }]\n';
  const waiver = (until: string) => `version: 1
waivers:
  - { rule: coverage-met, match: more/slo-gate/nothing, reason: known, owner: octo-org, effectiveOn: "2026-01-01", effectiveUntil: "${until}" }
`;
  let elsewhere: TemporaryFolder;
  beforeAll(async () => {
    elsewhere = await createTemporaryFolder('testops-elsewhere-');
  });
  afterAll(async () => {
    await elsewhere[Symbol.asyncDispose]();
  });

  async function record(world: World, args: readonly string[]): Promise<{ exitCode: number; told: Told; stderr: string }> {
    const env = { GITHUB_TOKEN: world.github.ownerToken, GITHUB_API_URL: world.github.url, GITHUB_REPOSITORY: 'octo-org/demo' };
    const finished = await runCli({
      args: ['decision-record', '--run-id', '100', ...args, '--json'],
      dist: DIST,
      cwd: elsewhere.path,
      nodeVersion: 24,
      env,
    });
    return { ...finished, told: (finished.stdout === '' ? {} : JSON.parse(finished.stdout)) as Told };
  }

  it('come from the default branch: a commit that drops the policy is judged by it all the same', async () => {
    await using world = await createWorld({
      '.github/testops.yml': WITH_POLICY,
      'policy.yml': STRICT,
      'waivers.yml': 'version: 1\nwaivers: []\n',
    });
    await world.repository.branch('topic');
    await world.repository.commit('no policy here', { '.github/testops.yml': CONFIG, 'policy.yml': 'version: 1\n' });
    await world.github.push(world.repository.path);
    const run = await playRun(world, { id: 100, ref: 'refs/heads/topic' });
    expect(run.decide.outputs.decision).toBeDefined();
    const main = await world.repository.git('rev-parse', 'main');
    const { exitCode, told } = await record(world, GO);
    expect({ exitCode, outcome: told.outcome, recommendation: told.recommendation }).toEqual({
      exitCode: 2,
      outcome: 'NO-GO',
      recommendation: 'NO-GO',
    });
    expect(told.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['decision-record/coverage-unknown', 'decision-record/go-against-recommendation']),
    );
    expect(told.given.policy?.origin).toEqual({ kind: 'default-branch', commit: main });

    // A waiver on the default branch turns the same evidence into CONDITIONAL; the same waiver in the commit did nothing.
    await world.repository.git('checkout', '--quiet', 'main');
    await world.repository.commit('a waiver', { 'waivers.yml': waiver('2099-01-01') });
    await world.github.push(world.repository.path);
    const waived = await record(world, GO);
    expect({ exitCode: waived.exitCode, outcome: waived.told.outcome }).toEqual({ exitCode: 0, outcome: 'CONDITIONAL' });
  }, 90_000);

  it('compare the limits with those of the last beta, in the deciding job and again from GitHub alike', async () => {
    await using world = await createWorld();
    await world.repository.tag('v2.5.0-beta.1', { message: 'annotated' });
    await world.repository.commit('more may fail', { '.github/testops.yml': CONFIG.replace('rate<0.5', 'rate<0.9') });
    await world.github.push(world.repository.path);
    const run = await playRun(world, { id: 100, version: '2.5.0-beta.2', event: 'workflow_dispatch' });
    expect({ exit: run.decide.exitCode, log: run.decide.log }).toMatchObject({ exit: 1 });
    expect(run.decide.summary).toContain('limit-loosened');
    const again = await record(world, GO);
    expect({ exit: again.exitCode, recommendation: again.told.recommendation }).toEqual({ exit: 1, recommendation: 'NO-GO' });
    expect(again.told.findings.map(({ code }) => code)).toContain('decision-record/limit-loosened');
  }, 90_000);

  it('hold a quorum against the approvals of the run’s environments and reviews of the commit, never the author’s own', async () => {
    const policy = 'version: 1\napprovals: { at-least: 2 }\n';
    await using world = await createWorld({
      '.github/testops.yml': WITH_POLICY,
      'policy.yml': policy,
      'waivers.yml': 'version: 1\nwaivers: []\n',
    });
    await playRun(world, {
      id: 100,
      version: '2.5.0-beta.1',
      event: 'workflow_dispatch',
      seed: {
        approvals: [
          { by: 'first', environment: 'beta' },
          { by: 'second', environment: 'beta', state: 'rejected' },
        ],
      },
    });
    const short = await record(world, [...GO, '--version', '2.5.0-beta.1']);
    expect({ exit: short.exitCode, codes: short.told.findings.map(({ code }) => code) }).toMatchObject({
      exit: 1,
      codes: expect.arrayContaining(['decision-record/quorum-missing', 'decision-record/approval-refused']),
    });
    expect(short.told.given.approvals.map(({ by }) => by).sort()).toEqual(['first', 'second']);
    await using enough = await createWorld({
      '.github/testops.yml': WITH_POLICY,
      'policy.yml': policy,
      'waivers.yml': 'version: 1\nwaivers: []\n',
    });
    // The commits of this world were only pushed, so that nobody answers for them: approvals take people who maintain the repository.
    for (const login of ['first', 'second']) enough.github.people.setRole(login, 'maintain');
    await playRun(enough, {
      id: 100,
      version: '2.5.0-beta.1',
      event: 'workflow_dispatch',
      seed: {
        approvals: [
          { by: 'first', environment: 'beta' },
          { by: 'second', environment: 'beta' },
        ],
      },
    });
    const met = await record(enough, [...GO, '--version', '2.5.0-beta.1']);
    expect({ exit: met.exitCode, outcome: met.told.outcome }).toEqual({ exit: 0, outcome: 'GO' });
  }, 120_000);
});
