import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createPushEvent, createWorkflowRunEvent } from '../support/events.ts';
import { type EmulatedGithub, type RunSeed, startGithub, type TokenPermissions } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { writeZip } from '../support/zip.ts';

/** What testops-sarif.yml grants. */
const PERMISSIONS: TokenPermissions = { contents: 'read', actions: 'read', 'pull-requests': 'read', 'security-events': 'write' };
const CALLED = ['testops/beta-gates/.github/workflows/testops-ci.yml@v1'];
const CONFIG = 'version: 1\ntelemetry-scan: { paths: ["logs/*"], sarif: testops-out/log.sarif }\n';

/** From the scan to code scanning: both actions as whole processes, artifacts through the real client, the API emulated. */
describeInFullCheck('upload-sarif', () => {
  let results: ResultsService;
  let repository: TestRepository;
  let github: EmulatedGithub;
  let mainSha = '';
  let headSha = '';
  let lastRun = 500;

  beforeAll(async () => {
    results = await startResultsService();
    repository = await createRepository({
      '.github/testops.yml': CONFIG,
      '.gitignore': 'testops-evidence\ntestops-out\n',
      'logs/a.jsonl': '{"card":"4929325827136822"}\n',
    });
    mainSha = await repository.git('rev-parse', 'HEAD');
    await repository.branch('topic');
    headSha = await repository.commit('A change', { 'change.txt': 'x\n' });
    await repository.git('checkout', '--quiet', 'main');
    github = await startGithub({ repositoryPath: repository.path, results });
    await github.openPullRequest('topic');
  }, 60_000);
  afterAll(async () => {
    await github[Symbol.asyncDispose]();
    await repository[Symbol.asyncDispose]();
    await results[Symbol.asyncDispose]();
  });

  /** A run in which telemetry-scan looked at a commit, as GitHub tells it afterwards. */
  async function scanIn(commit: string, seed: Partial<RunSeed> = {}, inputs: Record<string, string> = {}): Promise<number> {
    const id = ++lastRun;
    await using clone = await repository.clone();
    await clone.git('checkout', '--quiet', commit);
    const scan = await runAction({
      action: 'telemetry-scan',
      dist: DIST,
      inputs,
      event: createPushEvent(github, commit, 'refs/heads/main'),
      cwd: clone.path,
      env: { TESTOPS_SALT: 'a salt of the tests, long enough for HMAC-SHA-256' },
      github,
      results,
      run: { id, attempt: 1, job: 'telemetry-scan' },
    });
    expect(scan.outputs.verdict).toBe('fail');
    github.addRun({ id, headSha: commit, headBranch: 'main', event: 'push', conclusion: 'failure', referencedWorkflows: CALLED, ...seed });
    return id;
  }

  async function upload(runId: number, permissions = PERMISSIONS): Promise<ActionRun> {
    return runAction({
      action: 'upload-sarif',
      dist: DIST,
      inputs: { 'github-token': await github.issueToken(permissions) },
      event: createWorkflowRunEvent(github, mainSha, { runId, headSha: mainSha, headBranch: 'main', forkOwner: github.owner }),
      cwd: repository.path,
      github,
      run: { id: runId + 10_000, workflow: '.github/workflows/testops-sarif.yml' },
    });
  }

  it('hands the log of a branch to code scanning, without the value that was found', async () => {
    const id = await scanIn(mainSha);
    const before = github.sarifs.length;
    const run = await upload(id);
    expect({ exit: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({ exit: 0, log: '' });
    expect(run.outputs.results).toBe('1');
    expect(github.sarifs.slice(before)).toEqual([expect.objectContaining({ commitSha: mainSha, ref: 'refs/heads/main' })]);
    const [sent] = github.sarifs.slice(before);
    expect(JSON.stringify(sent?.sarif)).toContain('telemetry-scan/card');
    expect(JSON.stringify(sent?.sarif)).not.toContain('4929325827136822');
  }, 60_000);

  it('hands the log of a pull request of this repository to the pull request', async () => {
    const id = await scanIn(headSha, { event: 'pull_request', headBranch: 'topic' });
    const run = await upload(id);
    expect(run.exitCode).toBe(0);
    expect(github.sarifs.at(-1)).toMatchObject({ commitSha: headSha, ref: 'refs/pull/1/head' });
  }, 60_000);

  it('uploads nothing of a fork, of a workflow that nobody trusts, of another commit, or of a run that left no log', async () => {
    const before = github.sarifs.length;
    const fork = await upload(await scanIn(mainSha, { headRepository: { id: 99, owner: 'mallory', name: 'demo' }, event: 'pull_request' }));
    expect([fork.exitCode, fork.log.includes('fork')]).toEqual([0, true]);
    expect((await upload(await scanIn(mainSha, { referencedWorkflows: [], workflow: '.github/workflows/mine.yml' }))).exitCode).toBe(1);
    expect((await upload(await scanIn(mainSha, { headSha }))).exitCode).toBe(3);
    const empty = ++lastRun;
    github.addRun({ id: empty, headSha: mainSha, referencedWorkflows: CALLED });
    const none = await upload(empty);
    expect([none.exitCode, none.log.includes('sarif: testops-out/telemetry.sarif')]).toEqual([3, true]);
    expect(github.sarifs.length).toBe(before);
  }, 120_000);

  it('uploads nothing that was edited, is no SARIF, tells something private or is more than GitHub takes', async () => {
    const before = github.sarifs.length;
    const log = (more: object) =>
      JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x', rules: [] } }, results: [], ...more }] });
    const cases: readonly (readonly [string, number, string?])[] = [
      ['{"version":"2.1.0"', 3],
      ['{"version":"2.0.0","runs":[]}', 3],
      [log({ results: Array.from({ length: 25_001 }, () => ({})) }), 3],
      [log({ results: [{ message: { text: 'jane.roe@posteo.de' } }] }), 3],
      [log({}), 1, `sha256:${'0'.repeat(64)}`],
    ];
    for (const [content, exit, digest] of cases) {
      const id = await scanIn(mainSha);
      const planted = { runId: id, name: 'testops-sarif-a2', bytes: writeZip([{ name: 'telemetry-scan.sarif', content }]) };
      await results.plantArtifact({ ...planted, ...(digest === undefined ? {} : { digest }) });
      const run = await upload(id);
      expect({ content: content.slice(0, 60), exit: run.exitCode }).toEqual({ content: content.slice(0, 60), exit });
      expect(run.log).not.toContain('jane.roe');
    }
    expect(github.sarifs.length).toBe(before);
  }, 240_000);

  it('says which permission is missing', async () => {
    const { 'security-events': _left, ...less } = PERMISSIONS;
    const run = await upload(await scanIn(mainSha), less);
    expect([run.exitCode, run.log.includes('security-events: write')]).toEqual([3, true]);
  }, 60_000);
});
