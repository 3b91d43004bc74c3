import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { getuid } from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createScrubbedEnvironment, runProcess } from '../support/process.ts';
import { createRepository, type Files } from '../support/repository.ts';
import { itWhere } from '../support/skip.ts';

const SLO = "version: 1\nslo-gate: { thresholds: ['http_req_failed: rate<0.5'], results: ['k6.json'] }\n";

/** Runs the command in a fresh repository that holds the files. */
async function run(args: readonly string[], files: Files, prepare?: (folder: string) => Promise<void>) {
  await using repository = await createRepository({ '.gitignore': 'testops-*\n!testops.yml\n', ...files });
  await prepare?.(repository.path);
  const done = await runCli({ dist: DIST, args, cwd: repository.path });
  return { exit: done.exitCode, stdout: done.stdout, stderr: done.stderr };
}

/** The message of unusable input: exit 3, the four fields, and nothing on stdout. */
function expectProblem(done: { exit: number | null; stdout: string; stderr: string }, ...texts: readonly string[]): void {
  expect({ exit: done.exit, stderr: done.exit === 3 ? '' : done.stderr }).toEqual({ exit: 3, stderr: '' });
  expect(done.stdout).toBe('');
  for (const text of ['found:', 'expected:', 'do:', ...texts]) expect(done.stderr).toContain(text);
  expect(done.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
}

describe('bad input is told, each in one message', () => {
  it('no configuration', async () => {
    expectProblem(await run(['beta-check'], { a: '' }), '.github/testops.yml');
    expectProblem(await run(['beta-check', '--config', 'absent.yml'], { a: '' }), 'absent.yml', 'no such file');
  });

  it('a misspelt key, flag and command', async () => {
    expectProblem(
      await run(['beta-check', '--config', 'testops.yml'], { 'testops.yml': 'version: 1\nslo-gate: { resluts: [] }\n' }),
      'testops.yml:2',
      'did you mean `results`?',
    );
    expectProblem(await run(['slo-gate', '--resluts', 'x'], { a: '' }), 'did you mean --results?');
    expectProblem(await run(['slo-gat'], { a: '' }), 'did you mean `testops slo-gate`?');
  });

  it('results that are truncated, not JSON, empty, or of no known format', async () => {
    for (const content of ['{"metrics": {"http_req_failed"', 'no json at all', '', '{"hello": "world"}']) {
      expectProblem(await run(['slo-gate', '--config', 'testops.yml'], { 'testops.yml': SLO, 'k6.json': content }), 'k6.json');
    }
  });

  it('a line of 10 MB is scanned, not refused', async () => {
    const done = await run(['telemetry-scan', '--paths', 'big.log', '--json'], { 'big.log': `${'x'.repeat(10 * 1024 * 1024)} \n` });
    expect({ exit: done.exit, stderr: done.exit === 0 ? '' : done.stderr }).toEqual({ exit: 0, stderr: '' });
  });

  it.each([
    ['slo-gate', ['--thresholds', 'http_req_failed: rate<0.5', '--results', 'none/*.json']],
    ['telemetry-scan', ['--paths', 'none/**']],
    ['snapshot-compare', ['--baseline', 'none', '--actual', 'nothing']],
  ])('%s: a glob that matches nothing is inconclusive', async (gate, flags) => {
    const done = await run([gate, ...flags], { a: '' });
    expect({ exit: done.exit, stderr: done.exit === 2 ? '' : done.stderr }).toEqual({ exit: 2, stderr: '' });
    expect(done.stderr).toContain('INCONCLUSIVE');
  });

  it('a version that is not a beta', async () => {
    for (const version of ['2.5.0', '2.5.0-rc.1', 'v2.5', '2.5.0-beta', '2.5.0-beta.01']) {
      const files = { 'testops.yml': SLO, 'k6.json': await readFile('examples/inputs/k6-summary.json', 'utf8') };
      expectProblem(await run(['decision-record', '--config', 'testops.yml', '--version', version], files), version);
    }
  });

  it('a folder given as a file', async () => {
    const files = { 'testops.yml': SLO, 'k6.json': await readFile('examples/inputs/k6-summary.json', 'utf8') };
    expectProblem(await run(['beta-check', '--config', '.'], files), 'folder');
    const makeFolder = async (folder: string): Promise<void> => void (await mkdir(`${folder}/policy`));
    expectProblem(await run(['decision-record', '--config', 'testops.yml', '--policy', 'policy'], files, makeFolder), 'policy', 'folder');
  });

  itWhere(getuid?.() !== 0, 'root reads every file')('a file that may not be read', async () => {
    const done = await run(['slo-gate', '--config', 'testops.yml'], { 'testops.yml': SLO, 'k6.json': '{}' }, (folder) =>
      chmod(`${folder}/k6.json`, 0),
    );
    expectProblem(done, 'k6.json');
  });

  it('names with spaces, quotes, newlines, :: and non-ASCII', async () => {
    const names = ['with space.log', `quo"te's.log`, 'new\nline.log', '::error::x.log', 'ünï-日本.log'];
    const files = Object.fromEntries(names.map((name) => [`logs/${name}`, 'card 4111111111111111\nmail jane.roe@corp-mail.net\n']));
    const done = await run(['telemetry-scan', '--paths', 'logs/**'], files);
    expect([0, 1]).toContain(done.exit);
    // Every name is shown, on one line, with what could move a cursor or start a command taken out.
    for (const line of done.stderr.split('\n')) expect(line.startsWith('::')).toBe(false);
    for (const shown of ['with space.log', `quo"te's.log`, 'new\\nline.log', '::error::x.log', 'ünï-日本.log'])
      expect(done.stderr).toContain(shown);
    expect(done.stderr).not.toContain('jane.roe');
  });

  it('a wrong kind of value on the command line', async () => {
    await using repository = await createRepository({});
    const run = await runCli({ dist: DIST, args: ['determinism-check', '--run', 'true', '--runs', 'two'], cwd: repository.path });
    expect([run.exitCode, run.stderr]).toEqual([3, expect.stringMatching(/runs\n {2}found: {4}"two"\n {2}expected: .*number/)]);
  });

  it('an action outside of a workflow', async () => {
    await using repository = await createRepository({});
    const env = createScrubbedEnvironment();
    const run = await runProcess(process.execPath, [`${resolve(DIST)}/slo-gate/index.js`], { cwd: repository.path, env });
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toContain('::error title=testops slo-gate%3A unusable input::environment variable GITHUB_REPOSITORY');
    expect(run.stderr).toBe('');
  });

  it('evidence edited after it was written', async () => {
    await using repository = await createRepository({
      '.gitignore': 'testops-*\n!testops.yml\n',
      'testops.yml': SLO,
      'k6.json': await readFile('examples/inputs/k6-summary.json', 'utf8'),
    });
    const cli = (...args: string[]) => runCli({ dist: DIST, args, cwd: repository.path });
    expect((await cli('slo-gate', '--config', 'testops.yml')).exitCode).toBe(0);
    expect((await cli('decision-record', '--config', 'testops.yml')).exitCode).toBe(0);
    const path = `${repository.path}/testops-evidence/slo-gate.intoto.json`;
    await writeFile(path, (await readFile(path, 'utf8')).replace('"pass"', '"warn"'));
    const decided = await cli('decision-record', '--config', 'testops.yml');
    expect(decided.exitCode).toBe(1);
    expect(decided.stderr).toContain('NO-GO');
  });
});
