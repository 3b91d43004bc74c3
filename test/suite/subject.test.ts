import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createHost } from '../../src/host/index.ts';
import { findSubject } from '../../src/suite/subject.ts';
import { createRepository } from '../support/repository.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const portsAt = (workspace: string) => createHost({ workspace, environment: process.env, quiet: true });

describe('the subject of evidence', () => {
  it('is dirty when a tracked file differs, wherever it lies, and when an untracked one lies about undeclared', async () => {
    await using repository = await createRepository({ 'src/a.js': '1', 'out/kept.txt': '1' });
    const commit = await repository.git('rev-parse', 'HEAD');
    const declared = ['out/**', '**/*.log'];
    const changes = async () => (await findSubject(portsAt(repository.path), declared)).changes;
    expect(await findSubject(portsAt(repository.path), declared)).toEqual({ subject: { commit }, changes: [] });
    await repository.write({ 'out/new.txt': '1', 'src/x.log': '1' });
    expect(await changes()).toEqual([]);
    await repository.write({ 'src/y.js': '1' });
    expect(await changes()).toEqual(['src/y.js']);
    await repository.write({ 'out/kept.txt': '2', 'src/a.js': '2' });
    expect(await changes()).toEqual(['out/kept.txt', 'src/a.js', 'src/y.js']);
    expect((await findSubject(portsAt(repository.path), ['**'])).changes).toEqual(['out/kept.txt', 'src/a.js']);
  });

  it('outside git is the digest of every undeclared file', async () => {
    await using folder = await createTemporaryFolder();
    const host = portsAt(folder.path);
    for (const [path, text] of [
      ['b/c', 'two'],
      ['a', 'one'],
      ['out/x', 'made'],
    ] as const)
      await host.files.write(path, text);
    const hex = (text: string) => createHash('sha256').update(text).digest('hex');
    const expected = hex(`a\0${hex('one')}\nb/c\0${hex('two')}\n`);
    expect(await findSubject(host, ['out/**'])).toEqual({ subject: { workspaceSha256: expected }, changes: [] });
  });
});
