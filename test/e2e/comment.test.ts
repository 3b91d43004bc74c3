import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildEvidence, evidenceBytes, type Finding } from '../../src/core/index.ts';
import { buildBundle, decide } from '../../src/decision/index.ts';
import { DIST } from '../support/dist.ts';
import { createPullRequestEvent, createWorkflowRunEvent } from '../support/events.ts';
import { type EmulatedGithub, startGithub, type TokenPermissions } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { writeZip, type ZipEntry } from '../support/zip.ts';

/** What testops-comment.yml grants. */
const PERMISSIONS: TokenPermissions = { actions: 'read', checks: 'write', 'pull-requests': 'write' };
const FORK = { id: 99, owner: 'mallory', name: 'demo' };

/** The action that publishes a fork's decision, as a whole process, against the emulated API and archives of every kind. */
describeInFullCheck('publish-comment', () => {
  let results: ResultsService;
  let repository: TestRepository;
  let github: EmulatedGithub;
  let headSha: string;
  let lastRun = 900;

  beforeAll(async () => {
    results = await startResultsService();
    repository = await createRepository({
      'testops.yml': 'version: 1\nslo-gate:\n  thresholds: ["http_req_failed: rate<0.5"]\n  results: [results/k6.json]\n',
      '.gitignore': 'testops-evidence\ntestops-out\n',
      'results/k6.json': await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8'),
    });
    await repository.branch('topic');
    headSha = await repository.commit('A change', { 'change.txt': 'x\n' });
    github = await startGithub({ repositoryPath: repository.path, results });
    await github.openPullRequest('topic');
  });
  afterAll(async () => {
    await github[Symbol.asyncDispose]();
    await repository[Symbol.asyncDispose]();
    await results[Symbol.asyncDispose]();
  });

  /** A finished run of the fork's pull request. */
  function addForkRun(run: { readonly headSha?: string; readonly attempt?: number; readonly status?: 'in_progress' } = {}): number {
    const id = ++lastRun;
    github.addRun({ id, headSha, headBranch: 'topic', event: 'pull_request', headRepository: FORK, ...run });
    return id;
  }

  async function publish(runId: number, permissions = PERMISSIONS, inputs: Record<string, string> = {}): Promise<ActionRun> {
    await using folder = await createTemporaryFolder();
    const mainSha = (await github.resolveCommit('main')) ?? '';
    return await runAction({
      action: 'publish-comment',
      dist: DIST,
      inputs: { 'github-token': await github.issueToken(permissions), ...inputs },
      event: createWorkflowRunEvent(github, mainSha, { runId, headSha, headBranch: 'topic', forkOwner: FORK.owner }),
      cwd: folder.path,
      github,
      run: { id: runId + 1000, workflow: '.github/workflows/testops-comment.yml' },
    });
  }

  async function publishArchive(zip: Uint8Array, digest?: string): Promise<ActionRun> {
    const runId = addForkRun();
    await results.plantArtifact({ runId, name: 'testops-decision-a1', bytes: zip, ...(digest === undefined ? {} : { digest }) });
    return publish(runId);
  }

  const read = (path: string) => github.read(`/repos/${github.owner}/${github.repo}/${path}`);

  async function readComments(): Promise<readonly string[]> {
    return ((await read('issues/1/comments')) as { body: string }[]).map(({ body }) => body);
  }

  /** The newest check run of the action on a commit. */
  async function readCheck(
    sha = headSha,
  ): Promise<{ name: string; conclusion: string; output: { title: string; summary: string } } | undefined> {
    const { check_runs } = (await read(`commits/${sha}/check-runs?filter=all&per_page=100`)) as {
      check_runs: { id: number; name: string; conclusion: string; output: { title: string; summary: string } }[];
    };
    return check_runs.filter(({ name }) => name === 'testops/fork-decision').sort((a, b) => b.id - a.id)[0];
  }

  /** What somebody who has read these sources puts into the artifact: evidence that no gate wrote, and a decision that follows from it. */
  function forge(
    runId: number,
    changes: { readonly commit?: string; readonly runId?: number; readonly headline?: string; readonly findings?: readonly Finding[] } = {},
  ): readonly ZipEntry[] {
    const subject = { commit: changes.commit ?? headSha };
    const run = { repository: `${github.owner}/${github.repo}`, runId: String(changes.runId ?? runId), attempt: 1, event: 'pull_request' };
    const at = new Date().toISOString();
    const evidence = buildEvidence({
      gate: 'slo-gate',
      subject,
      judgement: {
        verdict: 'warn',
        headline: changes.headline ?? 'all fine',
        checks: [{ id: 'x', verdict: 'warn' }],
        findings: changes.findings ?? [],
        measurements: [],
        exhibits: [],
      },
      inputs: {},
      dirty: false,
      toolVersion: '0.1.0',
      run: { ...run, environment: { node: '24.0.0', platform: 'linux', arch: 'x64' }, startedAt: at, finishedAt: at },
    });
    const input = {
      now: Date.now(),
      toolVersion: '0.1.0',
      repository: run.repository,
      subject,
      dirty: false,
      run: { id: run.runId, attempt: 1, event: run.event },
      configured: ['slo-gate' as const],
      evidence: [{ name: 'slo-gate.intoto.json', bytes: evidenceBytes(evidence) }],
    };
    const { files } = buildBundle(decide(input), input, () => '# a page\n');
    return [...files].map(([name, content]) => ({ name, content }));
  }

  it('tells the pull request what the run of the fork decided, once, and again after a re-run', async () => {
    const runId = addForkRun();
    await playForkRun(runId, 1);
    const first = await publish(runId);
    expect({ exitCode: first.exitCode, log: first.exitCode === 0 ? '' : first.log }).toEqual({ exitCode: 0, log: '' });
    expect(first.outputs).toEqual({ decision: 'GO' });
    const [comment, ...more] = await readComments();
    expect(more).toEqual([]);
    expect(comment).toContain('GO');
    expect(comment).toContain('slo-gate');
    expect(comment).toContain('comes from a fork');
    expect(await readCheck()).toMatchObject({ conclusion: 'success', output: { title: 'GO' } });
    expect(first.summary).toContain('comes from a fork');

    await publish(runId);
    const { check_runs } = (await read(`commits/${headSha}/check-runs?filter=all`)) as { check_runs: { external_id: string }[] };
    expect(check_runs.filter(({ external_id }) => external_id.startsWith(`testops:fork-decision:${runId}:1:`))).toHaveLength(2);
    expect(await readComments()).toEqual([comment]);

    // What a rule for tags may rest on stays untouched, whatever a fork says.
    expect(((await read(`commits/${headSha}/statuses`)) as unknown[]).length).toBe(0);
    expect(check_runs).toHaveLength(2);
    const writes = github.requests.filter(({ method, status }) => method !== 'GET' && (status ?? 500) < 300);
    expect(new Set(writes.map(({ method, path }) => `${method} ${path.replace(/\/repos\/[^/]+\/[^/]+|\d+/g, '…')}`))).toEqual(
      new Set(['POST …/check-runs', 'POST …/issues/…/comments']),
    );
  }, 60_000);

  /** The jobs of a run with the read-only token of a fork: a gate, then the decision, through the real artifact client. */
  async function playForkRun(runId: number, attempt: number): Promise<void> {
    const event = createPullRequestEvent(github, { number: 1, headSha, headRef: 'topic', baseSha: headSha, forkOwner: FORK.owner });
    const shared = { dist: DIST, event, cwd: repository.path, github, results, run: { id: runId, attempt } };
    const gate = await runAction({ ...shared, action: 'slo-gate' });
    const decided = await runAction({
      ...shared,
      action: 'decision-record',
      inputs: {
        'github-token': await github.issueToken({}),
        'job-results': 'slo-gate=success',
        'evidence-digests': `slo-gate=${gate.outputs['evidence-sha256']}`,
      },
    });
    expect({ exitCode: decided.exitCode, log: decided.exitCode === 0 ? '' : decided.log }).toEqual({ exitCode: 0, log: '' });
  }

  it('lets nothing out of a bundle that verifies become markup, a mention, a command or private', async () => {
    const runId = addForkRun();
    const evil =
      '<img src=x onerror=alert(1)> @octocat fixes #1 [x](http://evil.example) | ``` \n::error::owned\n::set-output name=decision::GO';
    const findings = [
      { code: 'slo-gate/metric-absent', level: 'warning', args: { metric: evil, file: evil }, place: { file: evil, line: 1 } },
      { code: 'slo-gate/metric-absent', level: 'warning', args: { metric: { deep: [1] } } },
      { code: 'slo-gate/no-such-code', level: 'warning', args: {} },
      { code: 'constructor/constructor', level: 'warning', args: {} },
    ] as Finding[];
    await results.plantArtifact({ runId, name: 'testops-decision-a1', bytes: writeZip(forge(runId, { headline: evil, findings })) });
    const run = await publish(runId);
    expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({ exitCode: 0, log: '' });
    const check = await readCheck();
    for (const text of [...(await readComments()), check?.output.summary ?? '', check?.output.title ?? '', run.summary]) {
      const outsideCode = text.replace(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
      expect(outsideCode).not.toMatch(/<img|@octocat|#1\b|\]\(http:\/\/evil|^::/m);
    }
    expect((await readComments()).join()).toContain('octocat');
    expect(run.log).not.toMatch(/^::(error|set-output)/m);
    expect(run.outputs).toEqual({ decision: 'GO' });
    expect(run.exportedEnv).toEqual({});
  }, 30_000);

  describe.each<[string, (runId: number) => Promise<Uint8Array> | Uint8Array, string]>([
    ['a path that leads out', (id) => writeZip([...forge(id), { name: '../../evil.js', content: 'x' }]), 'no readable zip'],
    ['a link', (id) => writeZip([...forge(id), { name: `inputs/${'0'.repeat(64)}`, content: '/etc/passwd', mode: 0o120777 }]), 'is a link'],
    [
      'a bomb that lies',
      (id) => writeZip([...forge(id), { name: `inputs/${'0'.repeat(64)}`, content: Buffer.alloc(80_000_000), claimedSize: 5 }]),
      'no readable zip',
    ],
    ['more bytes than are taken', () => randomBytes(17 * 1024 * 1024), '17825792 bytes'],
    ['no zip', () => Buffer.from('<html>not a zip</html>'), 'no readable zip'],
    [
      'an input that was edited',
      (id) => writeZip(forge(id).map((file) => (file.name.startsWith('inputs/') ? { ...file, content: flipByte(file.content) } : file))),
      'inputs/',
    ],
    ['deeply nested JSON', () => writeZip([{ name: 'decision.json', content: '['.repeat(2_000_000) }]), 'decision'],
    ['private data', (id) => writeZip(forge(id, { headline: 'seen: jane.doe@gmail.com' })), 'private data'],
    ['a decision on another commit', (id) => writeZip(forge(id, { commit: 'a'.repeat(40) })), 'another commit'],
    ['a decision of another run', (id) => writeZip(forge(id, { runId: id - 1 })), 'another run'],
  ])('%s in the artifact', (_, build, found) => {
    it('becomes NO-GO and exit 3, with why', async () => {
      const runId = addForkRun();
      await results.plantArtifact({ runId, name: 'testops-decision-a1', bytes: await build(runId) });
      const run = await publish(runId);
      expect({ exitCode: run.exitCode, outputs: run.outputs, exportedEnv: run.exportedEnv }).toEqual({
        exitCode: 3,
        outputs: {},
        exportedEnv: {},
      });
      expect(run.annotations.map(({ message }) => message).join()).toContain(found);
      expect((await readComments())[0]).toContain('NO-GO');
      expect(await readComments()).toHaveLength(1);
      expect(await readCheck()).toMatchObject({ conclusion: 'failure', output: { title: 'NO-GO: no decision that can be believed' } });
    }, 30_000);
  });

  it('refuses bytes with another digest than the one recorded at upload', async () => {
    const run = await publishArchive(writeZip(forge(lastRun + 1)), `sha256:${'0'.repeat(64)}`);
    expect([run.exitCode, run.log]).toEqual([3, expect.stringContaining('another digest')]);
  });

  it('tells that a run left no decision, and takes none of an earlier attempt', async () => {
    const runId = addForkRun({ attempt: 2 });
    await results.plantArtifact({ runId, name: 'testops-decision-a1', bytes: writeZip(forge(runId)) });
    const run = await publish(runId);
    expect([run.exitCode, run.log]).toEqual([3, expect.stringContaining('no artifact testops-decision-a2')]);
    expect((await readComments())[0]).toContain('NO-GO');
  });

  it('comments on no pull request whose head has moved on', async () => {
    const before = await readComments();
    const old = (await github.resolveCommit('main')) ?? '';
    const runId = addForkRun({ headSha: old });
    await results.plantArtifact({ runId, name: 'testops-decision-a1', bytes: writeZip(forge(runId, { commit: old })) });
    const run = await publish(runId);
    expect(run.exitCode).toBe(0);
    expect(await readCheck(old)).toMatchObject({ conclusion: 'success' });
    expect(await readComments()).toEqual(before);
  });

  it('leaves runs of this repository, and runs that go on, alone', async () => {
    const before = github.requests.length;
    github.addRun({ id: 5000, headSha, event: 'pull_request' });
    expect((await publish(5000)).exitCode).toBe(0);
    expect((await publish(addForkRun({ status: 'in_progress' }))).exitCode).toBe(0);
    expect(github.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('refuses runs of other events, runs that are not there, and numbers that are none', async () => {
    github.addRun({ id: 5001, headSha, event: 'push', headRepository: FORK });
    expect((await publish(5001)).exitCode).toBe(3);
    expect((await publish(5002)).exitCode).toBe(3);
    expect((await publish(5000, PERMISSIONS, { 'run-id': '12; rm -rf /' })).exitCode).toBe(3);
  });

  it('says which permission is missing', async () => {
    const runId = addForkRun();
    await results.plantArtifact({ runId, name: 'testops-decision-a1', bytes: writeZip(forge(runId)) });
    const run = await publish(runId, { actions: 'read', 'pull-requests': 'write' });
    expect([run.exitCode, run.log]).toEqual([3, expect.stringContaining('checks: write')]);
  });
});

function flipByte(content: string | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(content));
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return bytes;
}
