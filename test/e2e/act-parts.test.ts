import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { hasAct, NO_ACT, runAct } from '../support/act.ts';
import { copyOfThisRepository, expectConclusion, outputOf, readChecks, timed } from '../support/act-suite.ts';
import { createPullRequestEvent } from '../support/events.ts';
import { startGithub } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { describeWhere, FULL_CHECK } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const SUITE_NAME = 'testops/beta-gates';
const LIMIT_MS = 240_000;

describeWhere(FULL_CHECK && hasAct(), FULL_CHECK ? NO_ACT : 'runs in the full check, .ci/run (TESTOPS_FULL=1)')('parts in act', () => {
  let suite: TestRepository;
  let results: ResultsService;
  let lastRun = 200;

  beforeAll(async () => {
    suite = await copyOfThisRepository();
    results = await startResultsService();
  }, 60_000);
  afterAll(async () => {
    await results[Symbol.asyncDispose]();
    await suite[Symbol.asyncDispose]();
  });

  /** A pull request of a repository with the workflow of the README, called with these inputs more. */
  async function runPull(name: string, files: Record<string, string>, given: Record<string, string>) {
    await using caller = await createRepository({
      '.github/workflows/testops-ci.yml': await callerWith(given),
      '.gitignore': 'testops-evidence\ntestops-out\n',
      ...files,
    });
    const baseSha = await caller.git('rev-parse', 'HEAD');
    await caller.branch('topic');
    const headSha = await caller.commit('A change', { 'change.txt': 'x\n' });
    await using github = await startGithub({ repositoryPath: caller.path, results });
    await github.openPullRequest('topic');
    const id = ++lastRun;
    const run = await timed(name, () =>
      runAct({
        suite: suite.path,
        suiteName: SUITE_NAME,
        caller: caller.path,
        workflow: '.github/workflows/testops-ci.yml',
        event: createPullRequestEvent(github, { number: 1, headSha, headRef: 'topic', baseSha }),
        github,
        results,
        runId: id,
        labels: ['another-machine'],
        timeoutMs: LIMIT_MS,
      }),
    );
    const artifacts = results
      .artifacts(id)
      .map((artifact) => artifact.name)
      .filter((artifact) => !/decision|report/.test(artifact))
      .sort();
    return { run, artifacts, checks: await readChecks(github, headSha) };
  }

  const DETERMINISM = 'determinism-check: { run: "cp input out.txt", outputs: [out.txt], runs: 2, vary: [umask] }\n';
  const MATRIX = { 'determinism-matrix': '["ubuntu-latest", "another-machine"]' };

  it(
    'say GO with the same check on two machines, merged into one verdict',
    async () => {
      const { run, artifacts, checks } = await runPull(
        'determinism-matrix on two labels',
        { '.github/testops.yml': `version: 1\n${DETERMINISM}`, input: 'the same\n' },
        MATRIX,
      );
      expectConclusion(run, 'success');
      expect(run.jobs.filter(({ id }) => id === 'determinism-parts').map(({ result }) => result)).toEqual(['success', 'success']);
      expect(outputOf(run, 'decide', 'decision')).toBe('GO');
      expect(artifacts).toEqual([
        'testops-evidence-determinism-check-a1',
        'testops-part-determinism-check-1-of-2-a1',
        'testops-part-determinism-check-2-of-2-a1',
      ]);
      expect(checks).toEqual({ 'testops/decision': 'success', 'testops/determinism-check': 'success' });
    },
    LIMIT_MS,
  );

  it(
    'say NO-GO when one machine leaves no part',
    async () => {
      await using folder = await createTemporaryFolder();
      // Of two machines only one can make this folder.
      const setup = `setup: mkdir ${folder.join('first')}\n`;
      const { run, artifacts, checks } = await runPull(
        'a part that is missing',
        { '.github/testops.yml': `version: 1\n${setup}${DETERMINISM}`, input: 'the same\n' },
        MATRIX,
      );
      expectConclusion(run, 'failure');
      // act gives the result of one job of a matrix to all of them: what they left tells them apart.
      expect(artifacts.filter((artifact) => artifact.startsWith('testops-part-'))).toHaveLength(1);
      expect(outputOf(run, 'decide', 'decision')).toBe('NO-GO');
      expect(outputOf(run, 'determinism-check', 'verdict')).toBe('inconclusive');
      expect(artifacts).toHaveLength(2);
      expect(checks).toEqual({ 'testops/decision': 'failure', 'testops/determinism-check': 'failure' });
    },
    LIMIT_MS,
  );

  it(
    'say GO for a scan in two shards, and NO-GO when one of them finds something',
    async () => {
      const files = {
        '.github/testops.yml': 'version: 1\ntelemetry-scan: { paths: ["logs/*"] }\n',
        ...Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`logs/${name}.jsonl`, '{"n":1}\n'])),
      };
      const shards = { 'telemetry-shards': '2' };
      const clean = await runPull('telemetry-shards: 2', files, shards);
      expectConclusion(clean.run, 'success');
      expect(outputOf(clean.run, 'decide', 'decision')).toBe('GO');
      expect(clean.artifacts).toEqual([
        'testops-evidence-telemetry-scan-a1',
        'testops-part-telemetry-scan-1-of-2-a1',
        'testops-part-telemetry-scan-2-of-2-a1',
      ]);
      const leak = await runPull('telemetry-shards: 2, with a leak', { ...files, 'logs/d.jsonl': '{"card":"4929325827136822"}\n' }, shards);
      expectConclusion(leak.run, 'failure');
      expect(outputOf(leak.run, 'decide', 'decision')).toBe('NO-GO');
      expect(outputOf(leak.run, 'telemetry-scan', 'verdict')).toBe('fail');
    },
    2 * LIMIT_MS,
  );
});

/** The workflow that the README says to copy, which calls ours with more inputs. */
async function callerWith(given: Record<string, string>): Promise<string> {
  const [workflow = ''] = [...(await readFile('README.md', 'utf8')).matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
    .map((match) => match[1] ?? '')
    .filter((block) => /^jobs:/m.test(block));
  const more = Object.entries(given).map(([name, value]) => `      ${name}: '${value}'\n`);
  const called = workflow.replace('@COMMIT', `@${'5'.repeat(40)}`);
  if (!/^ {4}with:\n/m.test(called)) throw new Error('the workflow of the README gives no inputs');
  return called.replace(/^ {4}with:\n/m, (line) => line + more.join(''));
}
