import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { makeReplicaFolders, makeSigner, openFolders, save } from '../gates/snapshot-compare/store/support.ts';
import { DIST } from '../support/dist.ts';
import { createPullRequestEvent, createPushEvent } from '../support/events.ts';
import { type EmulatedGithub, startGithub, type TokenPermissions } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

/** What the jobs of testops-nightly.yml grant. */
const SCRUB: TokenPermissions = { contents: 'write', issues: 'write' };
const REHEARSE: TokenPermissions = { contents: 'read' };

/** The nightly's own actions as whole processes, on real replicas in folders, the API emulated. */
describeInFullCheck('the nightly round', () => {
  let results: ResultsService;
  let stores: TemporaryFolder;
  let folders: readonly string[];
  let repository: TestRepository;
  let github: EmulatedGithub;
  let lastRun = 300;
  const signer = makeSigner();

  beforeEach(async () => {
    results = await startResultsService();
    stores = await createTemporaryFolder();
    folders = await makeReplicaFolders(stores.path, 3);
    await save(openFolders(folders, signer), signer, 'v1.0.0', { 'report.json': '{"total": 3}\n', 'page.json': '{"page": 1}\n' });
    const key = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString().trim().replaceAll('\n', '\n      ');
    repository = await createRepository({
      '.github/testops.yml': `version: 1
determinism-check: { run: "cp input out.txt", outputs: [out.txt], runs: 2, vary: [umask] }
snapshot-compare:
  baseline: tag:previous
  actual: actual
  store:
    replicas: ${JSON.stringify(folders.map((folder) => ({ folder })))}
    public-key: |
      ${key}
`,
      '.gitignore': 'testops-evidence\ntestops-out\n',
      input: 'the same\n',
    });
    await repository.tag('v1.0.0');
    await repository.commit('On the way to the next');
    github = await startGithub({ repositoryPath: repository.path, results });
  }, 60_000);
  afterEach(async () => {
    await github[Symbol.asyncDispose]();
    await repository[Symbol.asyncDispose]();
    await stores[Symbol.asyncDispose]();
    await results[Symbol.asyncDispose]();
  });

  async function run(action: string, permissions: TokenPermissions, pull = false): Promise<ActionRun> {
    const commit = await repository.git('rev-parse', 'HEAD');
    const push = createPushEvent(github, commit, 'refs/heads/main');
    return runAction({
      action,
      dist: DIST,
      inputs: { 'github-token': await github.issueToken(permissions) },
      event: pull
        ? createPullRequestEvent(github, { number: 1, headSha: commit, headRef: 'topic', baseSha: commit })
        : { ...push, name: 'schedule' },
      cwd: repository.path,
      github,
      results,
      run: { id: ++lastRun, attempt: 1, job: action },
    });
  }

  interface Issue {
    readonly state: string;
    readonly title: string;
    readonly body: string;
    readonly labels: readonly { readonly name: string }[];
  }
  const issues = async () => (await github.read(`/repos/${github.owner}/${github.repo}/issues?state=all`)) as readonly Issue[];

  /** Damages every copy of one object; gives the way back. */
  async function loseAnObject(from: readonly string[]): Promise<void> {
    const [shard = ''] = await readdir(join(folders[0] ?? '', 'objects'));
    for (const folder of from) await rm(join(folder, 'objects', shard), { recursive: true });
  }

  it('repairs what a sound copy is left of, and tells nobody', async () => {
    await loseAnObject(folders.slice(0, 2));
    const scrub = await run('scrub-store', SCRUB);
    expect({ exit: scrub.exitCode, log: scrub.exitCode === 0 ? '' : scrub.log }).toEqual({ exit: 0, log: '' });
    expect(scrub.outputs).toMatchObject({ verdict: 'warn', incidents: '' });
    expect((await run('scrub-store', SCRUB)).outputs.verdict).toBe('pass');
    expect(await issues()).toEqual([]);
  }, 120_000);

  it('opens one incident when no copy is left, and closes it when the store is sound again', async () => {
    await loseAnObject(folders);
    const lost = await run('scrub-store', SCRUB);
    expect([lost.exitCode, lost.outputs.verdict]).toEqual([1, 'fail']);
    await run('scrub-store', SCRUB);
    const opened = await issues();
    expect(opened).toHaveLength(1);
    expect(opened[0]).toMatchObject({ state: 'open', title: 'Incident: snapshot-damage in snapshot-store' });
    expect(lost.outputs.incidents).toMatch(/\/issues\/\d+$/);
    // A backup brings it back.
    await save(openFolders(folders, signer), signer, 'v1.0.1', { 'report.json': '{"total": 3}\n', 'page.json': '{"page": 1}\n' });
    const sound = await run('scrub-store', SCRUB);
    expect(['pass', 'warn']).toContain(sound.outputs.verdict);
    expect((await issues()).map(({ state }) => state)).toEqual(['closed']);
  }, 120_000);

  it('opens an incident when no majority can be reached, says which permission it lacks, and does not listen to pull requests', async () => {
    for (const folder of folders.slice(1)) await rm(folder, { recursive: true });
    const { issues: _left, ...less } = SCRUB;
    const unheard = await run('scrub-store', less);
    expect([unheard.exitCode, unheard.log.includes('issues: write')]).toEqual([3, true]);
    expect((await run('scrub-store', SCRUB, true)).exitCode).toBe(3);
    expect(await issues()).toEqual([]);
  }, 120_000);

  it('tries the rollback to the previous tag out, restores its snapshot, and keeps the times', async () => {
    const rehearsal = await run('rehearse-rollback', REHEARSE);
    expect({ exit: rehearsal.exitCode, log: rehearsal.exitCode === 0 ? '' : rehearsal.log }).toEqual({ exit: 0, log: '' });
    expect(rehearsal.outputs).toMatchObject({ verdict: 'pass', tag: 'v1.0.0' });
    expect(Number(rehearsal.outputs['duration-ms'])).toBeGreaterThan(0);
    expect(rehearsal.summary).toContain('restore snapshot');
    expect(results.artifacts(lastRun).map(({ name }) => name)).toEqual(['testops-rollback-a1']);
    await loseAnObject(folders);
    const lost = await run('rehearse-rollback', REHEARSE);
    expect([lost.exitCode, lost.outputs.verdict]).toEqual([1, 'fail']);
  }, 120_000);
});
