import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { findNode, hasNode } from '../support/node-versions.ts';
import { createScrubbedEnvironment } from '../support/process.ts';
import { describeWhere, itWhere } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const NOBODY = 65_534;

/** Runs a program of this folder on Node 24; returns what it printed, as JSON. */
function runProgram(name: string, cwd: string, args: readonly string[], user?: number): unknown {
  const program = join(import.meta.dirname, 'programs', name);
  const { status, stdout, stderr } = spawnSync(findNode(24) as string, ['--max-old-space-size=64', program, ...args], {
    cwd,
    env: createScrubbedEnvironment(),
    encoding: 'utf8',
    timeout: 60_000,
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** Whether another user can run this project at all (not when it lies in a home that is closed to others). */
function canBecomeNobody(): boolean {
  if (process.getuid?.() !== 0 || !hasNode(24)) return false;
  const program = join(import.meta.dirname, 'programs/without-rights.ts');
  return spawnSync(findNode(24) as string, ['--check', program], { uid: NOBODY, gid: NOBODY, cwd: '/' }).status === 0;
}

describeWhere(hasNode(24), 'no Node 24, which runs TypeScript as it is')('the host, as a process', () => {
  it('handles many files in little memory', async () => {
    await using folder = await createTemporaryFolder('many-');
    expect(runProgram('many-files.ts', folder.path, ['10000'])).toMatchObject({ found: 10_000, copied: 10_000, none: 0, sorted: true });
  });

  itWhere(canBecomeNobody(), 'only the superuser can become another user')('says which rights are missing', async () => {
    await using folder = await createTemporaryFolder('rights-');
    const at = (path: string): string => join(folder.path, path);
    mkdirSync(at('sealed-tree/deep'), { recursive: true });
    mkdirSync(at('secret-folder'));
    writeFileSync(at('sealed-tree/deep/file'), 'x');
    writeFileSync(at('secret-folder/x'), 'x');
    writeFileSync(at('secret-file'), 'x');
    for (const path of ['', 'sealed-tree', 'sealed-tree/deep', 'sealed-tree/deep/file']) chownSync(at(path), NOBODY, NOBODY);
    chmodSync(at('sealed-tree/deep'), 0o500);
    chmodSync(at('sealed-tree'), 0o500);
    chmodSync(at('secret-folder'), 0o700);
    chmodSync(at('secret-file'), 0o600);
    expect(runProgram('without-rights.ts', folder.path, [], NOBODY)).toEqual({
      user: NOBODY,
      globUnreadable: 'no permission',
      globElsewhere: ['sealed-tree/deep/file'],
      read: 'no permission',
      list: 'no permission',
      statBelow: 'no permission',
      write: 'no permission',
      copyUnreadable: 'no permission',
      copySealed: 'done',
      removeSealed: 'done',
      left: 'done',
      run: 'not executable: ./secret-file',
    });
  });
});
