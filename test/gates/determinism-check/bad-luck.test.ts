import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { itWhere } from '../../support/skip.ts';
import { measureIn } from './support/measure-plant.ts';
import { workspaceWith } from './support/workspace.ts';

const plain = { vary: ['umask'] };
const isRoot = process.getuid?.() === 0;

/** Processes whose command line holds this text. */
function running(text: string): readonly string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

describe('a command that', () => {
  it('is killed fails, and says by what', async () => {
    using workspace = workspaceWith();
    const { verdict, codes, facts } = await measureIn(workspace.path, { ...plain, run: 'kill -9 $$' });
    expect([verdict, codes]).toEqual(['fail', ['determinism-check/command-fails']]);
    expect(facts.runs?.runs.map(({ ending }) => ending)).toEqual([
      { kind: 'signal', signal: 'SIGKILL' },
      { kind: 'signal', signal: 'SIGKILL' },
    ]);
  });

  it('does not end is ended with all that it started, daemons too', async () => {
    using workspace = workspaceWith();
    const run = 'setsid sleep 4711.25 & sleep 4711.25 & sleep 4711.25';
    const { verdict, codes } = await measureIn(workspace.path, { ...plain, run, 'timeout-seconds': 0.4 });
    expect(verdict).toBe('inconclusive');
    expect(codes).toContain('determinism-check/timed-out');
    if (process.platform === 'linux') expect(running('4711.25')).toEqual([]);
  });

  itWhere(process.platform === 'linux', 'there is no /proc')('leaves a daemon behind is warned of it, and nothing is left', async () => {
    using workspace = workspaceWith();
    const { verdict, codes } = await measureIn(workspace.path, { ...plain, run: 'setsid sleep 4712.25 & sleep 0.2; echo done' });
    expect([verdict, codes]).toEqual(['warn', ['determinism-check/left-running']]);
    expect(running('4712.25')).toEqual([]);
  });

  it('fails sometimes fails the gate', async () => {
    using workspace = workspaceWith();
    const { verdict, codes, facts } = await measureIn(workspace.path, {
      vary: [],
      runs: 24,
      run: 'exit $((RANDOM % 2))',
      compare: ['exit'],
    });
    expect(verdict).toBe('fail');
    expect(codes).toContain('determinism-check/exit-differs');
    expect(facts.runs?.diverged).toBeGreaterThan(0);
  });

  it('may end with a code that is allowed, but only every time', async () => {
    using workspace = workspaceWith();
    const section = { ...plain, run: 'echo out; exit 3' };
    expect((await measureIn(workspace.path, section)).verdict).toBe('fail');
    expect((await measureIn(workspace.path, { ...section, 'allow-exit-codes': [3] })).verdict).toBe('pass');
    const sometimes = { vary: ['umask'], run: 'test "$(umask)" = 0022 || exit 3', compare: ['exit'], 'allow-exit-codes': ['3'] };
    expect((await measureIn(workspace.path, sometimes)).verdict).toBe('fail');
  });

  it('deletes its inputs deletes them in its copy only', async () => {
    using workspace = workspaceWith({ 'input.txt': 'kept', '.git/config': 'kept' });
    const { verdict } = await measureIn(workspace.path, {
      ...plain,
      run: 'cat input.txt .git/config > out.txt; rm -rf input.txt .git',
      outputs: ['out.txt'],
    });
    expect(verdict).toBe('pass');
    expect(readFileSync(join(workspace.path, 'input.txt'), 'utf8')).toBe('kept');
  });

  itWhere(process.platform === 'linux', 'find compares with no moment here')('writes into the workspace itself is warned of', async () => {
    using workspace = workspaceWith({ 'input.txt': 'x' });
    const { verdict, codes, facts } = await measureIn(workspace.path, { ...plain, run: `echo x; echo y >> ${workspace.path}/input.txt` });
    expect([verdict, codes]).toEqual(['warn', ['determinism-check/workspace-changed']]);
    expect(facts.runs?.changedOutside).toEqual(['input.txt']);
  });

  it('finds earlier outputs gone', async () => {
    using workspace = workspaceWith({ 'out/old.txt': 'old', 'in.txt': 'x' });
    const { verdict, facts } = await measureIn(workspace.path, {
      ...plain,
      run: 'test ! -e out/old.txt && mkdir -p out && cp in.txt out/new.txt',
      outputs: ['out/**'],
    });
    expect(verdict).toBe('pass');
    expect(facts.runs?.outputs.files).toBe(1);
    expect(existsSync(join(workspace.path, 'out/old.txt'))).toBe(true);
  });

  it('leaves loops of links, FIFOs and odd names is measured all the same', async () => {
    using workspace = workspaceWith();
    symlinkSync('loop', join(workspace.path, 'loop'));
    const run = `mkdir out && cd out && ln -s loop loop && mkfifo fifo && echo x > 'a b "c"' && echo y > $'line\\nfeed::x' && echo z > 'ü' && ln -s /nowhere dangling`;
    const { verdict, facts } = await measureIn(workspace.path, { ...plain, run, outputs: ['out/**'] });
    expect(verdict).toBe('pass');
    expect(facts.runs?.outputs.files).toBe(6);
  });

  it('changes a link, or a mode under one umask, is caught', async () => {
    using workspace = workspaceWith();
    const run =
      'ln -s "t$(od -An -N4 -tu4 /dev/urandom | tr -d " ")" link; echo x > file; chmod "$(shuf -n 1 -e 600 640 644 660 664 700 740 750 755 770)" file';
    const { facts } = await measureIn(workspace.path, { vary: [], runs: 12, run, outputs: ['link', 'file'] });
    const differences = facts.runs?.differences ?? [];
    expect(differences.map(({ target, aspects }) => [target.type === 'file' && target.path, aspects])).toEqual([
      ['file', ['mode']],
      ['link', ['content']],
    ]);
    expect(differences[0]?.explanation.causes[0]?.id).toBe('permission-bits');
  });

  itWhere(!isRoot, 'root reads everything')('makes an output that nobody may read is inconclusive', async () => {
    using workspace = workspaceWith();
    const { verdict, codes } = await measureIn(workspace.path, { ...plain, run: 'echo x > closed; chmod 0 closed', outputs: ['closed'] });
    expect([verdict, codes]).toEqual(['inconclusive', ['determinism-check/unreadable-output']]);
  });

  itWhere(isRoot && process.platform === 'linux', 'mounting a small disk needs root')(
    'fills the disk fails, and the gate ends as it should',
    async () => {
      using workspace = workspaceWith();
      using disk = workspaceWith();
      chmodSync(disk.path, 0o700);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk.path]);
      try {
        const { verdict, codes } = await measureIn(
          workspace.path,
          { ...plain, run: 'cat /dev/zero > out.bin', outputs: ['out.bin'] },
          { RUNNER_TEMP: disk.path },
        );
        expect(verdict).toBe('fail');
        expect(codes).toContain('determinism-check/command-fails');
      } finally {
        execFileSync('umount', ['-l', disk.path]);
      }
    },
  );
});

it('leaves no temporary folder behind', async () => {
  using workspace = workspaceWith();
  using temporary = workspaceWith();
  await measureIn(workspace.path, { run: 'echo x', runs: 2 }, { RUNNER_TEMP: temporary.path });
  expect(readdirSync(temporary.path)).toEqual([]);
});
