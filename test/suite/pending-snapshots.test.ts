import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { Ports } from '../../src/core/index.ts';
import { createHost } from '../../src/host/index.ts';
import { acceptPendingSet, PENDING_LIMITS, writePendingSet } from '../../src/suite/pending-snapshots.ts';
import { writeFiles } from '../support/repository.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const SECTION = { baseline: 'baseline', actual: 'actual', mode: 'compare' };
const WANTED = { by: 'ann', reason: 'rounding' };

async function withPorts<T>(folder: TemporaryFolder, work: (ports: Ports) => Promise<T>): Promise<T> {
  await using host = createHost({ workspace: folder.path, environment: { PATH: process.env.PATH ?? '' }, progress: 'quiet' });
  return await work(host as unknown as Ports);
}

/** A set as it travels: written on one machine, laid out in memory. */
async function travel(folder: TemporaryFolder, section: object = SECTION): Promise<Map<string, Uint8Array> | undefined> {
  return withPorts(folder, async (ports) => {
    const pending = await writePendingSet({ ...section }, ports, WANTED);
    if (pending === undefined) return undefined;
    const archive = new Map<string, Uint8Array>();
    for (const path of pending.paths) archive.set(path, await readFile(folder.join(pending.folder, path)));
    await ports.files.remove(pending.folder);
    return archive;
  });
}

const accept = (folder: TemporaryFolder, archive: ReadonlyMap<string, Uint8Array>, section: object = SECTION) =>
  withPorts(folder, (ports) => acceptPendingSet({ ...section }, ports, archive, WANTED));

async function createCase(): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder();
  await writeFiles(folder.path, {
    'baseline/a.json': '1\n',
    'baseline/same.json': '2\n',
    'baseline/gone.json': '3\n',
    'actual/a.json': '10\n',
    'actual/same.json': '2\n',
    'actual/new/b.json': '4\n',
  });
  return folder;
}

describe('a pending set that travels', () => {
  it('holds what differs, and makes the baseline equal to what was produced', async () => {
    await using folder = await createCase();
    const archive = (await travel(folder)) ?? new Map();
    expect([...archive.keys()].sort()).toEqual(['files/a.json', 'files/new/b.json', 'pending.json']);
    expect([...archive.keys()].every((name) => PENDING_LIMITS.names.test(name))).toBe(true);
    expect(await readFile(folder.join('baseline/a.json'), 'utf8')).toBe('1\n');
    const { baseline, pending } = await accept(folder, archive);
    expect([baseline, pending.by]).toEqual(['baseline', 'ann']);
    expect((await readdir(folder.join('baseline'), { recursive: true })).sort()).toEqual(['a.json', 'new', 'new/b.json', 'same.json']);
    expect(await readFile(folder.join('baseline/a.json'), 'utf8')).toBe('10\n');
  });

  it('makes the first baseline too', async () => {
    await using folder = await createCase();
    await rm(folder.join('baseline'), { recursive: true });
    const archive = (await travel(folder)) ?? new Map();
    await accept(folder, archive);
    expect((await readdir(folder.join('baseline'), { recursive: true })).sort()).toEqual(['a.json', 'new', 'new/b.json', 'same.json']);
  });

  it('is not written where nothing differs, where a set waits already, or for a baseline that is no folder', async () => {
    await using folder = await createCase();
    for (const baseline of ['tag:previous', 'tag:v1.0.0', 'artifact:x'])
      expect(await travel(folder, { ...SECTION, baseline })).toBeUndefined();
    await cp(folder.join('baseline'), folder.join('equal'), { recursive: true });
    expect(await travel(folder, { ...SECTION, actual: 'equal' })).toBeUndefined();
    await mkdir(folder.join('baseline.pending'));
    expect(await travel(folder)).toBeUndefined();
  });

  it.each([
    'files/../x',
    'files//x',
    'files/./x',
    'files/a/..',
    'x',
    '../pending.json',
    '/pending.json',
    'files',
    'files/a\\b',
    'files/a\nb',
  ])('takes no archive with the name %j', (name) => expect(PENDING_LIMITS.names.test(name)).toBe(false));

  it('is refused when the baseline is another by now, or a byte of it is', async () => {
    await using folder = await createCase();
    const archive = (await travel(folder)) ?? new Map();
    const edited = new Map(archive).set('files/a.json', Buffer.from('11\n'));
    await expect(accept(folder, edited)).rejects.toThrow(/changed since/);
    await writeFile(folder.join('baseline/same.json'), '5\n');
    await expect(accept(folder, archive)).rejects.toThrow(/another state of the baseline/);
  });

  it('never writes through a link, out of the repository, or where GitHub reads workflows', async () => {
    await using elsewhere = await createTemporaryFolder();
    await using folder = await createCase();
    const archive = (await travel(folder)) ?? new Map();
    await symlink(elsewhere.path, folder.join('linked'));
    for (const baseline of ['linked/baseline', '../baseline', '.github/workflows', '.git/hooks', 'baseline/../../x', '/tmp/x']) {
      const renamed = new Map(archive).set(
        'pending.json',
        Buffer.from(
          Buffer.from(archive.get('pending.json') ?? '')
            .toString()
            .replace('"baseline": "baseline"', `"baseline": ${JSON.stringify(baseline)}`),
        ),
      );
      await expect(accept(folder, renamed, { ...SECTION, baseline })).rejects.toThrow(/pending set/);
    }
    expect(await readdir(elsewhere.path)).toEqual([]);
  });
});
