import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ActRun, hasAct, NO_ACT, runAct } from '../support/act.ts';
import { copyThisRepository } from '../support/copy-this-repository.ts';
import { createPullRequestEvent } from '../support/events.ts';
import { startGithub } from '../support/github.ts';
import { createRepository, type Files } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { describeWhere, FULL_CHECK } from '../support/skip.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

const FOLDER = 'examples/consumer';
const GATES = ['determinism-check', 'slo-gate', 'telemetry-scan'];
/** What the example's workflow grants, as the token of its run. */
const GRANTED = { contents: 'read', actions: 'read', checks: 'write', statuses: 'write', 'pull-requests': 'write' } as const;
const LIMIT_MS = 300_000;

describeWhere(FULL_CHECK && hasAct(), FULL_CHECK ? NO_ACT : 'runs in the full check, .ci/run (TESTOPS_FULL=1)')(
  'a second repository, examples/consumer',
  () => {
    let suite: TemporaryFolder;
    let results: ResultsService;

    beforeAll(async () => {
      suite = await copyThisRepository();
      results = await startResultsService();
    }, 60_000);
    afterAll(async () => {
      await results[Symbol.asyncDispose]();
      await suite[Symbol.asyncDispose]();
    });

    it(
      'gets GO for a change that breaks nothing, and NO-GO from the one gate that a change breaks',
      async () => {
        await using consumer = await createRepository(await readConsumer());
        const baseSha = await consumer.git('rev-parse', 'HEAD');
        await consumer.branch('harmless');
        const harmless = await consumer.commit('More in the README', {
          'README.md': '# A shop\n',
        });
        await consumer.branch('broken', baseSha);
        const broken = await consumer.commit('The time of the build', {
          'build.mjs':
            (await readConsumer())['build.mjs']?.toString().replace('const PRICES = {', 'const PRICES = { made: Date.now(),') ?? '',
        });
        await using github = await startGithub({ repositoryPath: consumer.path, results });
        await github.openPullRequest('harmless');
        const run = async (number: number, headSha: string, headRef: string, runId: number): Promise<ActRun> =>
          await runAct({
            suite: suite.path,
            suiteName: 'testops/beta-gates',
            caller: consumer.path,
            workflow: '.github/workflows/testops-ci.yml',
            event: createPullRequestEvent(github, { number, headSha, headRef, baseSha }),
            token: await github.issueToken(GRANTED),
            github,
            results,
            runId,
            timeoutMs: LIMIT_MS,
          });

        const go = await run(1, harmless, 'harmless', 301);
        expectConclusion(go, 'success');
        expect(await readChecks(harmless)).toEqual({
          'testops/decision': 'success',
          ...Object.fromEntries(GATES.map((gate) => [`testops/${gate}`, 'success'])),
        });
        expect(results.artifacts(301).map(({ name }) => name)).toEqual(
          expect.arrayContaining(['testops-decision-a1', 'testops-report-a1.html', ...GATES.map((gate) => `testops-evidence-${gate}-a1`)]),
        );

        await github.openPullRequest('broken');
        const noGo = await run(2, broken, 'broken', 302);
        expectConclusion(noGo, 'failure');
        const red = Object.entries(await readChecks(broken)).filter(([, conclusion]) => conclusion !== 'success');
        expect(red.map(([name]) => name).sort()).toEqual(['testops/decision', 'testops/determinism-check']);
        const comments = (await github.read(`/repos/${github.owner}/${github.repo}/issues/2/comments`)) as { body: string }[];
        expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining('NO-GO')]);

        async function readChecks(commit: string): Promise<Readonly<Record<string, string>>> {
          const { check_runs } = (await github.read(`/repos/${github.owner}/${github.repo}/commits/${commit}/check-runs?per_page=100`)) as {
            check_runs: { name: string; conclusion: string }[];
          };
          return Object.fromEntries(check_runs.map(({ name, conclusion }) => [name, conclusion]));
        }
      },
      2 * LIMIT_MS,
    );
  },
);

/** The files of the example, with a commit of the suite as a person would fill it in. */
async function readConsumer(): Promise<Files> {
  const names = ['.github/testops.yml', '.github/workflows/testops-ci.yml', '.gitignore', 'README.md', 'build.mjs', 'load.mjs'];
  const files = await Promise.all(names.map(async (name) => [name, await readFile(join(FOLDER, name), 'utf8')] as const));
  return Object.fromEntries(
    files.map(([name, text]) => [
      name,
      text.replace('beta-gates/.github/workflows/testops-ci.yml@COMMIT', `beta-gates/.github/workflows/testops-ci.yml@${'5'.repeat(40)}`),
    ]),
  );
}

function expectConclusion(run: ActRun, conclusion: string): void {
  if (run.conclusion !== conclusion) throw new Error(`the run ended with ${run.conclusion}, not ${conclusion}\n${run.log.slice(-20_000)}`);
}
