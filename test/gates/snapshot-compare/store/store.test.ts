import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { objectKey } from '../../../../src/gates/snapshot-compare/store/manifest.ts';
import { merkleRoot } from '../../../../src/gates/snapshot-compare/store/merkle.ts';
import { pointerKey } from '../../../../src/gates/snapshot-compare/store/pointer.ts';
import { restoreSnapshot } from '../../../../src/gates/snapshot-compare/store/restore.ts';
import { SaveConflict } from '../../../../src/gates/snapshot-compare/store/save.ts';
import { scrubStore } from '../../../../src/gates/snapshot-compare/store/scrub.ts';
import { QuorumError, type Store } from '../../../../src/gates/snapshot-compare/store/store.ts';
import { createHost } from '../../../../src/host/index.ts';
import { FULL_CHECK } from '../../../support/skip.ts';
import { makeReplicaFolders, makeSigner, openFolders, save } from './support.ts';

const signer = makeSigner();
const host = createHost({ workspace: '/', environment: {} });
const sha = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

async function withReplicas(count: number, work: (store: Store, folders: string[], root: string) => Promise<void>): Promise<void> {
  await using temporary = await host.files.temporaryFolder('snapshot-store-');
  const folders = await makeReplicaFolders(temporary.path, count);
  await work(openFolders(folders, signer), folders, temporary.path);
}

/** Restores a tag and reads it back, or says what is wrong. */
async function contentsOf(store: Store, root: string, tag: string): Promise<Record<string, string> | string> {
  const target = join(root, `restored-${randomBytes(4).toString('hex')}`);
  const restored = await restoreSnapshot(store, tag, host.files, target);
  if (restored.kind !== 'restored') return restored.kind === 'lost' ? `lost ${restored.lost.join()}` : restored.reading.kind;
  return Object.fromEntries(restored.files.map(({ path }) => [path, readFileSync(join(target, path), 'utf8')]));
}

describe('merkleRoot', () => {
  /** RFC 6962 §2.1 as it is written there: split at the largest power of two below n. */
  const reference = (leaves: readonly string[]): Buffer => {
    if (leaves.length === 1) return createHash('sha256').update(`\0${leaves[0]}`).digest();
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return createHash('sha256')
      .update('\x01')
      .update(reference(leaves.slice(0, split)))
      .update(reference(leaves.slice(split)))
      .digest();
  };

  it('is that of RFC 6962', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 40 }),
        (leaves) => merkleRoot(leaves) === reference(leaves).toString('hex'),
      ),
    );
    expect(merkleRoot([])).toBe(sha(''));
  });
});

describe('store', () => {
  const files = { 'a.json': '{"a":1}', 'deep/b.txt': 'same', 'deep/c.txt': 'same', 'empty.txt': '' };

  it('keeps what it was given, and identical files once', async () => {
    await withReplicas(3, async (store, folders, root) => {
      const saved = await save(store, signer, 'v1.0.0', files);
      expect({ files: saved.files, written: saved.written, sequence: saved.pointer.sequence }).toEqual({
        files: 4,
        written: 2,
        sequence: 1,
      });
      expect(await contentsOf(store, root, 'v1.0.0')).toEqual(files);
      const again = await save(store, signer, 'v1.1.0', { ...files, 'new.txt': 'new' });
      expect(again.written).toBe(1);
      for (const folder of folders) expect(readFileSync(join(folder, objectKey(sha('same'))), 'utf8')).toBe('same');
      const replaced = await save(store, signer, 'v1.0.0', { 'a.json': '2' });
      expect(replaced.pointer).toMatchObject({ sequence: 2, by: 'ann', reason: 'a test' });
      expect(await contentsOf(store, root, 'v1.0.0')).toEqual({ 'a.json': '2' });
      expect(await contentsOf(store, root, 'v9.9.9')).toBe('absent');
    });
  });

  it('cuts large files into objects and puts them together again', async () => {
    await withReplicas(1, async (store, _, root) => {
      const large = randomBytes(20 * 1024 * 1024);
      const saved = await save(store, signer, 'v1', { 'large.bin': large });
      expect(saved.written).toBe(3);
      const restored = await restoreSnapshot(store, 'v1', host.files, join(root, 'out'));
      expect(restored.kind).toBe('restored');
      expect(sha(readFileSync(join(root, 'out/large.bin')))).toBe(sha(large));
    });
  });

  it('works with a minority of replicas gone, and refuses without a majority', async () => {
    await withReplicas(3, async (store, folders, root) => {
      await save(store, signer, 'v1', files);
      rmSync(folders[0] as string, { recursive: true });
      expect(await contentsOf(store, root, 'v1')).toEqual(files);
      const saved = await save(store, signer, 'v2', { x: '1' });
      expect(saved.troubles.map(({ replica }) => replica)).toContain(`folder ${folders[0]}`);
      expect(await contentsOf(store, root, 'v2')).toEqual({ x: '1' });
      rmSync(folders[1] as string, { recursive: true });
      expect(await contentsOf(store, root, 'v1')).toBe('no-quorum');
      await expect(save(store, signer, 'v3', { x: '1' })).rejects.toThrow(QuorumError);
    });
  });

  it('takes no pointer that another key signed, that was edited, or that was made for another slot', async () => {
    await withReplicas(1, async (store, [folder], root) => {
      await save(store, signer, 'v1', { x: 'one' });
      await save(store, signer, 'v2', { x: 'two' });
      const [one, two] = ['v1', 'v2'].map((tag) => join(folder as string, pointerKey(tag, 1)));
      const original = readFileSync(one as string, 'utf8');
      writeFileSync(one as string, readFileSync(two as string));
      expect(await contentsOf(store, root, 'v1')).toBe('undecided');
      writeFileSync(one as string, original.replace('"by":"ann"', '"by":"eve"'));
      expect(await contentsOf(store, root, 'v1')).toBe('undecided');
      writeFileSync(one as string, original);
      expect(await contentsOf({ ...store, publicKey: makeSigner().publicKey }, root, 'v1')).toBe('undecided');
      expect(await contentsOf(store, root, 'v1')).toEqual({ x: 'one' });
    });
  });

  it('lets one of two writers win, and never half of each', async () => {
    for (let round = 0; round < 6; round++)
      await withReplicas(3, async (store, folders, root) => {
        await save(store, signer, 'v1', { x: 'before' });
        const other = openFolders(folders, signer);
        const results = await Promise.allSettled([save(store, signer, 'v1', { x: 'left' }), save(other, signer, 'v1', { x: 'right' })]);
        const winners = results.flatMap((result, index) =>
          result.status === 'fulfilled' ? [{ index, sequence: result.value.pointer.sequence }] : [],
        );
        for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(SaveConflict);
        const last = [...winners].sort((a, b) => b.sequence - a.sequence)[0];
        const expected = last === undefined ? 'before' : last.index === 0 ? 'left' : 'right';
        expect(await contentsOf(store, root, 'v1')).toEqual({ x: expected });
        expect(new Set(winners.map(({ sequence }) => sequence)).size).toBe(winners.length);
      });
  });
});

describe('scrub', () => {
  it('finds nothing in a sound store', async () => {
    await withReplicas(3, async (store) => {
      await save(store, signer, 'v1', { a: '1', b: '2' });
      expect(await scrubStore(store)).toMatchObject({ objects: 2, pointers: 1, flaws: [], losses: [], troubles: [] });
    });
  });

  it('repairs from the one good copy, even when most are damaged', async () => {
    await withReplicas(3, async (store, folders, root) => {
      await save(store, signer, 'v1', { a: 'precious', b: '2' });
      const key = objectKey(sha('precious'));
      writeFileSync(join(folders[0] as string, key), 'precioux');
      rmSync(join(folders[1] as string, key));
      const report = await scrubStore(store);
      expect(report.flaws).toEqual([
        { replica: `folder ${folders[0]}`, key, flaw: 'damaged', repaired: true },
        { replica: `folder ${folders[1]}`, key, flaw: 'missing', repaired: true },
      ]);
      expect(report.losses).toEqual([]);
      for (const folder of folders) expect(readFileSync(join(folder, key), 'utf8')).toBe('precious');
      expect((await scrubStore(store)).flaws).toEqual([]);
      expect(await contentsOf(store, root, 'v1')).toEqual({ a: 'precious', b: '2' });
    });
  });

  it('says exactly what is lost, and repairs nothing from nothing', async () => {
    await withReplicas(3, async (store, folders) => {
      await save(store, signer, 'v1', { a: 'precious', b: '2' });
      await save(store, signer, 'v2', { c: 'precious' });
      const key = objectKey(sha('precious'));
      for (const folder of folders) truncateSync(join(folder, key), 3);
      const report = await scrubStore(store);
      expect(report.losses).toEqual([{ key, neededBy: ['v1 #1', 'v2 #1'] }]);
      expect(report.flaws.every(({ repaired }) => !repaired)).toBe(true);
      for (const folder of folders) expect(statSync(join(folder, key)).size).toBe(3);
    });
  });

  it('reports what nobody refers to and leaves it alone', async () => {
    await withReplicas(2, async (store, folders) => {
      await save(store, signer, 'v1', { a: '1' });
      const extra = join(folders[0] as string, objectKey(sha('stray')));
      await host.files.write(extra, 'stray');
      const report = await scrubStore(store);
      expect(report.flaws).toEqual([{ replica: `folder ${folders[0]}`, key: objectKey(sha('stray')), flaw: 'extra', repaired: false }]);
      expect(readFileSync(extra, 'utf8')).toBe('stray');
    });
  });
});

/** Every file of a replica, as paths below it. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

describe('faults', () => {
  const snapshots = {
    v1: { a: 'one', b: 'two', 'c/d': 'three' },
    v2: { a: 'one', b: 'changed', 'c/e': 'four' },
  };

  it('lose nothing while a good copy of each object and a majority of pointers live, and are named otherwise', async () => {
    const fault = fc.record({
      replica: fc.nat(2),
      file: fc.nat(),
      kind: fc.constantFrom('damage', 'truncate', 'remove', 'swap'),
      other: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 12 }), (faults) =>
        withReplicas(3, async (store, folders, root) => {
          for (const [tag, content] of Object.entries(snapshots)) await save(store, signer, tag, content);
          const pristine = new Map(filesOf(folders[0] as string).map((name) => [name, readFileSync(join(folders[0] as string, name))]));
          for (const { replica, file, kind, other } of faults) breakFile(folders[replica] as string, file, other, kind);
          const isGood = (folder: string, name: string) => {
            try {
              return readFileSync(join(folder, name)).equals(pristine.get(name) as Buffer);
            } catch {
              return false;
            }
          };
          const goodCopies = (name: string) => folders.filter((folder) => isGood(folder, name)).length;
          const pointersLive = [...pristine.keys()].filter((name) => name.startsWith('pointers')).every((name) => goodCopies(name) >= 2);
          const lostKeys = [...pristine.keys()].filter((name) => !name.startsWith('pointers') && goodCopies(name) === 0);
          const report = await scrubStore(store);
          if (!pointersLive) return;
          expect(report.losses.map(({ key }) => key).sort()).toEqual(expectedLosses(lostKeys));
          for (const [tag, content] of Object.entries(snapshots)) {
            const needed = lostKeys.length === 0;
            const now = await contentsOf(store, root, tag);
            if (needed) expect(now).toEqual(content);
            else if (typeof now === 'string') expect(now).toMatch(/^lost/);
            else expect(now).toEqual(content);
          }
          if (lostKeys.length === 0) {
            for (const name of pristine.keys()) expect(goodCopies(name)).toBe(3);
            expect((await scrubStore(store)).flaws).toEqual([]);
          }
        }),
      ),
      { numRuns: Number(process.env.TESTOPS_FAULT_RUNS ?? 25) },
    );
  });

  /** An object is needed only through a manifest that can still be read. */
  function expectedLosses(lost: readonly string[]): string[] {
    if (!lost.some((key) => key.startsWith('manifests/'))) return [...lost].sort();
    const contentsBehind = (tag: keyof typeof snapshots) => Object.values(snapshots[tag]).map((text) => objectKey(sha(text)));
    const readable = (Object.keys(snapshots) as (keyof typeof snapshots)[]).filter((tag) => !lost.includes(manifestKeyOf(tag)));
    const needed = new Set(readable.flatMap(contentsBehind));
    return lost.filter((key) => key.startsWith('manifests/') || needed.has(key)).sort();
  }

  /** Manifest key from the definition: Merkle root over the canonical JSON of `{chunks, path, size}`. */
  function manifestKeyOf(tag: keyof typeof snapshots): string {
    const entries = Object.entries(snapshots[tag]).sort(([a], [b]) => (a < b ? -1 : 1));
    return `manifests/${merkleRoot(entries.map(([path, text]) => `{"chunks":["${sha(text)}"],"path":"${path}","size":${text.length}}`))}`;
  }
});

function breakFile(folder: string, file: number, other: number, kind: string): void {
  const names = filesOf(folder);
  const name = names[file % Math.max(1, names.length)];
  if (name === undefined) return;
  const path = join(folder, name);
  if (kind === 'remove') rmSync(path);
  else if (kind === 'truncate') truncateSync(path, Math.floor(statSync(path).size / 2));
  else if (kind === 'damage') {
    const bytes = readFileSync(path);
    if (bytes.length === 0) return;
    bytes[other % bytes.length] = (bytes[other % bytes.length] as number) ^ 1;
    writeFileSync(path, bytes);
  } else {
    const second = join(folder, names[other % names.length] as string);
    const [a, b] = [readFileSync(path), readFileSync(second)];
    writeFileSync(path, b);
    writeFileSync(second, a);
  }
}

describe('crashes', () => {
  class Crash extends Error {}

  it('between any two steps of a save lose nothing that was acknowledged', async () => {
    // Every step of a save of a dozen files is more than 200 points; every fifth is tried, in the full check all.
    const stride = FULL_CHECK ? 1 : 5;
    const fresh = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`new/${index}`, `content ${index}`]));
    let points = 0;
    for (let at = 1; ; at += stride) {
      let finished = false;
      await withReplicas(3, async (store, folders, root) => {
        await save(store, signer, 'v1', { a: 'before', b: 'kept' });
        let steps = 0;
        const dying = openFolders(folders, signer, () => {
          // From the crash on nothing is done any more, in no replica: the process is gone.
          if (++steps >= at) throw new Crash();
        });
        try {
          await save(dying, signer, 'v1', { a: 'after', b: 'kept', ...fresh });
          finished = true;
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
          points++;
        }
        const [before, after] = [
          { a: 'before', b: 'kept' },
          { a: 'after', b: 'kept', ...fresh },
        ];
        const now = await contentsOf(store, root, 'v1');
        expect(finished ? [after] : [before, after]).toContainEqual(now);
        // What one reader saw, a scrub and the next writer leave standing.
        await scrubStore(store);
        expect(await contentsOf(store, root, 'v1')).toEqual(now);
        await save(store, signer, 'v1', { a: 'next' });
        expect(await contentsOf(store, root, 'v1')).toEqual({ a: 'next' });
      });
      if (finished) break;
    }
    expect(points * stride).toBeGreaterThan(200);
  }, 900_000);
});
