import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createHost } from '../../src/host/index.ts';
import { createRepository } from '../support/repository.ts';

const open = (workspace: string) => createHost({ workspace, environment: process.env, quiet: true }).repository;
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('utf8');

describe('git as the project runs it', () => {
  it('reads the commits themselves: replace refs and grafts change nothing', async () => {
    await using test = await createRepository({ 'slo.yaml': 'p95: 100\n' });
    const first = await test.git('rev-parse', 'HEAD');
    const strict = await test.git('rev-parse', 'HEAD:slo.yaml');
    await test.commit('loosen', { 'slo.yaml': 'p95: 60000\n' });
    const second = await test.git('rev-parse', 'HEAD');
    const loose = await test.git('rev-parse', 'HEAD:slo.yaml');

    await test.git('replace', strict, loose);
    expect(await test.git('show', `${first}:slo.yaml`)).toBe('p95: 60000');
    expect(text(await open(test.path).show(first, 'slo.yaml'))).toBe('p95: 100\n');

    await test.git('replace', '-d', strict);
    writeFileSync(join(test.path, '.git/info/grafts'), `${second}\n`);
    await expect(test.git('merge-base', '--is-ancestor', first, second)).rejects.toThrow();
    expect(await open(test.path).isAncestor(first, second)).toBe(true);

    // The other way round: a graft that makes an unrelated commit an ancestor.
    await test.git('checkout', '--quiet', '--orphan', 'elsewhere');
    await test.commit('orphan', { other: '1' });
    const orphan = await test.git('rev-parse', 'HEAD');
    writeFileSync(join(test.path, '.git/info/grafts'), `${orphan} ${first}\n`);
    await test.git('merge-base', '--is-ancestor', first, orphan);
    expect(await open(test.path).isAncestor(first, orphan)).toBe(false);
  });

  it.each(['evil', 'a=b', 'with.dots', 'lfs'])('runs no filter %s of .git/config', async (driver) => {
    await using test = await createRepository({ '.gitattributes': `data filter=${driver}\nlog diff=${driver}\n`, data: 'x\n', log: 'y\n' });
    const first = await test.git('rev-parse', 'HEAD');
    await test.commit('second', { log: 'z\n' });
    const ran = join(test.path, '.git/ran');
    await test.git('config', `filter.${driver}.clean`, `touch '${ran}'; cat`);
    await test.git('config', `filter.${driver}.process`, `touch '${ran}'`);
    await test.git('config', `filter.${driver}.required`, 'true');
    await test.git('config', `diff.${driver}.textconv`, `touch '${ran}'; cat`);
    await test.git('config', 'diff.external', `touch '${ran}'`);
    await test.git('config', 'core.fsmonitor', `touch '${ran}'`);
    const later = new Date(Date.now() + 5000);
    const renew = () => utimesSync(join(test.path, 'data'), later, later);
    renew();
    expect(await open(test.path).changes()).toEqual({ tracked: [], untracked: [] });
    expect(await open(test.path).changedPaths(first, 'HEAD')).toEqual(['log']);
    expect(existsSync(ran)).toBe(false);
    // What git does when it is run without that care: the filter runs.
    renew();
    await test.git('status').catch(() => undefined);
    expect(existsSync(ran)).toBe(true);
  });

  it('leaves filters of the person alone, which are no part of the repository', async () => {
    await using test = await createRepository({ '.gitattributes': 'data filter=own\n', data: 'x\n' });
    const ran = join(test.path, '.git/ran');
    const global = join(test.path, '.git/global-config');
    writeFileSync(global, `[filter "own"]\n\tclean = "touch '${ran}'; cat"\n`);
    const later = new Date(Date.now() + 5000);
    utimesSync(join(test.path, 'data'), later, later);
    const { repository } = createHost({
      workspace: test.path,
      environment: { ...process.env, GIT_CONFIG_GLOBAL: global },
      quiet: true,
    });
    expect(await repository.changes()).toEqual({ tracked: [], untracked: [] });
    expect(existsSync(ran)).toBe(true);
  });
});
