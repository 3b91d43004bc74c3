import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { getuid } from 'node:process';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { hasNode } from '../support/node-versions.ts';
import { createScrubbedEnvironment } from '../support/process.ts';
import { createRepository } from '../support/repository.ts';
import { runAction } from '../support/runner.ts';
import { FULL_CHECK, itWhere } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../fixtures/telemetry-scan');
const PLANTED = JSON.parse(readFileSync(join(ROOT, 'planted.json'), 'utf8')) as Record<string, readonly string[]>;
const ENV = { TESTOPS_SALT: 'a salt of the tests, long enough for HMAC-SHA-256', TESTOPS_QUARANTINE_KEY: 'ab'.repeat(32) };

/** A value as it is, and as other layers would write it. */
function spellings(value: string): readonly string[] {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  return [
    ...new Set([
      value,
      value.replaceAll(' ', '\u00a0'),
      encodeURIComponent(value),
      value.replaceAll('@', '&#64;').replaceAll('.', '&#46;'),
      value.replace(/[_.*@-]/g, (character) => `\\${character}`),
      ...(value.length >= 8 ? [base64.slice(0, -1), Buffer.from(value).toString('hex')] : []),
    ]),
  ];
}

function expectClean(outputs: Readonly<Record<string, string>>, values: readonly string[]): void {
  const leaks = Object.entries(outputs).flatMap(([name, text]) =>
    values.flatMap((value, index) =>
      spellings(value).flatMap((spelling) => (text.includes(spelling) ? [`${name}: planted value ${index}`] : [])),
    ),
  );
  expect(leaks).toEqual([]);
}

/** Every file below a folder that was not there before, by name, as text. */
async function newFiles(folder: string, before: ReadonlySet<string>): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (!entry.isFile() || before.has(name) || name.startsWith('.git/')) continue;
    const bytes = await readFile(path);
    files[name] = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('latin1');
  }
  return files;
}

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Set(entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name))));
}

const FLAGS = [
  '--sarif',
  'out/scan.sarif',
  '--compliance-report',
  'out/compliance.md',
  '--cache-file',
  'out/cache.json',
  '--quarantine-dir',
  'out/quarantine',
];

describe('no planted value of a fixture leaves', () => {
  const names = Object.keys(PLANTED);

  it('would be seen: the values are in the fixtures', () => {
    expect(names.length).toBeGreaterThan(4);
    expect(() => expectClean({ stdout: `x ${PLANTED[names[0] as string]?.[0]} y` }, PLANTED[names[0] as string] ?? [])).toThrow();
  });

  // Each is five whole processes; one of them runs always.
  for (const [index, name] of names.entries()) {
    const values = PLANTED[name] ?? [];
    itWhere(index === 2 || FULL_CHECK, 'runs in the full check, .ci/run (TESTOPS_FULL=1)')(
      `${name}: words, --json, report, summary, annotations, artifacts`,
      async () => {
        await using repository = await createRepository({ '.gitignore': 'out/\ntestops-*\n!testops.yml\n' });
        await cp(join(ROOT, name), repository.path, { recursive: true });
        await repository.commit('the telemetry');
        const before = await namesIn(repository.path);
        const outputs: Record<string, string> = {};
        const note = (step: string, done: { stdout: string; stderr: string; exitCode: number | null }) => {
          // It ran to its verdict.
          expect([step, [0, 1, 2].includes(done.exitCode ?? -1) ? '' : done.stderr]).toEqual([step, '']);
          outputs[`${step} stdout`] = done.stdout;
          outputs[`${step} stderr`] = done.stderr;
        };
        const command = { dist: DIST, cwd: repository.path, env: ENV };
        note('words', await runCli({ ...command, args: ['telemetry-scan', '--config', 'testops.yml', '--fail-on', 'low', ...FLAGS] }));
        note('json', await runCli({ ...command, args: ['telemetry-scan', '--config', 'testops.yml', '--json'] }));
        note('beta-check', await runCli({ ...command, args: ['beta-check', '--config', 'testops.yml', '--out', 'out/beta'] }));
        if (hasNode(24)) {
          const action = await runAction({
            action: 'telemetry-scan',
            dist: DIST,
            inputs: { config: 'testops.yml', 'fail-on': 'low', sarif: 'out/action.sarif', 'quarantine-dir': 'out/action-quarantine' },
            cwd: repository.path,
            env: ENV,
            nodeVersion: 24,
          });
          note('action', action);
          outputs['action summary'] = action.summary;
          outputs['action outputs'] = JSON.stringify([action.outputs, action.annotations, action.state, action.exportedEnv]);
          expect(action.summary).not.toBe('');
        }
        const files = await newFiles(repository.path, before);
        expect(Object.keys(files)).toEqual(expect.arrayContaining(['out/scan.sarif', 'out/beta/report.html', 'out/compliance.md']));
        expect(Object.keys(files).some((file) => file.endsWith('.intoto.json'))).toBe(true);
        // What is put away from the slightest severity on leaves a clean stream.
        expectClean({ ...outputs, ...files }, values);
      },
      120_000,
    );
  }
});

const NOBODY = 65_534;

/** Root reads everything, so the command runs as somebody else, where node and the build are readable for others. */
function runsAsNobody(): boolean {
  if (getuid?.() !== 0) return false;
  const options = { uid: NOBODY, gid: NOBODY, cwd: '/', env: createScrubbedEnvironment({ HOME: '/' }) };
  return (
    existsSync(join(DIST, 'cli/index.js')) && spawnSync(process.execPath, [join(DIST, 'cli/index.js'), '--help'], options).status === 0
  );
}

describe('a file that may not be read', () => {
  itWhere(runsAsNobody() || getuid?.() !== 0, 'the build is not readable for another user')('is named, and never passes', async () => {
    await using folder = await createTemporaryFolder('testops-unreadable-');
    await writeFile(folder.join('a.log'), 'quiet\n');
    await writeFile(folder.join('b.log'), 'quiet\n');
    await chmod(folder.join('b.log'), 0o000);
    await chmod(folder.path, 0o755);
    const root = getuid?.() === 0;
    if (root) await chown(folder.path, NOBODY, NOBODY);
    const run = (...paths: string[]) =>
      spawnSync(process.execPath, [join(DIST, 'cli/index.js'), 'telemetry-scan', ...paths.flatMap((path) => ['--paths', path])], {
        cwd: folder.path,
        env: createScrubbedEnvironment({ CI: 'true', NO_COLOR: '1', HOME: folder.path }),
        encoding: 'utf8',
        ...(root ? { uid: NOBODY, gid: NOBODY } : {}),
      });
    const met = run('*.log');
    expect([met.status, met.stderr + met.stdout]).toEqual([2, expect.stringContaining('b.log')]);
    const named = run('b.log');
    expect([named.status, named.stderr]).toEqual([3, expect.stringContaining('b.log')]);
    expect(readdirSync(folder.path)).toContain('b.log');
  });
});
