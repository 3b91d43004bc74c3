import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decisionSchema, stepProofOf, writeStepProof } from '../../src/decision/index.ts';
import { readArchive } from '../../src/github/read-archive.ts';
import { BUNDLE_LIMITS } from '../../src/suite/fetch-bundle.ts';
import { workflowBlocksIn } from '../contract/workflow-files.ts';
import { makeReplicaFolders, makeSigner, openFolders, save } from '../gates/snapshot-compare/store/support.ts';
import { hasAct, NO_ACT, runAct } from '../support/act.ts';
import { copyOfThisRepository, expectConclusion, outputOf, timed } from '../support/act-suite.ts';
import { createPullRequestEvent, createPushEvent, createWorkflowRunEvent, type WorkflowEvent } from '../support/events.ts';
import { type JobSeed, type RunSeed, startGithub } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { describeWhere, FULL_CHECK } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const SUITE_NAME = 'testops/beta-gates';
const REF = '5'.repeat(40);
const REFERENCED = [`${SUITE_NAME}/.github/workflows/testops-ci.yml@${REF}`];
const LIMIT_MS = 240_000;

describeWhere(FULL_CHECK && hasAct(), FULL_CHECK ? NO_ACT : 'runs in the full check, .ci/run (TESTOPS_FULL=1)')(
  'what comes after the gates, in act',
  () => {
    let suite: TestRepository;
    let results: ResultsService;

    beforeAll(async () => {
      suite = await copyOfThisRepository();
      results = await startResultsService();
    }, 60_000);
    afterAll(async () => {
      await results[Symbol.asyncDispose]();
      await suite[Symbol.asyncDispose]();
    });

    it(
      'the snapshots of a pull request become its baseline by a comment, and its findings go to code scanning',
      async () => {
        await using caller = await createRepository({
          ...callers('testops-ci', 'testops-accept-snapshots', 'testops-sarif'),
          '.github/testops.yml': `version: 1
snapshot-compare: { baseline: baseline, actual: actual }
telemetry-scan: { paths: ["logs/*"], sarif: testops-out/telemetry.sarif }
`,
          '.gitignore': 'testops-evidence\ntestops-out\n',
          'baseline/report.json': '{"total": 3}\n',
          'actual/report.json': '{"total": 3}\n',
          ...Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`logs/${name}.jsonl`, '{"n":1}\n'])),
        });
        const baseSha = await caller.git('rev-parse', 'HEAD');
        await caller.branch('topic');
        const leak = { 'actual/report.json': '{"total": 4}\n', 'logs/b.jsonl': '{"card":"4929325827136822"}\n' };
        const headSha = await caller.commit('Another total', leak);
        await using github = await startGithub({ repositoryPath: caller.path, results });
        await github.openPullRequest('topic');
        const shared = { suite: suite.path, suiteName: SUITE_NAME, caller: caller.path, github, results, timeoutMs: LIMIT_MS };
        const pull = createPullRequestEvent(github, { number: 1, headSha, headRef: 'topic', baseSha });

        const gates = await timed('a pull request with drift and a leak, in four shards', () =>
          runAct({
            ...shared,
            workflow: '.github/workflows/testops-ci.yml',
            event: pull,
            runId: 401,
            labels: ['ubuntu-24.04', 'ubuntu-24.04-arm'],
          }),
        );
        expectConclusion(gates, 'failure');
        const left = results.artifacts(401).map(({ name }) => name);
        expect(left).toEqual(expect.arrayContaining(['testops-pending-snapshot-compare-a1', 'testops-sarif-a1']));
        expect(left.filter((name) => name.startsWith('testops-part-telemetry-scan-'))).toHaveLength(4);
        github.addRun({
          id: 401,
          headSha,
          headBranch: 'topic',
          event: 'pull_request',
          conclusion: 'failure',
          referencedWorkflows: REFERENCED,
        });

        const over = createWorkflowRunEvent(github, baseSha, { runId: 401, headSha, headBranch: 'topic' });
        const sarif = await timed('testops-sarif.yml', () =>
          runAct({ ...shared, workflow: '.github/workflows/testops-sarif.yml', event: over, runId: 402 }),
        );
        expectConclusion(sarif, 'success');
        expect(github.sarifs).toEqual([expect.objectContaining({ commitSha: headSha, ref: 'refs/pull/1/head' })]);

        const { pull_request: _left, ...common } = pull.payload;
        const at = new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
        const comment = {
          body: '/testops accept-snapshots a new total',
          created_at: at,
          html_url: 'https://github.com/x',
          user: { login: github.owner, type: 'User' },
        };
        const asked: WorkflowEvent = {
          name: 'issue_comment',
          payload: { ...common, action: 'created', issue: { number: 1, pull_request: { url: 'x' } }, comment },
          sha: baseSha,
          ref: 'refs/heads/main',
        };
        const accept = await timed('testops-accept-snapshots.yml', () =>
          runAct({
            ...shared,
            workflow: '.github/workflows/testops-accept-snapshots.yml',
            event: asked,
            runId: 403,
            refs: { 'refs/pull/1/head': headSha },
          }),
        );
        expectConclusion(accept, 'success');
        const tip = await github.resolveCommit('topic');
        // The checkout says a commit too.
        expect(accept.jobs.flatMap(({ steps }) => steps.map((step) => step.outputs.commit))).toContain(tip);
        expect(tip).not.toBe(headSha);
      },
      3 * LIMIT_MS,
    );

    it(
      'the night gates, records, scrubs the store and rehearses the rollback',
      async () => {
        await using stores = await createTemporaryFolder();
        const signer = makeSigner();
        const folders = await makeReplicaFolders(stores.path, 3);
        await save(openFolders(folders, signer), signer, 'v1.0.0-beta.1', { 'report.json': '{"total": 3}\n' });
        const key = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString().trim().replaceAll('\n', '\n      ');
        await using caller = await createRepository({
          ...callers('testops-nightly'),
          '.github/testops.yml': `version: 1
determinism-check: { run: "cp actual/report.json out.txt", outputs: [out.txt], runs: 2, vary: [umask] }
snapshot-compare:
  baseline: tag:previous
  actual: actual
  store:
    replicas: ${JSON.stringify(folders.map((folder) => ({ folder })))}
    public-key: |
      ${key}
`,
          '.gitignore': 'testops-evidence\ntestops-out\n',
          'actual/report.json': '{"total": 3}\n',
        });
        await caller.tag('v1.0.0-beta.1');
        const commit = await caller.commit('On the way to the next', { 'change.txt': 'x\n' });
        await using github = await startGithub({ repositoryPath: caller.path, results });
        const seed: RunSeed = {
          id: 404,
          headSha: commit,
          event: 'schedule',
          status: 'in_progress',
          conclusion: null,
          workflow: '.github/workflows/testops-nightly.yml',
          referencedWorkflows: [`${SUITE_NAME}/.github/workflows/testops-nightly.yml@${REF}`, ...REFERENCED],
        };
        github.addRun(seed);
        await using _told = tellDecidingJob(results, (job) => github.addRun({ ...seed, jobs: [job] }), 404);
        const night = await timed('testops-nightly.yml', () =>
          runAct({
            suite: suite.path,
            suiteName: SUITE_NAME,
            caller: caller.path,
            github,
            results,
            timeoutMs: LIMIT_MS,
            workflow: '.github/workflows/testops-nightly.yml',
            event: { ...createPushEvent(github, commit, 'refs/heads/main'), name: 'schedule' },
            runId: 404,
          }),
        );
        expectConclusion(night, 'success');
        expect(outputOf(night, 'decide', 'decision')).toBe('GO');
        expect(outputOf(night, 'scrub', 'verdict')).toBe('pass');
        expect(outputOf(night, 'rehearse', 'verdict')).toBe('pass');
        expect(Number(outputOf(night, 'rehearse', 'duration-ms'))).toBeGreaterThan(0);
        expect(outputOf(night, 'record', 'decision')).toBe('GO');
        expect(results.artifacts(404).map(({ name }) => name)).toContain('testops-rollback-a1');
      },
      2 * LIMIT_MS,
    );
  },
);

/** GitHub lists the steps of a job by their names as soon as it is over; act tells nobody. What the deciding job uploaded says what its last step is named. */
function tellDecidingJob(results: ResultsService, tell: (job: JobSeed) => void, runId: number): AsyncDisposable {
  const timer = setInterval(async () => {
    const uploaded = results.artifacts(runId).find(({ name }) => name === 'testops-decision-a1');
    if (uploaded === undefined) return;
    clearInterval(timer);
    const files = await readArchive('the bundle', await results.readArtifact(uploaded.id), BUNDLE_LIMITS);
    const decision = decisionSchema.parse(JSON.parse(new TextDecoder().decode(files.get('decision.json'))));
    const proof = stepProofOf(decision, files);
    const steps = ['Set up job', proof === undefined ? '' : writeStepProof(proof)];
    tell({ name: 'nightly / gates / decide', conclusion: decision.exit === 0 ? 'success' : 'failure', attempt: 1, steps });
  }, 100);
  return { [Symbol.asyncDispose]: async () => clearInterval(timer) };
}

/** The workflows that docs/workflows.md says to copy, without the matrix where a test needs one machine only. */
function callers(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const block = workflowBlocksIn('docs/workflows.md').find((text) => text.startsWith(`name: ${name}\n`));
      if (block === undefined) throw new Error(`docs/workflows.md has no ${name}`);
      return [`.github/workflows/${name}.yml`, block.replaceAll('@COMMIT', `@${REF}`)];
    }),
  );
}
