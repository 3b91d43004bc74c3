import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import type { FinishedProcess } from '../support/process.ts';
import { startSigstore } from '../support/sigstore.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { writeZip } from '../support/zip.ts';
import { CONFIG, createWorld, OUR_WORKFLOW, type PlayedRun, playRun, SIGN_WORKFLOW, signRun, type World } from './played-run.ts';

const TAG = 'v2.5.0-beta.1';
const REF = `refs/tags/${TAG}`;
const REPOSITORY = '/repos/octo-org/demo';

let world: World;
beforeEach(async () => {
  world = await createWorld();
}, 30_000);
afterEach(() => world[Symbol.asyncDispose]() as Promise<void>);

async function pushTag(name = TAG, message?: string): Promise<void> {
  await world.repository.tag(name, message === undefined ? {} : { message });
  await world.github.push(world.repository.path);
}

const decideOnCommit = (id: number, version = '2.5.0-beta.1') => playRun(world, { id, event: 'workflow_dispatch', version, silent: true });

/** Decides, and signs what was decided in the run with the next number. */
async function decideAndSign(id: number, version?: string): Promise<PlayedRun> {
  const decided = await decideOnCommit(id, version);
  const signed = await signRun(world, { id: id + 1, runId: id });
  expect({ exit: signed.exitCode, log: signed.exitCode === 0 ? '' : signed.log }).toEqual({ exit: 0, log: '' });
  return decided;
}

async function statusOf(commit: string): Promise<readonly string[]> {
  const { statuses } = (await world.github.read(`${REPOSITORY}/commits/${commit}/status`)) as {
    statuses: { context: string; state: string; description: string }[];
  };
  return statuses.map(({ context, state }) => `${context} ${state}`);
}

function expectExit(run: PlayedRun, exit: number): void {
  expect({ plan: run.plan.exitCode, decide: run.decide.exitCode, log: run.decide.exitCode === exit ? '' : run.decide.log }).toEqual({
    plan: 0,
    decide: exit,
    log: '',
  });
}

async function verify(args: readonly string[]): Promise<FinishedProcess & { codes: readonly string[] }> {
  await using elsewhere = await createTemporaryFolder('testops-elsewhere-');
  const finished = await runCli({
    args: ['verify', ...args, '--json'],
    dist: DIST,
    cwd: elsewhere.path,
    nodeVersion: 24,
    env: {
      GITHUB_TOKEN: await world.github.issueToken({ actions: 'read', contents: 'read', statuses: 'read' }),
      GITHUB_API_URL: world.github.url,
      GITHUB_REPOSITORY: 'octo-org/demo',
    },
  });
  const told = finished.stdout.startsWith('{') ? (JSON.parse(finished.stdout) as { findings: { code: string }[] }) : { findings: [] };
  return { ...finished, codes: told.findings.map(({ code }) => code.replace('decision-record/', '')) };
}

describeInFullCheck('a pushed tag', () => {
  it.each([
    ['lightweight', undefined],
    ['annotated', 'Beta 1'],
  ])(
    'that has a decision (%s) is verified: no gate runs again, the status says so, within 50 calls',
    async (_kind, message) => {
      // What was decided for no tag long before costs no call.
      await playRun(world, { id: 90, silent: true, seed: { updatedAt: '2026-01-01T00:00:00Z' } });
      const decided = await decideAndSign(100);
      expectExit(decided, 0);
      expect(decided.decide.outputs.decision).toBe('GO');
      await pushTag(TAG, message);
      const before = world.github.requests.length;
      const run = await playRun(world, { id: 110, ref: REF });
      expectExit(run, 0);
      const calls = world.github.requests.length - before;
      process.stdout.write(`API calls of the run of a pushed tag that has a decision: ${calls}\n`);
      // Every place is read whole, by the job that plans and by the one that verifies.
      expect(calls).toBeLessThanOrEqual(50);
      expect({ gates: run.gates.length, planned: run.plan.outputs['decided-run'], decision: run.decide.outputs.decision }).toEqual({
        gates: 0,
        planned: '101',
        decision: 'GO',
      });
      expect(await statusOf(run.commit)).toEqual(['testops/beta-gate success']);
      expect(run.decide.summary).toContain(`${TAG.replaceAll('.', '.')}`);
    },
    90_000,
  );

  it('whose decision nobody signed is refused, and no gate makes it good', async () => {
    expectExit(await decideOnCommit(100), 0);
    await pushTag();
    const run = await playRun(world, { id: 110, ref: REF });
    expectExit(run, 1);
    expect({ gates: run.gates, log: run.decide.log }).toEqual({ gates: [], log: expect.stringContaining('decision-record/unsigned') });
    expect(await statusOf(run.commit)).toEqual(['testops/beta-gate failure']);
    expect(await verify([TAG])).toMatchObject({ exitCode: 1, codes: ['unsigned'] });
  }, 60_000);

  it('stands on its signed decision when a later run says GO again and nobody signs that, and falls when it says NO-GO', async () => {
    await decideAndSign(100);
    await pushTag();
    expect((await decideOnCommit(105)).decide.outputs.decision).toBe('GO');
    expect(await verify([TAG])).toMatchObject({ exitCode: 0, codes: [] });
    await world.repository.write({ 'actual/report.json': '{"total": 4}\n' });
    expect((await decideOnCommit(106)).decide.outputs.decision).toBe('NO-GO');
    expect((await verify([TAG])).codes).toEqual(expect.arrayContaining(['decision-no-go', 'unsigned']));
  }, 90_000);

  it('that came before any decision: the gates run, and the decision says so', async () => {
    await pushTag();
    const run = await playRun(world, { id: 101, ref: REF });
    expectExit(run, 0);
    expect({ gates: run.gates.length, decision: run.decide.outputs.decision }).toEqual({ gates: 2, decision: 'GO' });
    expect(run.decide.summary + run.decide.log).toContain('tag-before-decision');
  }, 60_000);

  it('that came before any decision is refused where the policy of the default branch says so, whatever the commit’s says', async () => {
    await world.repository.commit('a strict policy', {
      '.github/testops.yml': CONFIG.replace('{ public-key', '{ policy: policy.yml, public-key'),
      'policy.yml': 'version: 1\ntag-first: refuse\n',
    });
    await world.repository.branch('release');
    await world.repository.commit('my own rules', { 'policy.yml': 'version: 1\n' });
    await pushTag();
    const run = await playRun(world, { id: 101, ref: REF });
    expectExit(run, 1);
    expect(await statusOf(run.commit)).toEqual(['testops/beta-gate failure']);
    expect(run.decide.log + run.decide.summary).toContain('tag-before-decision');
  }, 60_000);

  it('that stands on a NO-GO is refused', async () => {
    await world.repository.commit('worse', { 'actual/report.json': '{"total": 4}\n' });
    await world.github.push(world.repository.path);
    expectExit(await decideOnCommit(100), 1);
    await pushTag();
    const run = await playRun(world, { id: 101, ref: REF });
    expectExit(run, 1);
    expect(run.gates).toEqual([]);
    expect(await statusOf(run.commit)).toEqual(['testops/beta-gate failure']);
    expect((await verify([TAG])).codes).toEqual(expect.arrayContaining(['decision-no-go']));
  }, 60_000);

  it('whose decision was swapped in the artifact store is refused, and no gate makes it good', async () => {
    const decided = await decideOnCommit(100);
    const bundle = world.results.artifacts(100).find(({ name }) => name === 'testops-decision-a1');
    world.github.addRun({ id: 99, headSha: decided.commit, referencedWorkflows: [`${OUR_WORKFLOW}@main`] });
    // The genuine decision of run 100, laid into run 99.
    await world.results.plantArtifact({ runId: 99, name: 'testops-decision-a1', bytes: await world.results.readArtifact(bundle?.id ?? 0) });
    await pushTag();
    const run = await playRun(world, { id: 101, ref: REF });
    expectExit(run, 1);
    expect(run.decide.log).toContain('decision-record/decision-other-run');
    expect((await verify([TAG])).codes).toEqual(['decision-other-run']);
  }, 60_000);

  it('whose decision was overlaid with one of an attempt that never was is refused', async () => {
    await world.repository.write({ 'actual/report.json': '{"total": 4}\n' });
    expect((await decideOnCommit(90)).decide.outputs.decision).toBe('NO-GO');
    await world.repository.git('checkout', '--quiet', '--', '.');
    await decideOnCommit(95);
    const [better] = world.results.artifacts(95).filter(({ name }) => name === 'testops-decision-a1');
    const bytes = await world.results.readArtifact(better?.id ?? 0);
    await world.results.plantArtifact({ runId: 90, name: 'testops-decision-a2', bytes });
    await pushTag();
    expect((await verify([TAG])).codes).toEqual(['decision-other-run']);
  }, 60_000);

  it('whose decision is no bundle is refused', async () => {
    const commit = await world.repository.git('rev-parse', 'HEAD');
    world.github.addRun({ id: 99, headSha: commit, referencedWorkflows: [`${OUR_WORKFLOW}@main`] });
    await world.results.plantArtifact({
      runId: 99,
      name: 'testops-decision-a1',
      bytes: writeZip([{ name: 'decision.json', content: '{}' }]),
    });
    await pushTag();
    const run = await playRun(world, { id: 101, ref: REF });
    expectExit(run, 1);
    expect(run.decide.log).toContain('decision-record/bundle-unreadable');
  }, 60_000);

  it.each([
    ['a pull request', { event: 'pull_request' }],
    ['a fork', { headRepository: { id: 77, owner: 'stranger', name: 'demo' } }],
    ['another workflow', { referencedWorkflows: [] }],
  ])(
    'finds no decision in a run of %s',
    async (_name, seed) => {
      await playRun(world, { id: 100, event: 'workflow_dispatch', version: '2.5.0-beta.1', seed, silent: true });
      await pushTag();
      expect((await verify([TAG])).codes).toEqual(['decision-absent']);
    },
    60_000,
  );

  it('that was moved after the decision is caught: by the push, by the run that is under way, and by verify', async () => {
    const decided = await decideAndSign(100);
    await pushTag();
    expect(await verify([TAG])).toMatchObject({ exitCode: 0, codes: [] });
    await world.repository.commit('something else', { 'extra.txt': 'x\n' });
    await world.repository.git('tag', '--force', TAG);
    await world.github.push(world.repository.path);
    const moved = await playRun(world, { id: 110, ref: REF, payload: { before: decided.commit, created: false, forced: true } });
    expect(moved.decide.exitCode).toBe(1);
    expect(moved.decide.log).toContain('decision-record/tag-moved');
    expect(await statusOf(moved.commit)).toEqual(['testops/beta-gate failure']);
    // Whoever only sees the tag as it is now finds no decision on its commit.
    expect((await verify([TAG])).codes).toEqual(['decision-absent']);
    // The work tree goes back: the run of the first push, started late, finds that the tag leads elsewhere now.
    await world.repository.git('checkout', '--quiet', '--detach', decided.commit);
    const late = await playRun(world, { id: 111, ref: REF });
    expect(late.decide.exitCode).toBe(1);
    expect(late.decide.log).toContain('decision-record/tag-moved');
  }, 90_000);

  it('of another version than the decision’s does not stand on it', async () => {
    await decideOnCommit(100, '2.5.0-beta.7');
    await pushTag();
    expect((await verify([TAG])).codes).toEqual(['decision-absent']);
  }, 60_000);
});

describeInFullCheck('testops verify TAG', () => {
  it('accepts what is signed, and nothing else', async () => {
    await decideOnCommit(100);
    await pushTag();
    expect(await verify([TAG])).toMatchObject({ exitCode: 1, codes: ['unsigned'] });
    const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    await signRun(world, { id: 101, runId: 100, inputs: { 'signing-key': other } });
    expect(await verify([TAG])).toMatchObject({ exitCode: 1, codes: ['signer-foreign-key'] });
    await signRun(world, { id: 102, runId: 100 });
    expect(await verify([TAG])).toMatchObject({ exitCode: 0, codes: [] });
    expect(await verify([TAG, '--repository', 'octo-org/other'])).toMatchObject({ exitCode: 3 });
  }, 90_000);

  it('takes signers and roots of Sigstore from the default branch, and from its own flags', async () => {
    await using sigstore = await startSigstore();
    const config = (signer: string) =>
      CONFIG.replace('{ public-key: key.pub }', `{ trusted-root: roots.jsonl, signers: ['${SIGN_WORKFLOW}@${signer}'] }`);
    const callerSha = await world.repository.commit('trust', {
      '.github/testops.yml': config('refs/heads/main'),
      'roots.jsonl': sigstore.trustedRoots,
    });
    await world.github.push(world.repository.path);
    await decideOnCommit(100);
    await pushTag();
    const signAs = (id: number, workflow: string, repository = 'octo-org/demo') =>
      signRun(world, {
        id,
        runId: 100,
        inputs: {},
        env: sigstore.env({
          workflow,
          repository,
          callerSha,
          callerWorkflow: 'octo-org/demo/.github/workflows/testops-sign.yml@refs/heads/main',
        }),
        seed: { referencedWorkflows: [`${SIGN_WORKFLOW}@refs/heads/main`] },
      });
    // A commit of a fork can be named under the repository that it was forked from.
    await signAs(101, `${SIGN_WORKFLOW}@${'f'.repeat(40)}`);
    expect(await verify([TAG])).toMatchObject({ exitCode: 1, codes: ['signer-foreign'] });
    await signAs(102, `${SIGN_WORKFLOW}@refs/heads/main`, 'octo-org/other');
    expect(await verify([TAG])).toMatchObject({ exitCode: 1, codes: ['signer-foreign-repository'] });
    await signAs(103, `${SIGN_WORKFLOW}@refs/heads/main`);
    expect(await verify([TAG])).toMatchObject({ exitCode: 0, codes: [] });
    expect(await verify([TAG, '--signer-workflow', `${SIGN_WORKFLOW}@refs/tags/v1`])).toMatchObject({
      exitCode: 1,
      codes: ['signer-foreign'],
    });
  }, 120_000);

  it.each([
    ['v9.9.9-beta.1', 'no such tag in octo-org/demo'],
    ['v2.5.0', 'v2.5.0'],
  ])(
    'says what is wrong with %s',
    async (tag, message) => {
      const { exitCode, stderr } = await verify([tag]);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(message) });
    },
    30_000,
  );
});
