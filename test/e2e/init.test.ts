import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { runProcess } from '../support/process.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { FULL_CHECK, itWhere } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const example = (name: string): Promise<string> => readFile(resolve('examples/inputs', name), 'utf8');

function testops(repository: TestRepository, ...args: readonly string[]) {
  return runCli({ dist: DIST, args, cwd: repository.path, timeoutMs: 60_000 });
}

const inFullCheck = itWhere(FULL_CHECK, 'runs in the full check, .ci/run (TESTOPS_FULL=1)');

/** Verdicts by gate, as the printed table shows them. */
function rowsOf(output: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...output.matchAll(/^([a-z-]+) {2,}(PASS|WARN|FAIL|INCONCLUSIVE) /gm)].map(([, gate, verdict]) => [gate, verdict]),
  );
}

async function read(repository: TestRepository, path: string): Promise<string> {
  return readFile(`${repository.path}/${path}`, 'utf8');
}

describe('testops init', () => {
  it('leads from a k6 summary and logs to a verdict from each, with no other edit', async () => {
    await using repository = await createRepository({
      'package.json': '{"name":"shop","version":"2.5.0"}',
      'load/summary.json': await example('k6-summary.json'),
      'logs/api.jsonl': await example('otlp-private.jsonl'),
      'load.js': "import http from 'k6/http';\n",
    });
    await repository.tag('v2.5.0-beta.1');
    const init = await testops(repository, 'init');
    expect([init.exitCode, init.stdout]).toEqual([0, '']);
    for (const text of ['results of k6 in load/summary.json', 'logs/**', 'wrote  .github/workflows/testops-ci.yml', '2.5.0-beta.2'])
      expect(init.stderr).toContain(text);
    const configuration = await read(repository, '.github/testops.yml');
    expect(configuration.split('\n')[0]).toMatch(/^# yaml-language-server: \$schema=https:.*testops\.schema\.json$/);
    expect(configuration).toContain('# load: k6 run --summary-export load/k6.json load.js');
    expect(parse(configuration)).toMatchObject({ version: 1, 'slo-gate': { results: ['load/summary.json'] } });

    const checked = await testops(repository, 'beta-check');
    // The example's logs hold private data of middle severity.
    expect({ exit: checked.exitCode, rows: rowsOf(checked.stderr) }).toEqual({
      exit: 0,
      rows: { 'slo-gate': 'PASS', 'telemetry-scan': 'WARN' },
    });
    expect(await read(repository, 'testops-out/report.html')).toContain('<span class="badge warn">');
    expect(await read(repository, 'testops-out/junit.xml')).toContain('<testsuite name="telemetry-scan"');
  }, 120_000);

  it('grants the workflow exactly what the called one asks for', async () => {
    await using repository = await createRepository({ 'logs/api.jsonl': await example('otlp-clean.jsonl') });
    expect((await testops(repository, 'init', '--reference', 'a'.repeat(40))).exitCode).toBe(0);
    const caller = parse(await read(repository, '.github/workflows/testops-ci.yml')) as {
      permissions: object;
      jobs: { gates: { uses: string; permissions: Record<string, string> } };
    };
    const called = parse(await readFile(resolve('.github/workflows/testops-ci.yml'), 'utf8')) as {
      jobs: Record<string, { permissions?: Record<string, string> }>;
    };
    const asked = Object.assign({}, ...Object.values(called.jobs).map(({ permissions }) => permissions ?? {}));
    expect(caller.permissions).toEqual({});
    expect(caller.jobs.gates.permissions).toEqual(asked);
    expect(caller.jobs.gates.uses).toBe(`testops/beta-gates/.github/workflows/testops-ci.yml@${'a'.repeat(40)}`);
  });

  it('says what to add where it finds nothing, and beta-check is then unusable input, never green', async () => {
    await using repository = await createRepository({ 'README.md': '# nothing\n', 'package.json': '{}', 'data.json': '{"a": 1}' });
    const init = await testops(repository, 'init');
    expect(init.exitCode).toBe(0);
    for (const gate of ['determinism-check', 'slo-gate', 'telemetry-scan', 'snapshot-compare', 'deploy-preview'])
      expect(init.stderr).toContain(`${gate}: `);
    const checked = await testops(repository, 'beta-check');
    expect(checked.exitCode).toBe(3);
    expect(checked.stderr).toContain('found:    no gate');
    expect(existsSync(`${repository.path}/testops-out`)).toBe(false);

    // What it said to add is added: the same command goes on from there.
    await repository.write({ 'logs/api.log': 'all well\n' });
    const again = await testops(repository, 'init');
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('telemetry-scan: found 1 file')]);
    expect(parse(await read(repository, '.github/testops.yml'))).toHaveProperty('telemetry-scan');
    await repository.write({ '.github/testops.yml': 'version: 1\n# mine\n' });
    expect((await testops(repository, 'init')).exitCode).toBe(3);
    expect(await read(repository, '.github/testops.yml')).toBe('version: 1\n# mine\n');
  });

  inFullCheck(
    'takes a build whose outputs are not there yet, and leads to a verdict on it',
    async () => {
      await using repository = await createRepository({
        'package.json': JSON.stringify({ scripts: { build: 'node build.mjs' } }),
        'package-lock.json': '{"lockfileVersion":3,"packages":{}}',
        'build.mjs':
          "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('dist', { recursive: true });\nwriteFileSync('dist/a.txt', 'same\\n');\n",
        '.gitignore': 'dist\nnode_modules\n',
      });
      const init = await testops(repository, 'init');
      expect([init.exitCode, init.stderr]).toEqual([0, expect.stringContaining('add testops-evidence/ and testops-out/ to .gitignore')]);
      expect(parse(await read(repository, '.github/testops.yml'))).toMatchObject({
        setup: 'npm ci',
        'determinism-check': { run: 'npm run build', outputs: ['dist/**'], compare: ['outputs', 'exit'] },
      });
      const checked = await testops(repository, 'beta-check');
      expect({ exit: checked.exitCode, rows: rowsOf(checked.stderr) }).toEqual({ exit: 0, rows: { 'determinism-check': 'PASS' } });
    },
    120_000,
  );

  it('says beforehand what will not be there on GitHub, and that a decision needs a commit', async () => {
    await using repository = await createRepository({ '.gitignore': '*.log\ntestops-*\n' });
    await repository.write({ 'logs/a.log': 'x\n', 'logs/b.log': 'x\n' });
    const ignored = (await testops(repository, 'init')).stderr.replace(/\s+/g, ' ');
    expect(ignored).toContain('git ignores logs/a.log and 1 more');
    expect(ignored).not.toContain('to .gitignore');
    await using folder = await createTemporaryFolder();
    await mkdir(folder.join('logs'));
    await writeFile(folder.join('logs/a.log'), 'x\n');
    const init = await runCli({ dist: DIST, args: ['init'], cwd: folder.path, timeoutMs: 60_000 });
    expect([init.exitCode, init.stderr.replace(/\s+/g, ' ')]).toEqual([0, expect.stringContaining('there is no commit here yet')]);
    expect(await readFile(folder.join('.gitignore'), 'utf8')).toMatch(/^testops-evidence\/\ntestops-out\/\n/m);
  });

  it('writes nothing in a folder of a repository, where GitHub would not see it', async () => {
    await using repository = await createRepository({ 'services/api/logs/a.log': 'x\n' });
    const refused = await runCli({ dist: DIST, args: ['init'], cwd: `${repository.path}/services/api`, timeoutMs: 60_000 });
    expect([refused.exitCode, refused.stderr]).toEqual([3, expect.stringContaining('cd ../..,')]);
    expect(await repository.git('status', '--porcelain')).toBe('');
  });

  inFullCheck('says how to start what comes next, and pins the workflow to the clone that it runs from', async () => {
    await using clone = await createRepository({ 'package.json': await readFile('package.json', 'utf8') });
    await cp(DIST, `${clone.path}/dist`, { recursive: true });
    const start = async (origin: string) => {
      await using repository = await createRepository({ 'logs/a.log': 'x\n' });
      await clone.git('config', 'remote.origin.url', origin);
      const init = await runCli({ dist: `${clone.path}/dist`, args: ['init'], cwd: repository.path, timeoutMs: 60_000 });
      expect(init.stderr).toMatch(/^Next: node \S+\/dist\/cli\/index\.js beta-check$/m);
      return { said: init.stderr, workflow: await read(repository, '.github/workflows/testops-ci.yml') };
    };
    const pinned = await start('https://github.com/testops/beta-gates.git');
    expect(pinned.workflow).toContain(`testops-ci.yml@${await clone.git('rev-parse', 'HEAD')}\n`);
    expect(pinned.said).not.toContain('COMMIT');
    const open = await start('https://example.test/mirror.git');
    expect(open.workflow).toContain('testops-ci.yml@COMMIT\n');
    expect(open.said).toContain('replace COMMIT in the workflow');
  });

  it('finds a build with its outputs, and snapshots with their baseline', async () => {
    await using repository = await createRepository({
      'package.json': JSON.stringify({ scripts: { build: 'node build.mjs' } }),
      'build.mjs':
        "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('dist', { recursive: true });\nwriteFileSync('dist/a.txt', 'same\\n');\n",
      'dist/a.txt': 'same\n',
      'baseline/a.json': '{"a":1}',
      'actual/a.json': '{"a":1}',
    });
    const init = await testops(repository, 'init', '--json');
    expect(JSON.parse(init.stdout)).toEqual({
      written: ['.github/testops.yml', '.github/readiness.yml', '.github/workflows/testops-ci.yml', '.gitignore'],
      gates: ['determinism-check', 'snapshot-compare'],
    });
    expect(parse(await read(repository, '.github/testops.yml'))).toMatchObject({
      'determinism-check': { run: 'npm run build', outputs: ['dist/**'] },
      'snapshot-compare': { baseline: 'baseline', actual: 'actual' },
    });
  });

  it('changes no configuration that is there, and no other file either', async () => {
    await using repository = await createRepository({ 'testops.yml': 'version: 1\n' });
    const refused = await testops(repository, 'init');
    expect(refused.exitCode).toBe(3);
    for (const field of ['found:', 'expected:', 'do:']) expect(refused.stderr).toContain(field);
    await using other = await createRepository({ '.github/workflows/testops-ci.yml': 'mine\n', 'logs/a.log': 'x\n' });
    expect((await testops(other, 'init')).stderr).toContain('kept   .github/workflows/testops-ci.yml');
    expect(await read(other, '.github/workflows/testops-ci.yml')).toBe('mine\n');
  });

  it('keeps hostile names of files out of the meaning of what it writes', async () => {
    await using repository = await createRepository({ 'logs\n# evil: true/x.log': 'x\n', 'a: b #.jsonl': '{}\n' });
    expect((await testops(repository, 'init')).exitCode).toBe(0);
    const section = parse(await read(repository, '.github/testops.yml')) as Record<string, unknown>;
    expect(Object.keys(section)).toEqual(['version', 'telemetry-scan', 'decision-record']);
  });

  itWhere(existsSync('/usr/bin/script'), 'script (util-linux) is not installed')(
    'asks on a terminal, and takes no for an answer',
    async () => {
      await using repository = await createRepository({
        'package.json': '{"scripts":{"build":"node build.mjs"}}',
        'load/summary.json': await example('k6-summary.json'),
        'logs/api.log': 'all well\n',
      });
      const done = await runProcess(
        '/usr/bin/script',
        ['--quiet', '--echo', 'never', '--return', '--command', `${process.execPath} ${DIST}/cli/index.js init`, '/dev/null'],
        {
          cwd: repository.path,
          env: { PATH: process.env.PATH ?? '', HOME: repository.path, TERM: 'xterm' },
          stdin: '../out\n./made/js/\nmaybe\ny\n250\nno\n',
          timeoutMs: 30_000,
        },
      );
      expect(done.stdout).toContain('Use it? [Y/n]');
      expect(parse(await read(repository, '.github/testops.yml'))).toEqual({
        version: 1,
        'determinism-check': { run: 'npm run build', outputs: ['made/js/**'], compare: ['outputs', 'exit'], runs: 3 },
        'slo-gate': { thresholds: ['http_req_duration: p(95)<250', 'http_req_failed: rate<0.01'], results: ['load/summary.json'] },
        'decision-record': { checklist: '.github/readiness.yml' },
      });
    },
    60_000,
  );
});
