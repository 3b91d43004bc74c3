import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findNeighbours } from '../../../src/gates/snapshot-compare/baselines/previous-tag.ts';
import { type Inputs, inputs } from '../../../src/gates/snapshot-compare/inputs.ts';
import { judge } from '../../../src/gates/snapshot-compare/judge.ts';
import { measure } from '../../../src/gates/snapshot-compare/measure.ts';
import { createHost } from '../../../src/host/index.ts';
import { createReplicas } from '../../../src/host/replicas/index.ts';
import { createRepository } from '../../support/repository.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';
import { makeSigner } from './store/support.ts';

const signer = makeSigner();
const privatePem = signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const environment = { PATH: process.env.PATH ?? '', TESTOPS_SIGNING_KEY: privatePem };

async function run(workspace: string, given: Partial<Inputs>, env: Record<string, string> = environment) {
  await using host = createHost({ workspace, environment: env });
  const parsed = inputs.parse({ baseline: 'baseline', actual: 'actual', ...given });
  return judge(await measure(parsed, { ...host, replicas: createReplicas({ workspace, environment: env }) }), parsed);
}

async function put(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

const codes = (judgement: Awaited<ReturnType<typeof run>>) => judgement.findings.map(({ code }) => code.replace('snapshot-compare/', ''));

describe('mode update', () => {
  it('writes a pending set, which mode accept promotes when nothing has changed since', async () => {
    await using folder = await createTemporaryFolder();
    await put(folder.path, { 'baseline/a.json': '{"v":1}', 'baseline/gone.txt': 'x', 'baseline/kept.txt': 'k' });
    await put(folder.path, { 'actual/a.json': '{"v":2}', 'actual/new.txt': 'n', 'actual/kept.txt': 'k' });
    await expect(run(folder.path, { mode: 'update' })).rejects.toThrow('mode update: by');
    const pending = await run(folder.path, { mode: 'update', by: 'ann', reason: 'new rounding' });
    expect(pending.verdict).toBe('inconclusive');
    expect(codes(pending)).toEqual(['pending']);
    expect(JSON.parse(readFileSync(folder.join('baseline.pending/pending.json'), 'utf8'))).toMatchObject({
      by: 'ann',
      reason: 'new rounding',
      baseline: 'baseline',
      changes: [
        { path: 'a.json', change: 'changed' },
        { path: 'gone.txt', change: 'removed' },
        { path: 'new.txt', change: 'added' },
      ],
    });
    expect(readFileSync(folder.join('baseline/a.json'), 'utf8')).toBe('{"v":1}');
    expect((await run(folder.path, {})).verdict).toBe('fail');

    // What was reviewed is what is promoted: later changes of `actual` are not.
    await put(folder.path, { 'actual/a.json': '{"v":3}' });
    expect(codes(await run(folder.path, { mode: 'accept' }))).toEqual(['accepted']);
    expect(readFileSync(folder.join('baseline/a.json'), 'utf8')).toBe('{"v":2}');
    expect([
      existsSync(folder.join('baseline/gone.txt')),
      existsSync(folder.join('baseline/new.txt')),
      existsSync(folder.join('baseline.pending')),
    ]).toEqual([false, true, false]);
  });

  it('refuses a pending set that was edited, or that is for another baseline', async () => {
    await using folder = await createTemporaryFolder();
    await put(folder.path, { 'baseline/a.json': '1', 'actual/a.json': '2' });
    const update = () => run(folder.path, { mode: 'update', by: 'ann', reason: 'why' });
    await update();
    writeFileSync(folder.join('baseline.pending/files/a.json'), '666');
    await expect(run(folder.path, { mode: 'accept' })).rejects.toThrow('changed since they were written');
    await update();
    writeFileSync(folder.join('baseline/a.json'), '3');
    await expect(run(folder.path, { mode: 'accept' })).rejects.toThrow('another state of the baseline');
    const manifest = folder.join('baseline.pending/pending.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"a.json"', '"../../escape"'));
    await expect(run(folder.path, { mode: 'accept' })).rejects.toThrow('stays inside');
    expect(readFileSync(folder.join('baseline/a.json'), 'utf8')).toBe('3');
  });
});

describe('patches', () => {
  it('are written for documents that differ, to a folder of their own', async () => {
    await using folder = await createTemporaryFolder();
    await put(folder.path, {
      'baseline/a.json': '{"v":[1,2]}',
      'baseline/d/b.yaml': 'x: 1\n',
      'baseline/c.txt': 'x',
      'baseline/same.json': '1',
    });
    await put(folder.path, { 'actual/a.json': '{"v":[1,9,2]}', 'actual/d/b.yaml': 'x: 2\n', 'actual/c.txt': 'y', 'actual/same.json': '1' });
    await run(folder.path, { 'patch-dir': 'patches' });
    expect(JSON.parse(readFileSync(folder.join('patches/a.json.patch.json'), 'utf8'))).toEqual([{ op: 'add', path: '/v/1', value: 9 }]);
    expect(JSON.parse(readFileSync(folder.join('patches/d/b.yaml.patch.json'), 'utf8'))).toEqual([{ op: 'replace', path: '/x', value: 2 }]);
    expect([existsSync(folder.join('patches/c.txt.patch.json')), existsSync(folder.join('patches/same.json.patch.json'))]).toEqual([
      false,
      false,
    ]);
    await put(folder.path, { 'actual/a.json': '{"v":[1,2]}' });
    await run(folder.path, { 'patch-dir': 'patches' });
    expect(existsSync(folder.join('patches/a.json.patch.json'))).toBe(false);
    for (const taken of ['baseline', 'actual/d', '.'])
      await expect(run(folder.path, { 'patch-dir': taken })).rejects.toThrow('patches only');
    expect(existsSync(folder.join('baseline/a.json'))).toBe(true);
  });
});

describe('a store', () => {
  const store = (count: number) => ({
    replicas: Array.from({ length: count }, (_, index) => ({ folder: `../store-${index}` })),
    'public-key': publicPem,
  });

  async function withStore(work: (workspace: string, root: string) => Promise<void>): Promise<void> {
    await using folder = await createTemporaryFolder();
    for (let index = 0; index < 3; index++) await mkdir(folder.join(`store-${index}`));
    await put(folder.path, { 'work/actual/a.json': '{"v":1}', 'work/actual/b.txt': 'text\n' });
    await work(folder.join('work'), folder.path);
  }

  it('is accepted into, compared with, scrubbed and restored from', async () => {
    await withStore(async (workspace, root) => {
      const given = { baseline: 'tag:v1.0.0', store: store(3) };
      const first = await run(workspace, given);
      expect(codes(first)).toEqual(['baseline-absent']);
      expect(first.findings[0]?.args).toMatchObject({ acceptAs: 'tag:v1.0.0' });
      await expect(run(workspace, { ...given, mode: 'accept', by: 'ann', reason: 'first' }, { PATH: environment.PATH })).rejects.toThrow(
        'TESTOPS_SIGNING_KEY',
      );
      expect(codes(await run(workspace, { ...given, mode: 'accept', by: 'ann', reason: 'first' }))).toEqual(['accepted']);
      // Reading needs the public key only.
      expect((await run(workspace, given, { PATH: environment.PATH })).verdict).toBe('pass');
      await put(workspace, { 'actual/a.json': '{"v":2}' });
      const changed = await run(workspace, given);
      expect([changed.verdict, ...codes(changed)]).toEqual(['fail', 'value-changed']);
      await expect(run(workspace, { ...given, mode: 'accept', by: 'ann', reason: 'again' })).rejects.toThrow('no pending set');
      await run(workspace, { ...given, mode: 'update', by: 'bob', reason: 'meant' });
      expect(codes(await run(workspace, { ...given, mode: 'accept' }))).toEqual(['accepted']);
      expect((await run(workspace, given)).verdict).toBe('pass');

      expect((await run(workspace, { ...given, mode: 'scrub' })).verdict).toBe('pass');
      rmSync(join(root, 'store-1/objects'), { recursive: true });
      await put(workspace, { 'actual/a.json': '{"v":3}' });
      const scrubbed = await run(workspace, { ...given, mode: 'scrub' });
      expect([scrubbed.verdict, ...new Set(codes(scrubbed))]).toEqual(['warn', 'replica-flaw']);
      expect((await run(workspace, { ...given, mode: 'scrub' })).verdict).toBe('pass');

      const restored = await run(workspace, { ...given, mode: 'restore', actual: 'back' });
      expect([restored.verdict, ...codes(restored)]).toEqual(['pass', 'restored']);
      expect(readFileSync(join(workspace, 'back/a.json'), 'utf8')).toBe('{"v":2}');
      await expect(run(workspace, { ...given, mode: 'restore', actual: 'back' })).rejects.toThrow('overwrites nothing');
    });
  });

  it('is inconclusive without a majority, fails when something is lost, and never passes empty', async () => {
    await withStore(async (workspace, root) => {
      const given = { baseline: 'tag:v1.0.0', store: store(3) };
      expect((await run(workspace, { ...given, mode: 'scrub' })).verdict).toBe('inconclusive');
      await run(workspace, { ...given, mode: 'accept', by: 'ann', reason: 'first' });
      for (const index of [0, 1, 2]) rmSync(join(root, `store-${index}/objects`), { recursive: true });
      const lost = await run(workspace, { ...given, mode: 'scrub' });
      expect([lost.verdict, ...new Set(codes(lost))]).toEqual(['fail', 'lost', 'replica-flaw']);
      expect((await run(workspace, { ...given, mode: 'restore', actual: 'back' })).verdict).toBe('fail');
      expect(existsSync(join(workspace, 'back'))).toBe(false);
      for (const index of [0, 1]) rmSync(join(root, `store-${index}`), { recursive: true });
      const unreachable = await run(workspace, given);
      expect([unreachable.verdict, ...new Set(codes(unreachable))]).toEqual(['inconclusive', 'baseline-unreachable', 'replica-trouble']);
      expect((await run(workspace, { ...given, mode: 'scrub' })).verdict).toBe('fail');
    });
  });
});

describe('tags', () => {
  it('finds the highest lower version that is an ancestor', async () => {
    await using repository = await createRepository();
    const git = (...args: string[]) => repository.git(...args);
    await repository.write({ 'snapshots/a.json': '{"v":1}' });
    await repository.commit('one');
    await git('tag', 'v1.0.0-beta.1');
    await git('checkout', '-q', '-b', 'side');
    await repository.write({ 'snapshots/a.json': '{"v":7}' });
    await repository.commit('side');
    await git('tag', 'v1.0.0-beta.9');
    await git('checkout', '-q', 'main');
    await repository.write({ 'snapshots/a.json': '{"v":2}' });
    await repository.commit('two');
    await git('tag', 'v1.0.0-beta.2');
    await git('tag', 'not-a-version');
    await repository.write({ 'other.txt': 'x' });
    await repository.commit('three');
    await using host = createHost({ workspace: repository.path, environment });
    expect(await findNeighbours(host.repository)).toEqual({ previous: 'v1.0.0-beta.2' });
    await git('tag', 'v1.0.0-beta.10');
    expect(await findNeighbours(host.repository)).toEqual({ current: 'v1.0.0-beta.10', previous: 'v1.0.0-beta.2' });

    await put(repository.path, { 'out/a.json': '{"v":2.0}' });
    const given = { baseline: 'tag:previous:snapshots', actual: 'out' };
    expect((await run(repository.path, given)).verdict).toBe('pass');
    await put(repository.path, { 'out/a.json': '{"v":3}' });
    expect(codes(await run(repository.path, given))).toEqual(['value-changed']);
    expect(codes(await run(repository.path, { ...given, baseline: 'tag:v1.0.0-beta.1:snapshots' }))).toEqual(['value-changed']);
    expect(codes(await run(repository.path, { ...given, baseline: 'tag:v1.0.0-beta.1:nowhere' }))).toEqual(['baseline-absent']);
    await expect(run(repository.path, { ...given, baseline: 'tag:v9.9.9:snapshots' })).rejects.toThrow('no tag v9.9.9 here');
    await expect(run(repository.path, { ...given, baseline: 'tag:v1.0.0-beta.1' })).rejects.toThrow('snapshot-compare.store');
  });

  it('names the accept command on a first release', async () => {
    await using repository = await createRepository();
    await repository.write({ 'a.txt': 'x' });
    await repository.commit('one');
    await repository.git('tag', 'v1.0.0');
    await put(repository.path, { 'out/a.json': '1' });
    const first = await run(repository.path, { baseline: 'tag:previous', actual: 'out' });
    expect([first.verdict, ...codes(first)]).toEqual(['inconclusive', 'baseline-absent']);
    expect(first.findings[0]?.args).toMatchObject({ acceptAs: 'tag:v1.0.0' });
  });
});
