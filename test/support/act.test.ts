import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { findAct, hasAct, NO_ACT, runAct } from './act.ts';
import { rewriteUses } from './act-workflows.ts';
import { createPullRequestEvent, createPushEvent } from './events.ts';
import { startGithub } from './github.ts';
import { createRepository, type Files } from './repository.ts';
import { startResultsService } from './results-service.ts';
import { itWhere } from './skip.ts';

const ARTIFACT = pathToFileURL(resolve('node_modules/@actions/artifact/lib/artifact.js')).href;

/** A suite in small: one action whose bundle lies outside its folder, one reusable workflow that calls it by `$/`. */
const SUITE: Files = {
  'package.json': '{"type":"module"}',
  'actions/upload/action.yml': `
name: upload
inputs: { name: { description: name }, not-given: { description: nothing } }
outputs: { digest: { description: digest } }
runs: { using: node24, main: ../../dist/upload/index.js }
`,
  'dist/upload/index.js': `
import { appendFileSync, writeFileSync } from 'node:fs';
import { DefaultArtifactClient } from ${JSON.stringify(ARTIFACT)};
writeFileSync('verdict.txt', 'pass');
const { digest, id } = await new DefaultArtifactClient().uploadArtifact(process.env.INPUT_NAME, ['verdict.txt'], '.');
appendFileSync(process.env.GITHUB_OUTPUT, 'digest=' + digest + '\\n');
console.log('NODE ' + process.version + ' INPUT ' + JSON.stringify(process.env['INPUT_NOT-GIVEN']));
const status = await fetch(process.env.GITHUB_API_URL + '/repos/' + process.env.GITHUB_REPOSITORY).then((response) => response.status, () => 'unreachable');
console.log('API ' + status + ' RUN ' + process.env.GITHUB_RUN_ID);
`,
  '.github/workflows/gate.yml': `
on: { workflow_call: { outputs: { digest: { value: '\${{ jobs.gate.outputs.digest }}' } } } }
permissions: {}
jobs:
  gate:
    runs-on: ubuntu-latest
    outputs: { digest: '\${{ steps.up.outputs.digest }}' }
    steps:
      - uses: actions/checkout@v5 # replaced by the stand-in
        with: { ref: '\${{ github.event.pull_request.head.sha || github.sha }}', persist-credentials: false }
      - run: echo "HEAD $(git rev-parse HEAD) SHA $GITHUB_SHA FILES $(ls | tr '\\n' ' ')"
      - { id: up, uses: $/actions/upload, with: { name: testops-evidence-demo-a1 } }
`,
  '.github/workflows/self.yml': `
on: push
jobs:
  call: { uses: $/.github/workflows/gate.yml }
  after:
    needs: call
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "RESULT \${{ needs.call.result }} DIGEST \${{ needs.call.outputs.digest }}"' }]
`,
};

describe('rewriting for act', () => {
  it('turns $/ into a remote reference, keeps comments, and lists what is remote', () => {
    const text =
      'jobs:\n  a:\n    uses: $/.github/workflows/x.yml # why\n  b:\n    steps:\n      - uses: actions/checkout@v5\n      - uses: ./local\n      - run: echo uses\n';
    const rewritten = rewriteUses(text, 'o/s', 'abc', true);
    expect(rewritten.text).toBe(text.replace('$/.github/workflows/x.yml', 'o/s/.github/workflows/x.yml@abc'));
    expect(rewritten.remotes).toEqual(['actions/checkout@v5', 'o/s@abc']);
  });
});

describe('act', () => {
  itWhere(hasAct(), NO_ACT)(
    'tells a tolerated failure from one that fails the run, and reads summaries and skipped jobs',
    async () => {
      const gate = (tolerant: boolean): string => `
on: push
jobs:
  gate:
    runs-on: ubuntu-latest
    continue-on-error: ${tolerant}
    outputs: { verdict: '\${{ steps.v.outputs.verdict }}' }
    steps: [{ id: v, run: 'echo verdict=fail >> $GITHUB_OUTPUT; echo "# Fail" >> $GITHUB_STEP_SUMMARY' }, { run: 'exit 1' }]
  off: { if: false, runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
  decide:
    needs: [gate, off]
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "SAW \${{ needs.gate.outputs.verdict }} \${{ needs.off.result }}"' }]
`;
      await using suite = await createRepository({
        '.github/workflows/a.yml': gate(true),
        '.github/workflows/b.yml': gate(false)
          .replace('  gate:', '  gate_b:')
          .replaceAll('needs.gate.', 'needs.gate_b.')
          .replace('[gate,', '[gate_b,'),
      });
      const event = createPushEvent({ owner: 'testops', repo: 'suite' }, await suite.git('rev-parse', 'HEAD'));
      await using results = await startResultsService();
      const tolerated = await runAct({ suite: suite.path, workflow: '.github/workflows/a.yml', event, results });
      expect([tolerated.conclusion, tolerated.job('gate').result]).toEqual(['success', 'failure']);
      expect(tolerated.job('gate').steps.find((step) => step.id === 'v')).toMatchObject({
        summary: '# Fail\n',
        outputs: { verdict: 'fail' },
      });
      expect(tolerated.job('decide').output).toContain('SAW fail skipped');
      const failed = await runAct({ suite: suite.path, workflow: '.github/workflows/b.yml', event, results });
      expect([failed.conclusion, failed.job('gate_b').result]).toEqual(['failure', 'failure']);
      await suite.write({
        '.github/workflows/c.yml': 'on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ uses: absent/action@v1 }] } }\n',
      });
      const broken = await runAct({ suite: suite.path, workflow: '.github/workflows/c.yml', event, results });
      expect(broken.conclusion).toBe('failure');
    },
    120_000,
  );

  itWhere(hasAct(), NO_ACT)(
    'runs a reusable workflow of the same repository',
    async () => {
      expect(findAct()).toBeDefined();
      await using suite = await createRepository(SUITE);
      const head = await suite.git('rev-parse', 'HEAD');
      const run = await runAct({
        suite: suite.path,
        workflow: '.github/workflows/self.yml',
        event: createPushEvent({ owner: 'testops', repo: 'suite' }, head),
      });
      if (run.exitCode !== 0) throw new Error(run.log);
      expect(run.job('gate')).toMatchObject({ result: 'success' });
      expect(run.job('gate').output).toContain(`HEAD ${head} SHA ${head} FILES actions dist package.json`);
      expect(run.job('gate').output).toMatch(/NODE v24\..* INPUT ""/);
      const digest = run.job('gate').steps.find((step) => step.id === 'up')?.outputs.digest;
      expect(run.job('after').output).toContain(`RESULT success DIGEST ${digest}`);
    },
    120_000,
  );

  itWhere(hasAct(), NO_ACT)(
    'checks out what is asked for, and takes an artifact of an earlier job',
    async () => {
      await using suite = await createRepository({ 'a.txt': 'a\n' });
      const first = await suite.git('rev-parse', 'HEAD');
      await suite.tag('v1.0.0-beta.1', { message: 'beta' });
      const head = await suite.commit('Second', {
        'out/b.txt': 'b\n',
        '.github/workflows/a.yml': `
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: 'echo "SHALLOW $(git rev-list --count HEAD) TAGS $(git tag | wc -l) $(git rev-parse HEAD)"'
      - { uses: actions/upload-artifact@v5, with: { name: build, path: out } }
      - { uses: actions/checkout@v5, with: { fetch-depth: 0 } }
      - run: 'echo "DEEP $(git rev-list --count HEAD) TAGS $(git tag | wc -l) REMOTE $(git remote get-url origin)"'
      - { id: t, uses: actions/checkout@v5, with: { ref: v1.0.0-beta.1, path: old } }
      - run: 'echo "TAG $(git -C old rev-parse HEAD) \${{ steps.t.outputs.commit }} $(ls old)"'
      - { uses: actions/checkout@v5, with: { ref: main } }
      - run: 'echo "BRANCH $(git symbolic-ref --short HEAD)"'
`,
      });
      await using results = await startResultsService();
      const event = createPushEvent({ owner: 'testops', repo: 'suite' }, head);
      const run = await runAct({ suite: suite.path, workflow: '.github/workflows/a.yml', event, results, runId: 3 });
      if (run.exitCode !== 0) throw new Error(run.log);
      const { output } = run.job('a');
      expect(output).toContain(`SHALLOW 1 TAGS 0 ${head}`);
      expect(output).toContain('DEEP 2 TAGS 1 REMOTE https://github.com/testops/suite');
      expect(output).toContain(`TAG ${first} ${first} a.txt`);
      expect(output).toContain('BRANCH main');
      expect(results.artifacts(3).map((artifact) => artifact.name)).toEqual(['build']);
    },
    120_000,
  );

  itWhere(hasAct(), NO_ACT)(
    'runs it for a second repository, with artifacts and API of the test',
    async () => {
      await using suite = await createRepository(SUITE);
      await using caller = await createRepository({
        'app.txt': 'app\n',
        '.github/workflows/testops-ci.yml': 'on: pull_request\njobs:\n  beta: { uses: testops/suite/.github/workflows/gate.yml@v1 }\n',
      });
      const baseSha = await caller.git('rev-parse', 'HEAD');
      await caller.branch('topic');
      const headSha = await caller.commit('Topic', { 'topic.txt': 'x\n' });
      await using results = await startResultsService();
      await using github = await startGithub({ repositoryPath: caller.path, results });
      const run = await runAct({
        suite: suite.path,
        caller: caller.path,
        workflow: '.github/workflows/testops-ci.yml',
        event: createPullRequestEvent(github, { number: 1, headSha, headRef: 'topic', baseSha }),
        github,
        results,
        runId: 9,
      });
      if (run.exitCode !== 0) throw new Error(run.log);
      const { output } = run.job('gate');
      expect(output).toContain(`HEAD ${headSha} SHA `);
      expect(output).not.toContain(`SHA ${headSha}`); // the merge commit
      expect(output).toContain('FILES app.txt topic.txt');
      expect(output).toContain('API 200 RUN 9');
      expect(results.artifacts(9).map((artifact) => artifact.name)).toEqual(['testops-evidence-demo-a1']);
      expect(github.requests.map((each) => each.path)).toEqual(['/repos/octo-org/demo']);
    },
    120_000,
  );
});
