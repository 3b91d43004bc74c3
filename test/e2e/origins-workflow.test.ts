import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createPushEvent } from '../support/events.ts';
import { runAction } from '../support/runner.ts';
import { createProject, type Jobs, K6, measuredBy, originsIn, SLO, startJobs } from './origin-project.ts';

let jobs: Jobs;
beforeAll(async () => {
  jobs = await startJobs();
});
afterAll(async () => {
  await jobs[Symbol.asyncDispose]();
});

describe('origins of measured files, in the workflow', () => {
  it('row 3: what load wrote is produced in the gate job too', async () => {
    await using project = await createProject(`load: mkdir -p load && cp stored/k6.json load/\n${SLO}`);
    const { exercise, gate } = await jobs.play(project, jobs.newRun());
    expect(exercise.outputs.result).toBe('success');
    expect(await originsIn(gate.clone)).toEqual(['load/k6.json produced']);
    expect([gate.last.exitCode, gate.last.outputs.decision]).toEqual([0, 'GO']);
  }, 60_000);

  it('row 6: tracked, untouched, uploaded by exercise: recorded', async () => {
    await using project = await createProject(`load: "true"\n${SLO.replace('load/*', 'stored/*')}`);
    const { gate } = await jobs.play(project, jobs.newRun());
    expect(await originsIn(gate.clone)).toEqual(['stored/k6.json recorded tracked']);
    expect([gate.last.exitCode, gate.last.outputs.decision]).toEqual([1, 'NO-GO']);
  }, 60_000);

  it('rows 7 and 8: an artifact of an earlier job is handed over, unless the commit has the same bytes', async () => {
    await using project = await createProject(SLO);
    const id = jobs.newRun();
    const artifact = await jobs.plant(id, 'load-results', { 'k6.json': `${K6}\n` });
    const seven = await jobs.play(project, id, 'load-results=load');
    expect(await measuredBy(seven.gate.clone.path)).toEqual([
      expect.objectContaining({
        path: 'load/k6.json',
        origin: 'handed-over',
        artifact: {
          name: 'load-results',
          sha256: artifact.digest.replace('sha256:', ''),
          runId: String(id),
          headSha: await project.git('rev-parse', 'HEAD'),
        },
      }),
    ]);
    expect(seven.gate.last.outputs.decision).toBe('GO');
    const other = jobs.newRun();
    await jobs.plant(other, 'load-results', { 'k6.json': K6 });
    const eight = await jobs.play(project, other, 'load-results=load');
    expect(await originsIn(eight.gate.clone)).toEqual(['load/k6.json recorded equal-to-blob']);
    expect(eight.gate.last.outputs.decision).toBe('NO-GO');
  }, 60_000);

  it('row 9: a name that only another run has is refused', async () => {
    await using project = await createProject(SLO);
    await jobs.plant(jobs.newRun(), 'load-results', { 'k6.json': K6 });
    const { last } = await jobs.run(project, jobs.newRun(), ['gate-inputs', { 'input-artifacts': 'load-results=load' }]);
    expect(last.exitCode).toBe(3);
    expect(last.log).toContain('load-results');
  });

  it('row 10: what setup fetched is found and does not count', async () => {
    await using project = await createProject(`setup: mkdir -p load && cp stored/k6.json load/\nload: "true"\n${SLO}`);
    const { gate } = await jobs.play(project, jobs.newRun());
    expect(await originsIn(gate.clone)).toEqual(['load/k6.json found written-by-setup']);
    expect(gate.last.outputs.decision).toBe('NO-GO');
  }, 60_000);

  it('an exercise that fails has no result, hands nothing on, and breaks the decision, also without a version', async () => {
    await using project = await createProject(`load: exit 7\n${SLO.replace('load/*', 'stored/*')}`);
    const { exercise, gate } = await jobs.play(project, jobs.newRun());
    expect([exercise.exitCode, exercise.outputs.result, exercise.outputs['inputs-sha256']]).toEqual([3, undefined, undefined]);
    expect(await originsIn(gate.clone)).toEqual(['stored/k6.json recorded tracked']);
    const decided = await jobs.run(project, jobs.newRun(), ['slo-gate', {}], ['decision-record', { 'exercise-result': 'failure' }]);
    expect([decided.last.exitCode, decided.last.outputs.decision]).toEqual([1, 'NO-GO']);
    expect(await readFile(join(decided.clone.path, 'testops-out/decision/decision.json'), 'utf8')).toContain(
      '"decision-record/exercise-failed"',
    );
  }, 60_000);

  it('origins that a command of the repository rewrites are refused', async () => {
    await using project = await createProject(SLO);
    const id = jobs.newRun();
    await jobs.plant(id, 'load-results', { 'k6.json': K6 });
    await using clone = await project.clone();
    const commit = await project.git('rev-parse', 'HEAD');
    const event = createPushEvent({ owner: 'octo-org', repo: 'demo', repositoryId: 1 }, commit);
    const run = (action: string, inputs: Record<string, string>, env: Record<string, string>) =>
      runAction({
        action,
        dist: DIST,
        inputs: { config: 'testops.yml', ...inputs },
        cwd: clone.path,
        env,
        results: jobs.results,
        event,
        run: { id },
      });
    const fetched = await run('gate-inputs', { 'input-artifacts': 'load-results=load' }, { TESTOPS_COMMIT: commit });
    const list = join(clone.path, 'testops-out/origins.json');
    await writeFile(list, (await readFile(list, 'utf8')).replace(/"name":"[^"]*"/, '"name":"x"'));
    expect((await run('slo-gate', {}, { TESTOPS_COMMIT: commit, ...fetched.exportedEnv })).exitCode).toBe(3);
  }, 60_000);
});
