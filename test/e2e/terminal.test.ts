import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createScrubbedEnvironment, runProcess } from '../support/process.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { describeWhere, FULL_CHECK } from '../support/skip.ts';

/** util-linux `script` runs a command on a terminal of its own. */
const SCRIPT = '/usr/bin/script';

const FILES = {
  'testops.yml': [
    'version: 1',
    'determinism-check: { run: "sleep 0.7; mkdir -p out; echo x > out/a.txt", outputs: ["out/**"], runs: 4, vary: ["umask"] }',
    'slo-gate: { thresholds: ["http_req_failed: rate<0.5"], results: [results/k6.json] }',
    'decision-record: {}',
    '',
  ].join('\n'),
  '.gitignore': 'testops-evidence\ntestops-out\nout\nstdout\n',
};

/** What a terminal of 80 columns received from the command; its stdout goes to a file beside it. */
async function onTerminal(
  repository: TestRepository,
  args: string,
  env: Readonly<Record<string, string>>,
): Promise<{ exit: number; seen: string }> {
  const command = `stty cols 80 rows 24; '${process.execPath}' '${DIST}/cli/index.js' ${args} > stdout`;
  const done = await runProcess(SCRIPT, ['-qec', command, '/dev/null'], {
    cwd: repository.path,
    env: createScrubbedEnvironment({ TERM: 'xterm-256color', SHELL: '/bin/sh', ...env }),
    timeoutMs: 120_000,
  });
  return { exit: done.exitCode, seen: done.stdout };
}

const CLEARED = '\r\u001B[K';

/** Lines as they stand on the screen in the end: what was cleared is gone, and colours take no room. */
function screenOf(seen: string): readonly string[] {
  return seen.split('\n').map((line) => (line.replace(/\r$/, '').split(CLEARED).at(-1) ?? '').replace(/\u001B\[[0-9;]*m/g, ''));
}

describeWhere(
  FULL_CHECK && existsSync(SCRIPT),
  FULL_CHECK ? 'script (util-linux) is not installed' : 'runs in the full check, .ci/run (TESTOPS_FULL=1)',
)('beta-check on a terminal of 80 columns', () => {
  const repository = async (): Promise<TestRepository> =>
    createRepository({ ...FILES, 'results/k6.json': await readFile('examples/inputs/k6-summary.json', 'utf8') });

  it('draws a bar with rate and remaining time, takes it away again, and leaves a table that fits', async () => {
    await using work = await repository();
    const { exit, seen } = await onTerminal(work, 'beta-check --config testops.yml', {});
    expect({ exit, seen: exit === 0 ? '' : seen }).toEqual({ exit: 0, seen: '' });
    const bars = seen.match(/\[[# ]{20}\] determinism-check: [^\r\u001B]*/g) ?? [];
    expect(bars[0]).toMatch(/^\[ {20}\] determinism-check: 0 of 4 runs/);
    expect(bars.some((bar) => /^\[#+ +\] determinism-check: \d of 4 runs, [0-9.]+ runs\/s, \d+ s left$/.test(bar))).toBe(true);
    for (const bar of bars) expect(bar.length).toBeLessThan(80);
    const screen = screenOf(seen);
    expect(screen.join('\n')).not.toMatch(/\[[# ]{20}\]|of 4 runs/);
    expect(Math.max(...screen.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(screen.some((line) => line.startsWith('Decision: GO'))).toBe(true);
    // Colours, on a terminal and with nothing against them.
    expect(seen).toMatch(/\u001B\[[0-9;]*m/);
    expect(await readFile(`${work.path}/stdout`, 'utf8')).toBe('');
  }, 120_000);

  it('is without colour where NO_COLOR asks for that, and without bars in CI', async () => {
    await using work = await repository();
    const plain = await onTerminal(work, 'beta-check --config testops.yml', { NO_COLOR: '1' });
    expect(plain.seen).not.toMatch(/\u001B\[[0-9;]*m/);
    expect(plain.seen).toMatch(/\[#+ *\] determinism-check/);
    const ci = await onTerminal(work, 'beta-check --config testops.yml', { CI: 'true' });
    expect(ci.exit).toBe(0);
    expect(ci.seen).not.toMatch(/[\u001B]|\[[# ]{20}\]/);
    expect(ci.seen).toContain('Decision: GO');
  }, 240_000);

  it('prints one document with --json on stdout, and the bar stays on the terminal', async () => {
    await using work = await repository();
    const { exit, seen } = await onTerminal(work, 'beta-check --config testops.yml --json', {});
    expect(exit).toBe(0);
    expect(JSON.parse(await readFile(`${work.path}/stdout`, 'utf8'))).toMatchObject({ outcome: 'GO' });
    expect(seen).toMatch(/\[#+ *\] determinism-check/);
    expect(seen).not.toContain('"outcome"');
  }, 120_000);
});
