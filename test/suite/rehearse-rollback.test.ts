import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { Ports } from '../../src/core/index.ts';
import { createHost } from '../../src/host/index.ts';
import { createReplicas } from '../../src/host/replicas/index.ts';
import { rehearseRollback } from '../../src/suite/rehearse-rollback.ts';
import { makeSigner, openFolders, save } from '../gates/snapshot-compare/store/support.ts';
import { createRepository } from '../support/repository.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const signer = makeSigner();
const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };

function open(workspace: string): Ports & AsyncDisposable {
  const host = createHost({ workspace, environment, quiet: true });
  return { ...host, services: undefined as never, replicas: createReplicas({ workspace, environment }) };
}

const configuration = (run: string, store = '') => `version: 1
setup: mkdir -p made
determinism-check:
  run: ${run}
  outputs: ["out/**"]
  runs: 2
${store}`;

describe('rehearse-rollback', () => {
  it('tries the previous tag without touching the workspace, and says how long it took', async () => {
    await using stores = await createTemporaryFolder();
    await mkdir(stores.join('one'));
    await save(openFolders([stores.join('one')], signer), signer, 'v1.0.0', { 'a.json': '1' });
    const key = publicKey.trim().replaceAll('\n', '\n      ');
    const store = `snapshot-compare:\n  baseline: tag:previous\n  actual: out\n  store:\n    replicas: [{ folder: ${JSON.stringify(stores.join('one'))} }]\n    public-key: |\n      ${key}\n`;
    await using repository = await createRepository({ 'testops.yml': configuration('mkdir -p out && echo one > out/a.txt') });
    await repository.tag('v1.0.0');
    await repository.commit('next', { 'testops.yml': configuration('exit 3', store) });
    await using ports = open(repository.path);
    const rehearsal = await rehearseRollback({ ports, openAt: open });
    expect(rehearsal).toMatchObject({ tag: 'v1.0.0', verdict: 'pass' });
    expect(rehearsal.steps.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'check out pass',
      'set up pass',
      'determinism-check pass',
      'restore snapshot pass',
    ]);
    expect(rehearsal.durationMs).toBeGreaterThan(0);
    expect(await repository.git('status', '--porcelain')).toBe('');
  }, 120_000);

  it('fails with the gate of that tag, is inconclusive without one, and refuses where there is no tag', async () => {
    await using repository = await createRepository({ 'testops.yml': configuration('mkdir -p out && date +%s%N > out/a.txt') });
    await using ports = open(repository.path);
    await expect(rehearseRollback({ ports, openAt: open })).rejects.toThrow('no lower version tag');
    await repository.tag('v1.0.0');
    await repository.commit('bare', { 'testops.yml': 'version: 1\nslo-gate:\n  results: ["x.json"]\n' });
    expect((await rehearseRollback({ ports, openAt: open })).verdict).toBe('fail');
    await repository.tag('v1.1.0');
    await repository.commit('last');
    expect(await rehearseRollback({ ports, openAt: open })).toMatchObject({ tag: 'v1.1.0', verdict: 'inconclusive' });
  }, 120_000);
});
