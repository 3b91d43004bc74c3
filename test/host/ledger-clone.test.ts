import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { chainEntry, EMPTY_LEDGER, ledgerLine } from '../../src/core/index.ts';
import { createHost } from '../../src/host/create-host.ts';
import { createRepository } from '../support/repository.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

describe('the ledger branch in a clone', () => {
  async function read(workspace: string) {
    await using host = createHost({ workspace, environment: process.env, quiet: true });
    return host.ledgers.open('branch').read();
  }
  const clone = (from: string, to: string, ...flags: string[]) =>
    execFileSync('git', ['clone', '--quiet', ...flags, `file://${from}`, to], { stdio: 'pipe' });

  it('is read as it was fetched, is empty only in a whole clone, and is never written', async () => {
    await using origin = await createRepository({ 'README.md': 'demo\n' });
    await origin.commit('second', { 'README.md': 'demo 2\n' });
    await using folder = await createTemporaryFolder('testops-clones-');
    clone(origin.path, folder.join('without'));
    expect(await read(folder.join('without'))).toEqual({ kind: 'ok', entries: [], head: EMPTY_LEDGER });
    clone(origin.path, folder.join('shallow'), '--depth', '1');
    expect(await read(folder.join('shallow'))).toMatchObject({ kind: 'unavailable' });
    expect(await read(folder.path)).toMatchObject({ kind: 'unavailable' });

    await origin.git('checkout', '--quiet', '--orphan', 'testops-ledger');
    await origin.commit('entry 1', { 'slo.jsonl': ledgerLine(chainEntry({ n: 1 }, EMPTY_LEDGER)) });
    clone(origin.path, folder.join('with'));
    expect(await read(folder.join('with'))).toMatchObject({ kind: 'ok', entries: [{ body: { n: 1 } }], head: { length: 1 } });
    await using host = createHost({ workspace: folder.join('with'), environment: process.env, quiet: true });
    expect(await host.ledgers.open('branch').append({ n: 2 }, EMPTY_LEDGER)).toMatchObject({ kind: 'refused' });
  });
});
