import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { createPullRequestEvent } from './events.ts';
import { startGithub } from './github.ts';
import { hasNode } from './node-versions.ts';
import { writeFiles } from './repository.ts';
import { startResultsService } from './results-service.ts';
import { runAction } from './runner.ts';
import { itWhere } from './skip.ts';
import { createTemporaryFolder } from './temporary-folder.ts';
import { applyMasks, parseCommandFile, parseWorkflowCommands, toAnnotations } from './workflow-commands.ts';

const CORE = pathToFileURL(resolve('node_modules/@actions/core/lib/core.js')).href;
const GITHUB = pathToFileURL(resolve('node_modules/@actions/github/lib/github.js')).href;
const ARTIFACT = pathToFileURL(resolve('node_modules/@actions/artifact/lib/artifact.js')).href;

describe('workflow commands', () => {
  it('are read as @actions/core writes them', () => {
    const output =
      '::error file=a%2Cb.ts,line=3,col=1,endColumn=4,title=T%3A x::one%0Atwo%25\n::stop-commands::tok\n::error::no\n::tok::\n::notice::yes\n';
    expect(toAnnotations(parseWorkflowCommands(output))).toEqual([
      { level: 'error', message: 'one\ntwo%', file: 'a,b.ts', line: 3, column: 1, endColumn: 4, title: 'T: x' },
      { level: 'notice', message: 'yes' },
    ]);
  });

  it('files hold one-line and many-line values, and refuse what the runner refuses', () => {
    expect(parseCommandFile('a=1=2\nb<<E\nx\n\ny=1\nE\nc=\n')).toEqual({ a: '1=2', b: 'x\n\ny=1', c: '' });
    expect(() => parseCommandFile('b<<E\nx\n')).toThrow('delimiter');
    expect(() => parseCommandFile('nothing\n')).toThrow('Invalid format');
  });

  it('masks cover each line of a value', () => {
    expect(applyMasks('a one b two', ['one\ntwo'])).toBe('a *** b ***');
  });
});

describe('runner', () => {
  it('gives an action what the runner gives it, and reads what it leaves', async () => {
    await using folder = await createTemporaryFolder();
    await using results = await startResultsService();
    await using github = await startGithub({ results });
    await writeFiles(folder.path, {
      'dist/demo/package.json': '{"type":"module"}',
      'dist/demo/index.js': `
        import * as core from ${JSON.stringify(CORE)};
        import { context, getOctokit } from ${JSON.stringify(GITHUB)};
        import { DefaultArtifactClient } from ${JSON.stringify(ARTIFACT)};
        import { writeFileSync } from 'node:fs';
        core.setSecret(core.getInput('salt'));
        console.log('the salt is ' + core.getInput('salt'));
        core.setOutput('lines', core.getMultilineInput('fail-on').join('|'));
        core.setOutput('multi', 'a\\nb=c');
        core.setOutput('empty', JSON.stringify(process.env['INPUT_NOT-GIVEN']));
        core.setOutput('context', [context.eventName, context.ref, context.sha, context.issue.number, context.repo.owner].join(' '));
        core.setOutput('node', process.version);
        core.warning('look', { file: 'a.ts', startLine: 2, title: 'T' });
        await core.summary.addHeading('Hi').write();
        writeFileSync('f.txt', 'x');
        const { id } = await new DefaultArtifactClient().uploadArtifact('testops-evidence-demo-a1', ['f.txt'], '.');
        core.setOutput('artifact', id);
        await getOctokit(core.getInput('github-token')).rest.repos.createCommitStatus({ ...context.repo, sha: context.payload.pull_request.head.sha, state: 'success' });
        process.exitCode = 2;`,
      'action.yml': 'inputs:\n  salt: {}\n  fail-on: {}\n  not-given: {}\n  github-token: {}\n',
      'work/keep': '',
    });
    const headSha = (await github.resolveCommit('topic')) ?? '';
    const event = createPullRequestEvent(github, {
      number: 1,
      headSha,
      headRef: 'topic',
      baseSha: (await github.resolveCommit('main')) ?? '',
    });
    github.addRun({ id: 9, headSha });
    const run = await runAction({
      action: 'demo',
      dist: folder.join('dist'),
      metadata: folder.join('action.yml'),
      inputs: { salt: 'pepper-and-salt', 'fail-on': 'high\ncritical', 'github-token': github.token },
      event,
      cwd: folder.join('work'),
      github,
      results,
      run: { id: 9 },
    });
    expect(run).toMatchObject({ exitCode: 2, stderr: '' });
    expect(run.outputs).toMatchObject({
      lines: 'high|critical',
      multi: 'a\nb=c',
      empty: '""',
      context: `pull_request refs/pull/1/merge ${event.sha} 1 octo-org`,
    });
    expect(run.summary).toBe('<h1>Hi</h1>\n');
    expect(run.masks).toEqual(['pepper-and-salt', expect.any(String), expect.any(String)]);
    expect(run.log).toContain('the salt is ***');
    expect(run.annotations).toEqual([{ level: 'warning', message: 'look', file: 'a.ts', line: 2, title: 'T' }]);
    const listed = (await github.read('/repos/octo-org/demo/actions/runs/9/artifacts')) as {
      artifacts: { id: number; workflow_run: { head_sha: string } }[];
    };
    expect(listed.artifacts.map((each) => [String(each.id), each.workflow_run.head_sha])).toEqual([[run.outputs.artifact, headSha]]);
    expect(github.requests.map((each) => `${each.method} ${each.path} ${each.status}`)).toEqual([
      `POST /repos/octo-org/demo/statuses/${headSha} 201`,
    ]);
  });

  it('refuses an input that the action does not declare', async () => {
    await using folder = await createTemporaryFolder();
    await writeFiles(folder.path, { 'action.yml': 'inputs: {}\n' });
    await expect(
      runAction({ action: 'demo', metadata: folder.join('action.yml'), inputs: { typo: '1' }, cwd: folder.path }),
    ).rejects.toThrow('declares no input typo');
  });

  for (const nodeVersion of [20, 24] as const) {
    itWhere(hasNode(nodeVersion), `Node ${nodeVersion} is neither running the tests nor installed as a package`)(
      `runs on Node ${nodeVersion}`,
      async () => {
        await using folder = await createTemporaryFolder();
        await writeFiles(folder.path, { 'demo/index.js': 'console.log(process.version)' });
        const run = await runAction({ action: 'demo', dist: folder.path, cwd: folder.path, nodeVersion });
        expect(run.stdout).toMatch(new RegExp(`^v${nodeVersion}\\.`));
      },
    );
  }

  it('downloads artifacts of another run through the REST API', async () => {
    await using folder = await createTemporaryFolder();
    await using results = await startResultsService();
    await using github = await startGithub({ results });
    await writeFiles(folder.path, {
      'work/f.txt': 'from run 5\n',
      'dist/up/index.js': `import(${JSON.stringify(ARTIFACT)}).then((m) => new m.DefaultArtifactClient().uploadArtifact('evidence', ['f.txt'], '.'));`,
      'dist/down/index.js': `import(${JSON.stringify(ARTIFACT)}).then(async (m) => {
        const client = new m.DefaultArtifactClient();
        const findBy = { token: process.env.TOKEN, workflowRunId: 5, repositoryOwner: 'octo-org', repositoryName: 'demo' };
        const { artifacts: [artifact] } = await client.listArtifacts({ findBy });
        const { digestMismatch } = await client.downloadArtifact(artifact.id, { path: 'down', findBy, expectedHash: artifact.digest });
        console.log('GOT ' + digestMismatch + ' ' + require('node:fs').readFileSync('down/f.txt', 'utf8'));
      });`,
    });
    const dist = folder.join('dist');
    const cwd = folder.join('work');
    expect((await runAction({ action: 'up', dist, cwd, github, results, run: { id: 5 } })).exitCode).toBe(0);
    const down = await runAction({
      action: 'down',
      dist,
      cwd,
      github,
      results,
      run: { id: 6 },
      env: { TOKEN: await github.issueToken({ actions: 'read' }) },
    });
    expect(down.stdout).toContain('GOT false from run 5');
  });
});
