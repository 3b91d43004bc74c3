import { expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CONFIG, createWorld, decidingJob, KEYS, OUR_WORKFLOW, type PlayedRun, playRun, signRun, type World } from './played-run.ts';

const TAG = 'v2.5.0-beta.1';
const REPOSITORY = 'octo-org/demo';

/** `testops verify TAG`, from a folder that knows nothing. */
async function verify({ github }: World): Promise<{ readonly exit: number | null; readonly codes: readonly string[] }> {
  await using elsewhere = await createTemporaryFolder('testops-elsewhere-');
  const { exitCode, stdout } = await runCli({
    args: ['verify', TAG, '--json'],
    dist: DIST,
    cwd: elsewhere.path,
    nodeVersion: 24,
    env: {
      GITHUB_TOKEN: await github.issueToken({ actions: 'read', contents: 'read', statuses: 'read', attestations: 'read' }),
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: REPOSITORY,
    },
  });
  const { findings } = JSON.parse(stdout) as { findings: { code: string }[] };
  return { exit: exitCode, codes: findings.map(({ code }) => code.replace('decision-record/', '')) };
}

const decideOn = (world: World, id: number, attempt = 1) =>
  playRun(world, { id, attempt, version: TAG.slice(1), event: 'workflow_dispatch' });

/** A beta with a GO of run 100 that is signed in run 101. */
async function accept(world: World): Promise<PlayedRun> {
  const first = await decideOn(world, 100);
  expect((await signRun(world, { id: 101, runId: 100 })).outputs.decision).toBe('GO');
  await world.repository.tag(TAG);
  await world.github.push(world.repository.path);
  expect(await verify(world)).toEqual({ exit: 0, codes: [] });
  return first;
}

/** From now on the default branch asks for an approval that nobody gives, so that every run on the beta's commit says NO-GO. */
async function refuseFromNowOn(world: World): Promise<void> {
  await world.repository.commit('Two pairs of eyes', {
    '.github/testops.yml': CONFIG.replace('{ public-key', '{ policy: policy.yml, public-key'),
    'policy.yml': 'version: 1\napprovals: { at-least: 1 }\n',
  });
  await world.github.push(world.repository.path);
  await world.repository.git('checkout', '--quiet', '--detach', TAG);
}

async function deleteArtifacts({ results }: World, runId: number, suffix = ''): Promise<void> {
  for (const { id, name } of results.artifacts(runId)) if (name.endsWith(suffix)) await results.deleteArtifact(id);
}

/** What GitHub says once somebody deleted a run. */
async function deleteRun(world: World, id: number): Promise<void> {
  await deleteArtifacts(world, id);
  const body = { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' };
  world.github.faults.add({ method: 'GET', path: new RegExp(`/actions/runs/${id}(?![0-9])`), action: { status: 404, body } });
  world.github.addRun({ id, headSha: '9'.repeat(40), workflow: '.github/workflows/other.yml' });
}

describeInFullCheck('a NO-GO of a later attempt', () => {
  it('is no way back to the GO of the first when its artifact is deleted', async () => {
    await using world = await createWorld();
    const first = await accept(world);
    await refuseFromNowOn(world);
    const second = await decideOn(world, 100, 2);
    expect(second.decide.outputs.decision).toBe('NO-GO');
    const run = { id: 100, attempt: 2, headSha: first.commit, event: 'workflow_dispatch', conclusion: 'failure' } as const;
    const called = { workflow: '.github/workflows/testops-ci.yml', referencedWorkflows: [`${OUR_WORKFLOW}@${'c'.repeat(40)}`] };
    world.github.addRun({ ...run, ...called, jobs: [decidingJob(first.decide, 1), decidingJob(second.decide, 2)] });
    await deleteArtifacts(world, 100, '-a2');
    expect(await verify(world)).toEqual({ exit: 1, codes: ['decision-superseded'] });
    const signed = await signRun(world, { id: 102, runId: 100 });
    expect({ exit: signed.exitCode, decision: signed.outputs.decision }).toEqual({ exit: 1, decision: 'NO-GO' });
    // An attempt in which the deciding job did not run again lists it with the steps that it had.
    world.github.addRun({ ...run, ...called, conclusion: 'success', jobs: [decidingJob(first.decide, 1), decidingJob(first.decide, 2)] });
    expect((await signRun(world, { id: 103, runId: 100 })).outputs.decision).toBe('GO');
  }, 180_000);
});

describeInFullCheck('a NO-GO whose run is deleted', () => {
  it('that nobody signed is a refusal', async () => {
    await using world = await createWorld();
    await accept(world);
    await refuseFromNowOn(world);
    await decideOn(world, 120);
    await deleteRun(world, 120);
    expect(await verify(world)).toEqual({ exit: 1, codes: ['decision-gone'] });
  }, 180_000);

  it('that a person made is lifted by a later signed go of a person alone', async () => {
    await using world = await createWorld();
    await accept(world);
    const person = (id: number, decision: string) =>
      signRun(world, { id, runId: 100, inputs: { 'signing-key': KEYS.privateKey, decision, reason: 'I looked at it' } });
    expect((await person(110, 'no-go')).exitCode).toBe(0);
    await deleteRun(world, 110);
    expect(await verify(world)).toEqual({ exit: 1, codes: ['decision-gone'] });
    expect((await person(111, 'go')).exitCode).toBe(0);
    expect(await verify(world)).toEqual({ exit: 0, codes: [] });
  }, 180_000);
});
