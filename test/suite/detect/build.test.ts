import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createHost } from '../../../src/host/index.ts';
import { detectBuild } from '../../../src/suite/detect/build.ts';
import { detectPackageManager, readPackage } from '../../../src/suite/detect/package.ts';
import { createRepository, type Files } from '../../support/repository.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const BUILD = { scripts: { build: 'node build.mjs' } };

/** Detects in a repository with these files committed, and with others that are there but ignored or new; without git where nothing asks for it. */
async function detect(committed: Files, others: Files = {}, git = '.gitignore' in committed) {
  await using place = git ? await createRepository(committed) : await createTemporaryFolder();
  for (const [path, content] of Object.entries({ ...(git ? {} : committed), ...others })) {
    await mkdir(dirname(join(place.path, path)), { recursive: true });
    await writeFile(join(place.path, path), content);
  }
  await using host = createHost({ workspace: place.path, environment: process.env, quiet: true });
  const build = await detectBuild(host.files, host.repository);
  return build && { command: build.command, outputs: build.outputs };
}

async function installOf(files: Files): Promise<string | undefined> {
  await using folder = await createTemporaryFolder();
  for (const [path, content] of Object.entries(files)) await writeFile(folder.join(path), content);
  await using host = createHost({ workspace: folder.path, environment: process.env, quiet: true });
  return (await detectPackageManager(host.files, await readPackage(host.files))).install;
}

describe('a build', () => {
  it.each<[string, Files, Files, readonly string[]]>([
    ['the script names a folder', { 'package.json': json({ scripts: { build: 'esbuild a.ts --outdir=./web/js' } }) }, {}, ['web/**']],
    ['the script names a file', { 'package.json': json({ scripts: { build: 'esbuild a.ts --outfile=made/a.js' } }) }, {}, ['made/**']],
    ['a folder is filled', { 'package.json': json(BUILD), 'dist/a.js': 'x' }, {}, ['dist/**']],
    ['a folder is filled and ignored', { 'package.json': json(BUILD), '.gitignore': 'lib\n' }, { 'lib/a.js': 'x' }, ['lib/**']],
    ['package.json says what is published', { 'package.json': json({ ...BUILD, exports: { '.': './dist/a.js' } }) }, {}, ['dist/**']],
    ['the compiler is told', { 'package.json': json(BUILD), 'tsconfig.json': '{\n  // here\n  "outDir": "./made/",\n}' }, {}, ['made/**']],
    ['git ignores one of the usual names', { 'package.json': json(BUILD), '.gitignore': 'node_modules\n/dist/\nout\n' }, {}, ['dist/**']],
    ['nothing says it', { 'package.json': json(BUILD) }, {}, []],
    ['sources lie in a folder of such a name', { 'package.json': json(BUILD), 'lib/a.js': 'x', 'public/a.css': 'x' }, {}, []],
    ['what is named lies outside', { 'package.json': json({ scripts: { build: 'esbuild a.ts --outdir=../made' } }) }, {}, []],
  ])('is known by what it writes where %s', async (about, committed, others, outputs) => {
    const git = '.gitignore' in committed || about.startsWith('sources');
    expect(await detect(committed, others, git)).toEqual({ command: 'npm run build', outputs });
  });

  it('is that of all packages in a monorepo', async () => {
    const package_ = (name: string, extra: object = {}) => json({ name, ...BUILD, ...extra });
    const packages = {
      'packages/a/package.json': package_('a', { main: 'dist/a.js' }),
      'packages/b/package.json': package_('b'),
      'packages/b/dist/b.js': 'x',
      'packages/docs/package.json': json({ name: 'docs' }),
      'packages/docs/dist/old.js': 'x',
      'elsewhere/package.json': package_('elsewhere'),
    };
    const outputs = ['packages/a/dist/**', 'packages/b/dist/**'];
    expect(await detect({ ...packages, 'package.json': json({ workspaces: ['packages/*'] }) })).toEqual({
      command: 'npm run build --workspaces --if-present',
      outputs,
    });
    expect(
      await detect({ ...packages, 'package.json': json({ workspaces: { packages: ['./packages/a', 'packages/b/'] }, ...BUILD }) }),
    ).toEqual({
      command: 'npm run build',
      outputs,
    });
    const pnpm = { 'package.json': '{}', 'pnpm-lock.yaml': '', 'pnpm-workspace.yaml': 'packages:\n  - packages/**\n  - "!**/test/**"\n' };
    expect(await detect({ ...packages, ...pnpm })).toEqual({ command: 'pnpm --recursive run build', outputs });
  });

  it('may be a target of a Makefile', async () => {
    expect(await detect({ Makefile: 'BUILD := x\nbuild: a.c\n\tcc a.c\n', '.gitignore': 'build/\n' })).toEqual({
      command: 'make build',
      outputs: ['build/**'],
    });
    expect(await detect({ Makefile: 'build:=x\nall:\n\tcc a.c\n', '.gitignore': 'build/\n' })).toBeUndefined();
  });

  it('is none where nothing is built, and where package.json cannot be read', async () => {
    expect(await detect({ 'package.json': json({ scripts: { test: 'x', build: '' } }) })).toBeUndefined();
    for (const broken of ['{', '[]', 'null', '{"scripts": 3, "workspaces": 4}'])
      expect(await detect({ 'package.json': broken })).toBeUndefined();
  });
});

describe('what a build needs', () => {
  it.each<[Files, string | undefined]>([
    [{ 'package-lock.json': '{}' }, 'npm ci'],
    [{ 'pnpm-lock.yaml': '' }, 'corepack enable pnpm && pnpm install --frozen-lockfile'],
    [{ 'yarn.lock': '' }, 'corepack enable yarn && yarn install --frozen-lockfile'],
    [{ 'yarn.lock': '', 'package.json': '{"packageManager":"yarn@4.1.0"}' }, 'corepack enable yarn && yarn install --immutable'],
    [{ 'package.json': '{}' }, undefined],
  ])('is installed as its lock file says: %j', async (files, install) => {
    expect(await installOf(files)).toBe(install);
  });
});
