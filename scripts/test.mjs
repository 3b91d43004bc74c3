// `make test`: the quick checks, a build into a temporary folder, then every test against that build. Closes with one line of counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './compile.mjs';

const run = (args, env = {}) =>
  spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
const only = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'testops-dist-'));
try {
  // The counts must come last, so a failed check is told at once and again by the exit code.
  const checked = only.length > 0 ? 0 : run(['scripts/check.mjs']);
  const built = run(['scripts/build.mjs', '--out', folder]);
  const tested =
    built === 0
      ? run(['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...only], { TESTOPS_DIST: folder })
      : 1;
  process.exitCode = checked || built || tested ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
