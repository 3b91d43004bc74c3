import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createHost } from '../../src/host/index.ts';
import { nameOnGithub } from '../../src/host/repository.ts';
import { createRepository } from '../support/repository.ts';
import { itWhere } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const open = (workspace: string, environment: NodeJS.ProcessEnv = process.env) =>
  createHost({ workspace, environment, quiet: true }).repository;
const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString('utf8');

describe('the repository around the workspace', () => {
  it('names paths from the workspace, wherever that lies', async () => {
    await using test = await createRepository({ 'app/a': '1', 'other/b': '1', 'app/sub dir/c ': '1' });
    await test.write({ 'app/a': '2', 'other/b': '2', 'app/sub dir/c ': '2', 'other/new': '1', 'app/new/x': '1' });
    expect(await open(join(test.path, 'app')).changes()).toEqual({
      tracked: ['../other/b', 'a', 'sub dir/c '],
      untracked: ['../other/new', 'new/x'],
    });
    expect(await open(join(test.path, 'app/sub dir')).changes()).toEqual({
      tracked: ['../../other/b', '../a', 'c '],
      untracked: ['../../other/new', '../new/x'],
    });
    expect(text(await open(join(test.path, 'app')).show('HEAD', '../other/b'))).toBe('1');
    expect(text(await open(join(test.path, 'app')).show('HEAD', './a'))).toBe('1');
    expect(await open(join(test.path, 'app')).show('HEAD', 'sub dir')).toBeUndefined();
    expect(await open(join(test.path, 'app')).show('nowhere', 'a')).toBeUndefined();
  });

  it('sees every kind of change, and what git was told not to look at', async () => {
    await using test = await createRepository({
      kept: '1',
      changed: '1',
      staged: '1',
      deleted: '1',
      hidden: '1',
      skipped: '1',
      '.gitignore': 'ignored',
    });
    const repository = open(test.path);
    expect(await repository.changes()).toEqual({ tracked: [], untracked: [] });
    await test.git('update-index', '--assume-unchanged', 'hidden');
    await test.git('update-index', '--skip-worktree', 'skipped');
    await test.write({ changed: '2', staged: '2', hidden: '2', skipped: '2', ignored: 'x', untracked: 'x', 'a\nb"ü': 'x' });
    await test.git('add', 'staged');
    await test.git('rm', '-q', 'deleted');
    expect(await repository.changes()).toEqual({
      tracked: ['changed', 'deleted', 'hidden', 'skipped', 'staged'],
      untracked: ['a\nb"ü', 'untracked'],
    });
  });

  it('says where in the repository the workspace lies, and what git ignores there', async () => {
    await using test = await createRepository({ 'app/sub dir/c': '1', 'app/kept.log': '1', '.gitignore': '*.log\ndist/\n' });
    await test.write({ 'app/a.log': 'x', 'app/a\nb.log': 'x' });
    expect(await open(test.path).folder()).toBe('.');
    expect(await open(join(test.path, 'app/sub dir')).folder()).toBe('app/sub dir');
    const paths = ['dist/', 'app/kept.log', 'app/a\nb.log', 'app/a.log', 'app/sub dir/c', 'nowhere'];
    await test.git('add', '--force', 'app/kept.log');
    expect(await open(test.path).ignored(paths)).toEqual(['app/a\nb.log', 'app/a.log', 'dist/']);
    expect(await open(test.path).ignored([])).toEqual([]);
    await using outside = await createTemporaryFolder();
    expect([await open(outside.path).folder(), await open(outside.path).ignored(['dist/'])]).toEqual([undefined, []]);
  });

  it('takes a sparse checkout for what it is', async () => {
    await using test = await createRepository({ 'in/a': '1', 'out/b': '1' });
    await test.git('sparse-checkout', 'set', 'in');
    expect(await open(test.path).changes()).toEqual({ tracked: [], untracked: [] });
  });

  it('knows when history is missing', async () => {
    await using test = await createRepository({ a: '1' });
    await test.commit('second', { a: '2' });
    await using folder = await createTemporaryFolder();
    await test.git('clone', '--quiet', '--depth', '1', `file://${test.path}`, folder.join('shallow'));
    await test.git('clone', '--quiet', `file://${test.path}`, folder.join('whole'));
    const answers = ['shallow', 'whole', '.'].map((name) => open(folder.join(name)).isShallow());
    expect(await Promise.all(answers)).toEqual([true, false, true]);
  });

  it('compares commits, tags and renames by path', async () => {
    await using test = await createRepository({ a: '1', b: '1' });
    const first = await test.git('rev-parse', 'HEAD');
    await test.tag('v1.0.0-beta.1', { message: 'annotated' });
    await test.git('mv', 'a', 'c');
    const second = await test.commit('rename');
    const repository = open(test.path);
    expect(await repository.changedPaths('v1.0.0-beta.1', 'HEAD')).toEqual(['a', 'c']);
    expect(await repository.changedPaths(second, second)).toEqual([]);
    expect(await repository.files(second)).toEqual(['b', 'c']);
    expect(await repository.resolve('v1.0.0-beta.1')).toBe(first);
    expect(await repository.resolve('HEAD^{tree}')).toBeUndefined();
    expect(await repository.resolve('--output=/tmp/x')).toBeUndefined();
    expect(await repository.tags()).toEqual(['v1.0.0-beta.1']);
    await expect(repository.isAncestor('f'.repeat(40), 'HEAD')).rejects.toMatchObject({
      problem: { todo: expect.stringContaining('fetch') },
    });
  });

  it('is not misled by where somebody else stands', async () => {
    await using test = await createRepository({ a: '1' });
    await using other = await createRepository({ b: '2' });
    const misled = {
      ...process.env,
      GIT_DIR: join(other.path, '.git'),
      GIT_WORK_TREE: other.path,
      GIT_INDEX_FILE: join(other.path, '.git/index'),
    };
    const head = await test.git('rev-parse', 'HEAD');
    expect(await open(test.path, misled).head()).toBe(head);
    expect(await open(test.path, misled).changes()).toEqual({ tracked: [], untracked: [] });
  });

  it('runs nothing that the repository names', async () => {
    await using test = await createRepository({ a: '1', '.gitattributes': '* diff=odd' });
    writeFileSync(join(test.path, '.git/trap.sh'), `#!/bin/sh\ntouch "${test.path}/.git/sprung"\n`, { mode: 0o755 });
    for (const key of [
      'core.fsmonitor',
      'diff.external',
      'diff.odd.command',
      'diff.odd.textconv',
      'core.pager',
      'core.sshCommand',
      'core.editor',
    ]) {
      await test.git('config', key, join(test.path, '.git/trap.sh'));
    }
    const first = await test.git('rev-parse', 'HEAD');
    writeFileSync(join(test.path, 'a'), '2');
    await test.git('-c', 'core.fsmonitor=false', 'commit', '-qam', 'two');
    const second = await test.git('rev-parse', 'HEAD');
    const { files } = createHost({ workspace: test.path, environment: {}, quiet: true });
    await test.git('status');
    expect(await files.stat('.git/sprung')).toBeDefined();
    await files.remove('.git/sprung');
    const repository = open(test.path);
    writeFileSync(join(test.path, 'a'), '3');
    expect(await repository.changes()).toEqual({ tracked: ['a'], untracked: [] });
    expect(await repository.changedPaths(first, second)).toEqual(['a']);
    expect(text(await repository.show(first, 'a'))).toBe('1');
    expect(await files.stat('.git/sprung')).toBeUndefined();
  });

  itWhere(process.getuid?.() === 0, 'only the superuser can give a folder away')("says so of somebody else's repository", async () => {
    await using test = await createRepository({ a: '1' });
    for (const path of ['', '.git', '.git/config']) chownSync(join(test.path, path), 65_534, 65_534);
    const nowhere = { PATH: process.env.PATH, HOME: '/nowhere', GIT_CONFIG_NOSYSTEM: '1' };
    await expect(open(test.path, nowhere).head()).rejects.toMatchObject({
      problem: { found: expect.stringContaining('dubious ownership') },
    });
    for (const path of ['', '.git', '.git/config']) chownSync(join(test.path, path), 0, 0);
  });

  it('is none outside git, and that is not the same as git being absent', async () => {
    await using folder = await createTemporaryFolder('no-git-');
    expect(await open(folder.path).head()).toBeUndefined();
    expect(await open(folder.path).changes()).toEqual({ tracked: [], untracked: [] });
    expect(await open(folder.path).origin()).toBeUndefined();
    mkdirSync(join(folder.path, 'empty'));
    await expect(open(folder.path, { PATH: join(folder.path, 'empty') }).head()).rejects.toMatchObject({
      problem: { found: 'program not found: git' },
    });
  });

  it.each([
    ['https://github.com/owner/name', 'owner/name'],
    ['https://github.com/owner/name.git', 'owner/name'],
    ['https://x-access-token:abc@github.com/owner/na.me.git/', 'owner/na.me'],
    ['git@github.com:owner/name.git', 'owner/name'],
    ['ssh://git@github.com/owner/name.git', 'owner/name'],
    ['ssh://git@ssh.github.com:443/owner/name.git', 'owner/name'],
    ['git://github.com/owner/name', 'owner/name'],
    ['https://github.com.evil.example/owner/name', undefined],
    ['https://evil.example/github.com/owner/name', undefined],
    ['https://gitlab.com/owner/name', undefined],
    ['/srv/git/name.git', undefined],
    ['https://github.com/owner', undefined],
  ])('of %s is called %s', (url, name) => expect(nameOnGithub(url)).toBe(name));
});
