import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { chainEntry, EMPTY_LEDGER, headAfter, ledgerLine } from '../../src/core/index.ts';
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

  it('counts every entry that the branch ever had, and skips what is no entry', async () => {
    await using origin = await createRepository({ 'README.md': 'demo\n' });
    await origin.git('checkout', '--quiet', '--orphan', 'testops-ledger');
    const first = chainEntry({ n: 1, verdict: 'fail' }, EMPTY_LEDGER);
    const second = chainEntry({ n: 2 }, headAfter(first));
    await origin.commit('entries 1 and 2', { 'slo.jsonl': ledgerLine(first) + ledgerLine(second), 'days/a.json': 'one\n' });
    // Somebody removes a failed day, puts a line of their own in its place, hides the file from diffs, and empties a kept file.
    await origin.commit('cleanup', {
      'slo.jsonl': `${ledgerLine(second)}{"mine":true}\n`,
      'days/a.json': '',
      '.gitattributes': '* binary -diff\n',
    });
    const third = chainEntry({ n: 3 }, headAfter(second));
    await origin.commit('entry 3', { 'slo.jsonl': `${ledgerLine(second)}{"mine":true}\n${ledgerLine(third)}` });
    await using folder = await createTemporaryFolder('testops-clones-');
    clone(origin.path, folder.join('with'));
    const entries = await read(folder.join('with'));
    expect(entries).toMatchObject({ kind: 'ok', foreign: 1, entries: [{ body: { n: 1 } }, { body: { n: 2 } }, { body: { n: 3 } }] });
    await using host = createHost({ workspace: folder.join('with'), environment: process.env, quiet: true });
    const files = await host.ledgers.open('branch').readFiles?.('days');
    expect(files?.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual([
      ['days/a.json', 'one\n'],
      ['days/a.json', ''],
    ]);
  });

  it('is the same from a folder below the top, and with a merge in its history', async () => {
    await using origin = await createRepository({ 'app/README.md': 'demo\n' });
    await origin.git('checkout', '--quiet', '--orphan', 'testops-ledger');
    const first = chainEntry({ n: 1 }, EMPTY_LEDGER);
    await origin.commit('entry 1', { 'slo.jsonl': ledgerLine(first) });
    await origin.branch('side');
    await origin.commit('entry 2', { 'slo.jsonl': ledgerLine(first) + ledgerLine(chainEntry({ n: 2 }, headAfter(first))) });
    await origin.git('checkout', '--quiet', 'testops-ledger');
    await origin.commit('other', { other: '1' });
    // A merge that keeps nothing of the side.
    await origin.git('merge', '--quiet', '--no-edit', '-s', 'ours', 'side');
    await origin.git('branch', '-D', 'side');
    await using folder = await createTemporaryFolder('testops-clones-');
    clone(origin.path, folder.join('with'), '--branch', 'main');
    expect(await read(folder.join('with/app'))).toMatchObject({ entries: [{ body: { n: 1 } }, { body: { n: 2 } }] });
  });
});
