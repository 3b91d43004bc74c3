import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/core/index.ts';
import { ACTIONS, ENTRIES } from '../../src/entries.ts';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { itWhere } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const MAX_DIST_BYTES = 8 * 1024 * 1024;

describe('dist', () => {
  it('has a stub of at most three lines for every entry', () => {
    for (const entry of ENTRIES)
      expect(
        readFileSync(join(DIST, entry, 'index.js'), 'utf8')
          .trimEnd()
          .split('\n').length,
      ).toBeLessThanOrEqual(3);
  });

  it(`weighs at most ${MAX_DIST_BYTES / 1024 / 1024} MB`, () => {
    const bytes = listFiles(DIST).reduce((sum, path) => sum + statSync(join(DIST, path)).size, 0);
    process.stdout.write(`dist: ${(bytes / 1024 / 1024).toFixed(2)} MB in ${listFiles(DIST).length} files\n`);
    expect(bytes).toBeLessThanOrEqual(MAX_DIST_BYTES);
    expect(bytes).toBeGreaterThan(100_000);
  });

  it('names in every action.yml a stub that is there', () => {
    for (const action of ACTIONS) {
      const main = /main: (.*)/.exec(readFileSync(`actions/${action}/action.yml`, 'utf8'))?.[1];
      expect(main).toBe(`../../dist/${action}/index.js`);
    }
  });

  // A newcomer's clone has no node_modules: the command must run from dist/ alone.
  it('runs without node_modules', async () => {
    await using folder = await createTemporaryFolder();
    execFileSync('cp', ['-R', DIST, folder.join('dist')]);
    const run = await runCli({ dist: folder.join('dist'), args: ['--help'], cwd: folder.path });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('beta-check');
  });

  const changed = changesDist();
  itWhere(changed, 'HEAD does not change dist/')('is, as committed, what the sources build', () => {
    expect(digests('dist')).toEqual(digests(DIST));
  });
});

/** Whether the newest commit touches dist/; only then must the committed one be up to date. */
function changesDist(): boolean {
  return execFileSync('git', ['show', '--name-only', '--format=', 'HEAD'], { encoding: 'utf8' })
    .split('\n')
    .some((path) => path.startsWith('dist/'));
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function digests(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(listFiles(folder).map((path) => [path, sha256(readFileSync(join(folder, path)))]));
}
