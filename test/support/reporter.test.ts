import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createScrubbedEnvironment, type FinishedProcess, runProcess } from './process.ts';
import { writeFiles } from './repository.ts';
import { SKIP_REASON_MARK } from './skip.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** Runs jest as a whole process on test files of a folder of their own. */
async function runJest(tests: Readonly<Record<string, string>>): Promise<FinishedProcess> {
  await using folder = await createTemporaryFolder();
  const config = { rootDir: folder.path, testMatch: ['**/*.test.cjs'], transform: {}, reporters: [resolve('test/support/reporter.mjs')] };
  await writeFiles(folder.path, { ...tests, 'jest.config.json': JSON.stringify(config) });
  const args = [
    resolve('node_modules/jest/bin/jest.js'),
    '--config',
    folder.join('jest.config.json'),
    '--runInBand',
    '--cacheDirectory',
    folder.join('cache'),
  ];
  return await runProcess(process.execPath, args, { cwd: folder.path, env: createScrubbedEnvironment({ NO_COLOR: '1' }) });
}

function lastLine(run: FinishedProcess): string | undefined {
  return run.stdout.trimEnd().split('\n').at(-1);
}

describe('reporter', () => {
  it('names what was skipped and why, and closes with the counts', async () => {
    const run = await runJest({
      'b.test.cjs': `test('runs', () => {}); test.skip('needs act${SKIP_REASON_MARK}act is not installed', () => {});`,
      'a.test.cjs': `test.skip('silent', () => {});`,
    });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toBe(
      '\nSkipped:\n  a.test.cjs: silent\n    because no reason was given\n  b.test.cjs: needs act\n    because act is not installed\n1 passed, 0 failed, 2 skipped\n',
    );
  });

  it('counts failures, and files that can not run at all', async () => {
    const run = await runJest({ 'a.test.cjs': `test('fails', () => { throw new Error('why'); });`, 'b.test.cjs': `require('./absent');` });
    expect([run.exitCode, lastLine(run)]).toEqual([1, '0 passed, 2 failed, 0 skipped']);
    expect(run.stderr).toContain('why');
  });

  it('fails when nothing ran', async () => {
    const run = await runJest({ 'a.test.cjs': `test.skip('x', () => {});` });
    expect([run.exitCode, lastLine(run)]).toEqual([1, '0 passed, 0 failed, 1 skipped']);
    expect(run.stdout).toContain('No test ran');
    expect((await runJest({})).exitCode).toBe(1);
  });
});
