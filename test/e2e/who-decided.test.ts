import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { buildBundle, type DecisionInput, decide, stepProofOf, writeStepProof } from '../../src/decision/index.ts';
import { evidenceOf, inputOf } from '../decision/example.ts';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createPushEvent } from '../support/events.ts';
import type { JobSeed, RunSeed } from '../support/github.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { type JobIdentity, startSigstore } from '../support/sigstore.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { writeZip } from '../support/zip.ts';
import {
  CONFIG,
  createWorld,
  decidingJob,
  OUR_WORKFLOW,
  type PlayedRun,
  playRun,
  SIGN_WORKFLOW,
  signRun,
  type World,
} from './played-run.ts';

const REPOSITORY = 'octo-org/demo';
const PIN = 'c'.repeat(40);
const NEXT_PIN = 'd'.repeat(40);
const EVIL_PIN = 'e'.repeat(40);
const CALLER = '.github/workflows/testops-ci.yml';
const callerOf = (pin: string, name = 'beta') => `jobs: { ${name}: { uses: '${OUR_WORKFLOW}@${pin}' } }\n`;
const signerOf = (pin: string) => `jobs: { sign: { uses: '${SIGN_WORKFLOW}@${pin}' } }\n`;

let world: World;
beforeEach(async () => {
  world = await createWorld();
}, 60_000);
afterEach(() => world[Symbol.asyncDispose]() as Promise<void>);

type Files = ReadonlyMap<string, Uint8Array>;

/** A GO that nobody decided, whole in itself. */
function inventGo(runId: number, commit: string, changes: Partial<DecisionInput> = {}): { readonly files: Files; readonly proof: string } {
  const run = { repository: REPOSITORY, runId: String(runId) };
  const at = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const times = { startedAt: at, finishedAt: at };
  const subject = { commit };
  const input = inputOf({
    now: Date.now(),
    repository: REPOSITORY,
    subject,
    run: { id: String(runId), attempt: 1, event: 'push' },
    defaultBranch: { name: 'main', commit, source: 'forge' },
    base: { bases: [], compared: [], moved: [], steering: [], asked: true },
    configured: ['slo-gate', 'snapshot-compare'],
    evidence: [
      evidenceOf('slo-gate', { subject, run: { ...run, ...times } }),
      evidenceOf('snapshot-compare', { subject, run: { ...run, ...times } }),
    ],
    ...changes,
  });
  return bundleOf(input);
}

function bundleOf(input: DecisionInput): { readonly files: Files; readonly proof: string } {
  const decision = decide(input);
  expect(decision.outcome).toBe('GO');
  const { files } = buildBundle(decision, input, () => '# GO\n');
  const proof = stepProofOf(decision, files);
  if (proof === undefined) throw new Error('a decision about a commit');
  return { files, proof: writeStepProof(proof) };
}

/** What a job of the run uploads under a name of its choice. */
async function plant(runId: number, name: string, files: Files): Promise<void> {
  const entries = [...files].map(([path, content]) => ({ name: path, content }));
  await world.results.plantArtifact({ runId, name, bytes: writeZip(entries) });
}

const play = (id: number, options: Partial<Parameters<typeof playRun>[1]> = {}) => playRun(world, { id, silent: true, ...options });

/** A run of this repository in which no gate ever ran. */
async function addRun(id: number, seed: Partial<RunSeed> = {}): Promise<string> {
  const headSha = await world.repository.git('rev-parse', 'HEAD');
  world.github.addRun({ id, headSha, workflow: CALLER, referencedWorkflows: [`${OUR_WORKFLOW}@${PIN}`], ...seed });
  return headSha;
}

/** A deciding job as the caller of this world names it, with a proof. */
const decided = (proof: string, changes: Partial<JobSeed> = {}): JobSeed => ({
  ...decidingJob({ exitCode: 0, outputs: { proof } }),
  ...changes,
});

const codesOf = ({ log }: Pick<ActionRun, 'log'>): readonly string[] =>
  [...new Set([...log.matchAll(/title=decision-record\/([a-z-]+)/g)].map((match) => match[1] ?? ''))].sort();

let lastSigner = 500;
/** What signing a run ends with. */
async function sign(runId: number, options: Partial<Parameters<typeof signRun>[1]> = {}) {
  const signed = await signRun(world, { id: ++lastSigner, runId, ...options });
  return { exit: signed.exitCode, decision: signed.outputs.decision, codes: codesOf(signed), log: signed.log };
}

async function verify(tag: string) {
  await using elsewhere = await createTemporaryFolder('testops-elsewhere-');
  const finished = await runCli({
    args: ['verify', tag, '--json'],
    dist: DIST,
    cwd: elsewhere.path,
    nodeVersion: 24,
    env: {
      GITHUB_TOKEN: await world.github.issueToken({ actions: 'read', contents: 'read', statuses: 'read', attestations: 'read' }),
      GITHUB_API_URL: world.github.url,
      GITHUB_REPOSITORY: REPOSITORY,
    },
  });
  const told = finished.stdout.startsWith('{') ? (JSON.parse(finished.stdout) as { findings: { code: string }[] }) : { findings: [] };
  return { exit: finished.exitCode, codes: [...new Set(told.findings.map(({ code }) => code.replace('decision-record/', '')))].sort() };
}

async function breakSnapshots(): Promise<void> {
  await world.repository.commit('Break the snapshots', { 'actual/report.json': '{"total": 4}\n' });
  await world.github.push(world.repository.path);
}

describeInFullCheck('a decision is signed', () => {
  it('when the deciding job of the run states it', async () => {
    const run = await play(100);
    expect(run.decide.outputs.proof).toMatch(new RegExp(`^testops-proof v1 GO ${run.commit} - [0-9a-f]{64}$`));
    expect(await sign(100)).toMatchObject({ exit: 0, decision: 'GO', log: expect.stringContaining(`${OUR_WORKFLOW} at ${PIN}`) });
  }, 60_000);

  it('while its run goes on, by a later job of it', async () => {
    const run = await play(100);
    const jobs = [decidingJob(run.decide)];
    const seed = { id: 100, headSha: run.commit, jobs, status: 'in_progress' as const, workflow: CALLER };
    const referencedWorkflows = [`${OUR_WORKFLOW}@${PIN}`, `${SIGN_WORKFLOW}@${PIN}`];
    expect(await sign(100, { id: 100, seed: { ...seed, referencedWorkflows } })).toMatchObject({ exit: 0, decision: 'GO' });
  }, 60_000);

  it('by what the run decided, whatever another job uploads as a signed decision', async () => {
    await breakSnapshots();
    const run = await play(100);
    expect(run.decide.outputs.decision).toBe('NO-GO');
    await plant(100, 'testops-signed-a1', inventGo(100, run.commit).files);
    expect(await sign(100)).toMatchObject({ exit: 0, decision: 'NO-GO' });
  }, 60_000);
});

describeInFullCheck('nothing is signed', () => {
  const refused = (...codes: readonly string[]) => ({ exit: 1, decision: 'NO-GO', codes });

  it('for a commit that no run ever judged', async () => {
    const commit = await addRun(100, { jobs: [decided('')] });
    await plant(100, 'testops-signed-a1', inventGo(100, commit).files);
    expect((await sign(100)).exit).toBe(3);
    await plant(100, 'testops-decision-a1', inventGo(100, commit).files);
    expect(await sign(100)).toMatchObject(refused('decision-unconfirmed'));
  }, 60_000);

  it('when another job took the name of the artifact first: the decision is a NO-GO for everybody', async () => {
    const commit = await world.repository.git('rev-parse', 'HEAD');
    await plant(100, 'testops-decision-a1', inventGo(100, commit).files);
    const run = await playRun(world, { id: 100 });
    expect({ exit: run.decide.exitCode, ...run.decide.outputs }).toMatchObject({ exit: 1, decision: 'NO-GO', proof: '', evidence: '' });
    expect(codesOf(run.decide)).toContain('upload-refused');
    expect(run.decide.summary).toContain('could not be uploaded');
    const { statuses } = (await world.github.read(`/repos/${REPOSITORY}/commits/${commit}/status`)) as { statuses: object[] };
    expect(statuses).toMatchObject([{ context: 'testops/beta-gate', state: 'failure' }]);
    const checks = (await world.github.read(`/repos/${REPOSITORY}/commits/${commit}/check-runs`)) as { check_runs: { name: string }[] };
    expect(checks.check_runs.find(({ name }) => name === 'testops/decision')).toMatchObject({ conclusion: 'failure' });
    expect(await sign(100)).toMatchObject(refused('deciding-job-failed', 'decision-unconfirmed'));
  }, 60_000);

  it.each<readonly [string, (proof: string) => readonly JobSeed[], string]>([
    [
      'of which another job is named decide too',
      (proof) => [decided(proof), decided('', { name: 'other / decide' })],
      'deciding-job-unclear',
    ],
    ['whose only deciding job is that of another workflow', (proof) => [decided(proof, { name: 'evil / decide' })], 'deciding-job-unclear'],
    ['whose deciding job is named without its caller', (proof) => [decided(proof, { name: 'decide' })], 'deciding-job-unclear'],
    ['that has no deciding job', (proof) => [decided(proof, { name: 'beta / gates' })], 'deciding-job-unclear'],
    [
      'that states its decision in another attempt',
      (proof) => [decided('', { attempt: 1 }), decided(proof, { attempt: 2 })],
      'decision-unconfirmed',
    ],
    ['whose deciding job failed', (proof) => [decided(proof, { conclusion: 'failure' })], 'deciding-job-failed'],
    ['that states two decisions', (proof) => [decided(proof, { steps: [proof, proof] })], 'decision-unconfirmed'],
    ['that states another outcome', (proof) => [decided(proof.replace(' GO ', ' NO-GO '))], 'decision-unconfirmed'],
    ['that states another commit', (proof) => [decided(proof.replace(/ [0-9a-f]{40} /, ` ${'9'.repeat(40)} `))], 'decision-unconfirmed'],
    ['that states a decision about a version', (proof) => [decided(proof.replace(' - ', ' 2.5.0-beta.1 '))], 'decision-unconfirmed'],
    ['that states it in a line with more behind it', (proof) => [decided(`${proof} x`)], 'decision-unconfirmed'],
  ])(
    'of a run %s',
    async (_name, jobsOf, code) => {
      const run = await play(100);
      const jobs = jobsOf(run.decide.outputs.proof ?? '');
      await addRun(100, { jobs, attempt: jobs.some(({ attempt }) => attempt === 2) ? 2 : 1 });
      expect(await sign(100)).toMatchObject(refused(code));
    },
    60_000,
  );

  it('when the bundle is not the one that was stated', async () => {
    const run = await play(100);
    await addRun(101, { jobs: [decided(run.decide.outputs.proof ?? '')] });
    await plant(101, 'testops-decision-a1', inventGo(101, run.commit).files);
    expect(await sign(101)).toMatchObject(refused('decision-unconfirmed'));
    // One byte more in the text for people.
    const [artifact] = world.results.artifacts(100).filter(({ name }) => name === 'testops-decision-a1');
    await world.results.deleteArtifact(artifact?.id ?? 0);
    const folder = join(world.repository.path, 'testops-out/decision');
    const files = new Map<string, Uint8Array>();
    const { bundle = '' } = run.decide.outputs;
    expect(bundle).not.toBe('');
    for (const name of (await world.repository.git('ls-files', '--others', '--full-name', folder)).split('\n')) {
      const path = name.replace(/^testops-out\/decision\//, '');
      files.set(path, await readFile(join(folder, path)));
    }
    const text = files.get('decision.md') ?? new Uint8Array();
    await plant(100, 'testops-decision-a1', new Map([...files, ['decision.md', new Uint8Array([...text, 10])]]));
    expect((await sign(100)).exit).toBe(1);
  }, 60_000);

  it('of two artifacts with one name', async () => {
    const run = await play(100);
    await plant(100, 'testops-decision-a1', inventGo(100, run.commit).files);
    expect(await sign(100)).toMatchObject(refused('artifact-duplicate'));
  }, 60_000);

  it('that counts approvals which nobody gave', async () => {
    await world.repository.commit('A quorum', {
      '.github/testops.yml': CONFIG.replace('{ public-key', '{ policy: policy.yml, public-key'),
      'policy.yml': 'version: 1\napprovals: { at-least: 1 }\n',
    });
    await world.github.push(world.repository.path);
    const commit = await world.repository.git('rev-parse', 'HEAD');
    const policy = {
      name: 'policy.yml',
      bytes: new TextEncoder().encode('version: 1\napprovals: { at-least: 1 }\n'),
      origin: { kind: 'default-branch', commit } as const,
    };
    const approvals = [{ by: 'invented', kind: 'review', state: 'approved', at: new Date().toISOString(), commit } as const];
    const { files, proof } = inventGo(100, commit, { policy, approvals });
    await addRun(100, { jobs: [decided(proof)] });
    await plant(100, 'testops-decision-a1', files);
    expect(await sign(100)).toMatchObject(refused('decision-differs'));
  }, 60_000);

  it.each<readonly [string, Partial<DecisionInput>, string]>([
    ['gates that the commit does not configure', { configured: ['slo-gate'], evidence: [] }, 'decision-differs'],
    [
      'a policy that is not on the default branch',
      {
        policy: {
          name: 'policy.yml',
          bytes: new TextEncoder().encode('version: 1\n'),
          origin: { kind: 'default-branch', commit: '9'.repeat(40) },
        },
      },
      'default-branch-unknown',
    ],
  ])(
    'that was decided with %s',
    async (_name, changes, code) => {
      const commit = await world.repository.git('rev-parse', 'HEAD');
      const at = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
      const slo = evidenceOf('slo-gate', {
        subject: { commit },
        run: { repository: REPOSITORY, runId: '100', startedAt: at, finishedAt: at },
      });
      const { files, proof } = inventGo(100, commit, changes.evidence === undefined ? changes : { ...changes, evidence: [slo] });
      await addRun(100, { jobs: [decided(proof)] });
      await plant(100, 'testops-decision-a1', files);
      expect(await sign(100)).toMatchObject(refused(code));
    },
    60_000,
  );

  it('of a run of a workflow file that nobody reviewed, and by one', async () => {
    await world.repository.branch('topic');
    await world.repository.commit('My own jobs', {
      [CALLER]: `${callerOf(PIN)}# and a job of mine\n`,
      '.github/workflows/testops-sign.yml': `${signerOf(PIN)}#\n`,
    });
    await world.github.push(world.repository.path);
    await play(100, { ref: 'refs/heads/topic' });
    const main = { seed: { headSha: await world.repository.git('rev-parse', 'main') } };
    expect(await sign(100, main)).toMatchObject(refused('run-changed-workflow'));
    await world.repository.git('checkout', '--quiet', 'main');
    await play(101);
    const topic = { seed: { headSha: await world.repository.git('rev-parse', 'topic'), headBranch: 'topic' } };
    expect(await sign(101, topic)).toMatchObject(refused('run-changed-workflow'));
    expect(await sign(101)).toMatchObject({ exit: 0, decision: 'GO' });
  }, 90_000);

  it('on a self-hosted runner, nor on one that ran commands of the repository', async () => {
    const run = await play(100, { version: '2.5.0-beta.1', event: 'workflow_dispatch' });
    const env = { RUNNER_ENVIRONMENT: 'self-hosted', RUNNER_NAME: 'ours' };
    expect(await sign(100, { env })).toMatchObject({ exit: 3, log: expect.stringContaining('self-hosted-signing') });
    await world.repository.commit('Allow it', {
      '.github/testops.yml': CONFIG.replace('{ public-key', '{ self-hosted-signing: true, public-key'),
    });
    await world.github.push(world.repository.path);
    const jobs = [decidingJob(run.decide), { name: 'beta / exercise', conclusion: 'success', runnerName: 'ours' }];
    await addRun(100, { headSha: run.commit, event: 'workflow_dispatch', jobs });
    expect(await sign(100, { env })).toMatchObject({ exit: 3, log: expect.stringContaining('ran commands of the repository') });
    expect(await sign(100, { env: { ...env, RUNNER_NAME: 'another' } })).toMatchObject({ exit: 0, decision: 'GO' });
  }, 90_000);
});

describeInFullCheck('an update of the pin', () => {
  const update = async (pin: string) => {
    await world.repository.commit(`Pin ${pin.slice(0, 4)}`, {
      [CALLER]: callerOf(pin),
      '.github/workflows/testops-sign.yml': signerOf(pin),
    });
    await world.github.push(world.repository.path);
  };
  const at = (pin: string) => ({ seed: { referencedWorkflows: [`${SIGN_WORKFLOW}@${pin}`] } });

  it('by a merged pull request unbelieves nothing; signing demands the pin of today', async () => {
    await play(100);
    await world.repository.branch('update');
    await update(EVIL_PIN);
    await update(NEXT_PIN);
    await world.repository.git('checkout', '--quiet', 'main');
    await world.repository.git('merge', '--quiet', '--no-ff', '-m', 'Merge the update', 'update');
    await world.github.push(world.repository.path);
    expect(await sign(100, at(PIN))).toMatchObject({ exit: 1, codes: ['signer-pin-old'] });
    const signed = await sign(100, at(NEXT_PIN));
    expect(signed).toMatchObject({ exit: 0, decision: 'GO', log: expect.stringContaining('called earlier') });
    // What only the branch of the pull request had is no state of the default branch.
    await play(101, { seed: { referencedWorkflows: [`${OUR_WORKFLOW}@${EVIL_PIN}`] } });
    expect(await sign(101, at(NEXT_PIN))).toMatchObject({ exit: 1, codes: ['workflow-not-pinned'] });
  }, 90_000);

  it('to a commit that is not distrusted is needed where the last one is', async () => {
    await play(100);
    await world.repository.commit('Distrust', {
      '.github/testops.yml': CONFIG.replace('{ public-key', `{ distrust: [${PIN}], public-key`),
    });
    await update(NEXT_PIN);
    expect(await sign(100, at(NEXT_PIN))).toMatchObject({ exit: 1, codes: ['workflow-distrusted'] });
  }, 60_000);
});

describeInFullCheck('a signature by Sigstore is believed', () => {
  const TAG = 'v2.5.0-beta.1';

  it('when its certificate names a hosted runner, and workflows that the default branch has or had', async () => {
    await using sigstore = await startSigstore();
    const trust = CONFIG.replace('{ public-key: key.pub }', '{ trusted-root: roots.jsonl }');
    const main = await world.repository.commit('Trust', { '.github/testops.yml': trust, 'roots.jsonl': sigstore.trustedRoots });
    await world.github.push(world.repository.path);
    await play(100, { version: '2.5.0-beta.1', event: 'workflow_dispatch' });
    await world.repository.tag(TAG);
    await world.repository.branch('topic');
    const topic = await world.repository.commit('A runner of mine', {
      '.github/workflows/testops-sign.yml': `${signerOf(PIN)}# self-hosted\n`,
    });
    await world.repository.git('checkout', '--quiet', 'main');
    await world.github.push(world.repository.path);
    const identity: JobIdentity = { workflow: `${SIGN_WORKFLOW}@${PIN}`, repository: REPOSITORY, callerSha: main };
    const signAs = async (changes: Partial<JobIdentity>) => {
      const signed = await sign(100, { inputs: {}, env: sigstore.env({ ...identity, ...changes }) });
      expect({ exit: signed.exit, log: signed.exit === 0 ? '' : signed.log }).toEqual({ exit: 0, log: '' });
      return verify(TAG);
    };
    const workflow = `${SIGN_WORKFLOW}@${EVIL_PIN}`;
    expect(await signAs({ callerSha: topic })).toEqual({ exit: 1, codes: ['signer-unreviewed'] });
    expect(await signAs({ workflow })).toEqual({ exit: 1, codes: ['signer-not-pinned'] });
    expect(await signAs({})).toEqual({ exit: 0, codes: [] });
    const distrusting = trust.replace('{ trusted-root', `{ distrust: ['${SIGN_WORKFLOW}@${PIN}'], trusted-root`);
    await world.repository.commit('Distrust', { '.github/testops.yml': distrusting });
    await world.github.push(world.repository.path);
    expect((await verify(TAG)).exit).toBe(1);
  }, 180_000);
});

describeInFullCheck('the deciding job', () => {
  const decideWith = async (inputs: Record<string, string>): Promise<ActionRun> =>
    runAction({
      action: 'decision-record',
      dist: DIST,
      inputs,
      event: createPushEvent(world.github, await world.repository.git('rev-parse', 'HEAD')),
      cwd: world.repository.path,
      nodeVersion: 24,
      github: world.github,
      results: world.results,
      run: { id: 900, job: 'decide' },
    });

  it.each([
    ['needs', 'not json', 'needs'],
    ['needs', '{"slo-gate":{"result":"neutral","outputs":{}}}', 'needs'],
    ['needs', '{"slo-gate":{"result":"success","outputs":{},"more":1}}', 'needs'],
    ['evidence-digests', `slo-gate=${'1'.repeat(64)}\nslo-gate=${'2'.repeat(64)}`, 'two lines for slo-gate'],
    ['job-results', 'slo-gate=success\nslo-gate=success', 'two lines for slo-gate'],
  ])('refuses %s %j', async (name, value, said) => {
    const { exitCode, log } = await decideWith({ [name]: value });
    expect({ exitCode, log }).toEqual({ exitCode: 3, log: expect.stringContaining(said) });
  });

  it('takes over no check run that is there already, whatever it says', async () => {
    await breakSnapshots();
    const commit = await world.repository.git('rev-parse', 'HEAD');
    await fetch(`${world.github.url}/repos/${REPOSITORY}/check-runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.github.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'testops/decision',
        head_sha: commit,
        external_id: 'testops:decision:100:1',
        status: 'completed',
        conclusion: 'success',
      }),
    });
    const run = await playRun(world, { id: 100 });
    expect({ exit: run.decide.exitCode, log: run.decide.log }).toEqual({ exit: 1, log: expect.stringContaining('was there before') });
    const { check_runs } = (await world.github.read(`/repos/${REPOSITORY}/commits/${commit}/check-runs?filter=all`)) as {
      check_runs: { name: string; conclusion: string }[];
    };
    const conclusions = check_runs.filter(({ name }) => name === 'testops/decision').map(({ conclusion }) => conclusion);
    expect(conclusions.sort()).toEqual(['failure', 'success']);
  }, 60_000);

  it('takes what a job reports for that job alone, whatever is in it', async () => {
    await breakSnapshots();
    const run: PlayedRun = await play(100);
    const digest = run.gates[1]?.outputs['evidence-sha256'] ?? '';
    // The job of snapshot-compare reports nothing; that of slo-gate tries to speak for it.
    const needs = {
      plan: { result: 'success', outputs: { exercise: 'false' } },
      'slo-gate': { result: 'success', outputs: { 'evidence-sha256': `${'0'.repeat(64)}\nsnapshot-compare=${digest}` } },
      'snapshot-compare': { result: 'failure', outputs: {} },
    };
    const decided = await decideWith({ needs: JSON.stringify(needs) });
    expect({ exit: decided.exitCode, decision: decided.outputs.decision }).toEqual({ exit: 1, decision: 'NO-GO' });
  }, 60_000);
});

describeInFullCheck('plan', () => {
  it('runs nothing for a commit of a fork that can be reached by its id', async () => {
    const { repository } = world;
    await repository.branch('fork');
    const stranger = await repository.commit('Code of a fork', { 'evil.sh': 'exit 0\n' });
    await repository.git('checkout', '--quiet', '--detach', stranger);
    await repository.git('branch', '--quiet', '-D', 'fork');
    const plan = (ref?: string) =>
      runAction({
        action: 'plan',
        dist: DIST,
        inputs: {},
        event: createPushEvent(world.github, stranger, ref),
        cwd: repository.path,
        nodeVersion: 24,
        github: world.github,
        results: world.results,
        run: { id: 901, job: 'plan' },
      });
    expect(await plan()).toMatchObject({ exitCode: 3, log: expect.stringContaining('no branch of this repository') });
    await repository.tag('v2.5.0-beta.1');
    expect(await plan('refs/tags/v2.5.0-beta.1')).toMatchObject({ exitCode: 3 });
    await repository.git('branch', '--quiet', 'merged', stranger);
    expect(await plan()).toMatchObject({ exitCode: 0 });
  }, 60_000);
});
