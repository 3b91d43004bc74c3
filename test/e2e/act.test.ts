import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { hasAct, NO_ACT, runAct } from '../support/act.ts';
import { copyOfThisRepository, expectConclusion, outputOf, readChecks, readStatuses, timed } from '../support/act-suite.ts';
import { createDispatchEvent, createPullRequestEvent, createPushEvent } from '../support/events.ts';
import { type EmulatedGithub, startGithub } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { describeWhere, FULL_CHECK } from '../support/skip.ts';

const SUITE = { owner: 'testops', repo: 'beta-gates' };
const SUITE_NAME = 'testops/beta-gates';
const GATE_JOBS = ['determinism-check', 'slo-gate', 'telemetry-scan', 'snapshot-compare'];
/** What the machine needs to reach a registry, and packages that are there already; act gives steps another home. */
const NETWORK = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_registry)$/i.test(entry[0]),
    ),
  ),
  npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
  npm_config_prefer_offline: 'true',
};
/** Long enough for the kill in the middle of the load to be survived; the example's own default is 8. */
const SHORT_LOAD = { TORON_LOAD_SECONDS: '3' };
const LIMIT_MS = 240_000;

/** What a workflow of ours grants, as the token of its run. */
const GRANTED = { contents: 'read', actions: 'read', checks: 'write', statuses: 'write', 'pull-requests': 'write' } as const;

describeWhere(FULL_CHECK && hasAct(), FULL_CHECK ? NO_ACT : 'runs in the full check, .ci/run (TESTOPS_FULL=1)')(
  'the workflows in act',
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
      'say GO for a pull request of this repository, on examples/toron',
      async () => {
        await suite.branch('topic');
        const headSha = await suite.commit('A change', { 'change.txt': 'x\n' });
        const baseSha = await suite.git('rev-parse', 'HEAD~1');
        await using github = await startGithubFor(suite);
        await github.openPullRequest('topic');
        const run = await timed('GO on examples/toron', () =>
          runAct({
            suite: suite.path,
            suiteName: SUITE_NAME,
            workflow: '.github/workflows/self.yml',
            event: createPullRequestEvent(SUITE, { number: 1, headSha, headRef: 'topic', baseSha }),
            github,
            results,
            runId: 101,
            env: { ...NETWORK, ...SHORT_LOAD },
            timeoutMs: LIMIT_MS,
          }),
        );
        expectConclusion(run, 'success');
        for (const id of ['plan', 'exercise', ...GATE_JOBS, 'decide'])
          expect({ id, result: run.job(id).result }).toEqual({ id, result: 'success' });
        expect(outputOf(run, 'plan', 'commit')).toBe(headSha);
        expect(outputOf(run, 'decide', 'decision')).toBe('GO');
        expect(
          results
            .artifacts(101)
            .map(({ name }) => name)
            .sort(),
        ).toEqual(
          [
            'testops-decision-a1',
            'testops-inputs-a1',
            'testops-report-a1.html',
            ...[...GATE_JOBS, 'deploy-preview'].map((gate) => `testops-evidence-${gate}-a1`),
          ].sort(),
        );
        const checks = await readChecks(github, headSha);
        expect(Object.keys(checks).sort()).toEqual(
          ['testops/decision', ...[...GATE_JOBS, 'deploy-preview'].map((gate) => `testops/${gate}`)].sort(),
        );
        expect(new Set(Object.values(checks))).toEqual(new Set(['success']));
        expect(await readStatuses(github, headSha)).toEqual(['success', 'pending']);
        const comments = (await github.read(`/repos/${SUITE_NAME}/issues/1/comments`)) as { body: string }[];
        expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining('GO')]);
      },
      LIMIT_MS,
    );

    it(
      'say NO-GO by hand when snapshots drift, and only snapshot-compare is not green',
      async () => {
        const commit = await suite.git('rev-parse', 'main');
        await using github = await startGithubFor(suite);
        const inputs = { commit };
        const run = await timed('NO-GO for drift', () =>
          runAct({
            suite: suite.path,
            suiteName: SUITE_NAME,
            workflow: '.github/workflows/testops-ci.yml',
            event: createDispatchEvent(SUITE, commit, inputs),
            inputs,
            github,
            results,
            runId: 102,
            env: { ...NETWORK, ...SHORT_LOAD, TORON_FAULT: 'drift' },
            timeoutMs: LIMIT_MS,
          }),
        );
        expectConclusion(run, 'failure');
        expect(outputOf(run, 'decide', 'decision')).toBe('NO-GO');
        const checks = await readChecks(github, commit);
        const red = Object.entries(checks).filter(([, conclusion]) => conclusion !== 'success');
        expect(red.map(([name]) => name).sort()).toEqual(['testops/decision', 'testops/snapshot-compare']);
        expect(await readStatuses(github, commit)).toEqual(['failure', 'pending']);
      },
      LIMIT_MS,
    );

    it(
      'serve a second repository through the workflow of the README, and a tag that it pushes',
      async () => {
        await using caller = await createCaller();
        const tagged = await caller.git('rev-parse', 'HEAD');
        await caller.tag('v1.2.0-beta.1', { message: 'First beta' });
        await caller.branch('topic');
        const headSha = await caller.commit('A drift', { 'actual/report.json': '{"total": 4}\n' });
        await using github = await startGithub({ repositoryPath: caller.path, results });
        await github.openPullRequest('topic');
        const shared = {
          suite: suite.path,
          suiteName: SUITE_NAME,
          caller: caller.path,
          workflow: '.github/workflows/testops-ci.yml',
          github,
          results,
          timeoutMs: LIMIT_MS,
        };
        const token = await github.issueToken(GRANTED);

        const tag = await timed('a pushed tag of a second repository', () =>
          runAct({ ...shared, token, event: createPushEvent(github, tagged, 'refs/tags/v1.2.0-beta.1'), runId: 103 }),
        );
        expectConclusion(tag, 'success');
        expect(outputOf(tag, 'plan', 'commit')).toBe(tagged);
        expect(outputOf(tag, 'plan', 'version')).toBe('1.2.0-beta.1');
        expect(outputOf(tag, 'decide', 'decision')).toBe('GO');
        expect(outputOf(tag, 'exercise', 'result')).toBe('success');
        expect(await readStatuses(github, tagged)).toEqual(['success', 'pending']);

        const pull = await timed('a pull request of a second repository', () =>
          runAct({
            ...shared,
            token,
            event: createPullRequestEvent(github, { number: 1, headSha, headRef: 'topic', baseSha: tagged }),
            runId: 104,
          }),
        );
        expectConclusion(pull, 'failure');
        expect(outputOf(pull, 'plan', 'commit')).toBe(headSha);
        expect(outputOf(pull, 'decide', 'decision')).toBe('NO-GO');
        expect(await readChecks(github, headSha)).toEqual({
          'testops/decision': 'failure',
          'testops/slo-gate': 'success',
          'testops/snapshot-compare': 'failure',
        });

        const fork = await timed('a fork of a second repository', async () =>
          runAct({
            ...shared,
            token: await github.issueToken({}),
            event: createPullRequestEvent(github, { number: 1, headSha, headRef: 'topic', baseSha: tagged, forkOwner: 'mallory' }),
            runId: 105,
          }),
        );
        expectConclusion(fork, 'failure');
        expect(outputOf(fork, 'decide', 'decision')).toBe('NO-GO');
        expect(results.artifacts(105).map(({ name }) => name)).toContain('testops-decision-a1');
      },
      LIMIT_MS,
    );
  },
);

/** A repository with the workflow that the README says to copy, and two gates that need nothing but its files. */
async function createCaller(): Promise<TestRepository> {
  const readme = await readFile('README.md', 'utf8');
  const [workflow = ''] = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
    .map((match) => match[1] ?? '')
    .filter((block) => /^jobs:/m.test(block));
  return createRepository({
    '.github/workflows/testops-ci.yml': workflow.replace('@COMMIT', `@${'5'.repeat(40)}`),
    '.github/testops.yml':
      'version: 1\nload: for file in results/k6.json actual/report.json; do cp "$file" .again && cat .again > "$file" && rm .again; done\nslo-gate:\n  thresholds: ["http_req_failed: rate<0.5"]\n  results: [results/k6.json]\nsnapshot-compare: { baseline: baseline, actual: actual }\n',
    '.gitignore': 'testops-evidence\ntestops-out\n',
    'results/k6.json': await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8'),
    'baseline/report.json': '{"total": 3}\n',
    'actual/report.json': '{"total": 3}\n',
  });
}

function startGithubFor(repository: TestRepository): Promise<EmulatedGithub> {
  return startGithub({ repositories: [SUITE_NAME], repositoryPath: repository.path });
}
