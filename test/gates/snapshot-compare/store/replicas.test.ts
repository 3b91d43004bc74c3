import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { AwsClient } from 'aws4fetch';
import { createEmulator, type Emulator } from 'emulate';
import { type Replica, ReplicaFailure } from '../../../../src/core/ports/replica.ts';
import { objectKey } from '../../../../src/gates/snapshot-compare/store/manifest.ts';
import { pointerKey } from '../../../../src/gates/snapshot-compare/store/pointer.ts';
import { restoreSnapshot } from '../../../../src/gates/snapshot-compare/store/restore.ts';
import { scrubStore } from '../../../../src/gates/snapshot-compare/store/scrub.ts';
import { openGithubReplica } from '../../../../src/github/replicas/index.ts';
import { createHost } from '../../../../src/host/index.ts';
import { createFolderReplica } from '../../../../src/host/replicas/folder.ts';
import { createS3Replica } from '../../../../src/host/replicas/s3.ts';
import { type EmulatedGithub, startGithub } from '../../../support/github.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';
import { makeSigner, save } from './support.ts';

const AWS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };
const bytes = (text: string) => new TextEncoder().encode(text);
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

let github: EmulatedGithub;
let aws: Emulator;
let folder: TemporaryFolder;

beforeAll(async () => {
  [github, aws, folder] = await Promise.all([
    startGithub(),
    createEmulator({ service: 'aws', port: 0 }),
    createTemporaryFolder('snapshot-replicas-'),
  ]);
  const client = new AwsClient({
    accessKeyId: AWS.AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS.AWS_SECRET_ACCESS_KEY,
    service: 's3',
    region: 'us-east-1',
  });
  expect((await client.fetch(`${aws.url}/snapshots`, { method: 'PUT' })).status).toBe(200);
});

afterAll(async () => {
  await github[Symbol.asyncDispose]();
  await aws.close();
  await folder[Symbol.asyncDispose]();
});

/** Without the politeness towards GitHub, which spaces writes a second apart. */
const client = (token: string) =>
  new Octokit({ auth: token, baseUrl: github.url, log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } });

type Kind = 'folder' | 's3' | 'release' | 'branch';

/** Opens the replica of a kind anew each time, as another run would. */
async function open(kind: Kind, name: string): Promise<Replica> {
  if (kind === 'folder') {
    await using host = createHost({ workspace: folder.path, environment: {} });
    await host.files.makeFolder(name);
    return createFolderReplica(folder.join(name));
  }
  if (kind === 's3') return createS3Replica({ bucket: 'snapshots', prefix: name, endpoint: aws.url, environment: AWS });
  const octokit = client(github.token);
  const place = { octokit, owner: github.owner, repo: github.repo };
  return openGithubReplica(place, kind === 'release' ? { release: name } : { branch: name });
}

describe.each(['folder', 's3', 'release', 'branch'] as const)('a replica in a %s', (kind) => {
  it('keeps bytes, lists keys, replaces, and lets a key be claimed once', async () => {
    const name = `contract-${kind}`;
    const replica = await open(kind, name);
    expect(await replica.read('objects/aa/none')).toBeUndefined();
    expect(await replica.list('')).toEqual([]);
    await replica.write([
      { key: 'objects/aa/one', bytes: bytes('one') },
      { key: 'objects/bb/two', bytes: Uint8Array.from([0, 255, 10, 13]) },
      { key: 'manifests/m', bytes: bytes('{}') },
    ]);
    const again = await open(kind, name);
    expect(Buffer.from((await again.read('objects/bb/two')) ?? [])).toEqual(Buffer.from([0, 255, 10, 13]));
    expect(await again.list('objects/')).toEqual([
      { key: 'objects/aa/one', size: 3 },
      { key: 'objects/bb/two', size: 4 },
    ]);
    expect(await again.claim({ key: 'pointers/ff/0000000001', bytes: bytes('first') })).toBe(true);
    expect(await replica.claim({ key: 'pointers/ff/0000000001', bytes: bytes('second') })).toBe(false);
    expect(Buffer.from((await replica.read('pointers/ff/0000000001')) ?? []).toString()).toBe('first');
    expect((await replica.list('pointers/')).map(({ key }) => key)).toEqual(['pointers/ff/0000000001']);
    await replica.write([{ key: 'objects/aa/one', bytes: bytes('one') }]);
    expect((await (await open(kind, name)).list('')).length).toBe(4);
  });

  if (kind !== 's3')
    it('lets one of two claims win that are made at once', async () => {
      const [a, b] = [await open(kind, `race-${kind}`), await open(kind, `race-${kind}`)];
      await a.write([{ key: 'manifests/m', bytes: bytes('{}') }]);
      const won = await Promise.all(
        [a, b].map((replica, index) => replica.claim({ key: 'pointers/ff/0000000001', bytes: bytes(`writer ${index}`) })),
      );
      expect([...won].sort()).toEqual([false, true]);
      const winner = won.indexOf(true);
      expect(Buffer.from((await b.read('pointers/ff/0000000001')) ?? []).toString()).toBe(`writer ${winner}`);
    });
});

describe('a store over all kinds at once', () => {
  const files = { 'a.json': '{"a":1}', 'deep/b.txt': 'text', 'empty.txt': '' };

  it('saves, survives damage in most places, and is repaired', async () => {
    const signer = makeSigner();
    const kinds: readonly Kind[] = ['folder', 's3', 'release', 'branch'];
    const openAll = async () => ({
      replicas: await Promise.all(kinds.map((kind) => open(kind, `store-${kind}`))),
      publicKey: signer.publicKey,
    });
    const saved = await save(await openAll(), signer, 'v1.0.0', files);
    expect(saved).toMatchObject({ files: 3, written: 2, troubles: [] });
    expect(await scrubStore(await openAll())).toMatchObject({ objects: 2, pointers: 1, flaws: [], losses: [], troubles: [] });

    const key = objectKey(sha('text'));
    const damaged = await openAll();
    for (const replica of damaged.replicas.slice(0, 2)) await replica.write([{ key, bytes: bytes('rot') }]);
    await damaged.replicas[0]?.write([{ key: pointerKey('v1.0.0', 1), bytes: bytes('rot') }]);
    await using host = createHost({ workspace: folder.path, environment: {} });
    const restored = await restoreSnapshot(await openAll(), 'v1.0.0', host.files, 'restored');
    expect(restored.kind).toBe('restored');
    for (const [path, text] of Object.entries(files)) expect(readFileSync(join(folder.path, 'restored', path), 'utf8')).toBe(text);

    const report = await scrubStore(await openAll());
    expect(report.flaws.map(({ flaw, repaired }) => `${flaw} ${repaired}`)).toEqual(['damaged true', 'damaged true', 'damaged true']);
    expect((await scrubStore(await openAll())).flaws).toEqual([]);
  });

  it('says what is out of reach instead of taking it for empty', async () => {
    const closed = createS3Replica({ bucket: 'snapshots', endpoint: 'http://127.0.0.1:1', environment: AWS });
    await expect(createS3Replica({ bucket: 'snapshots', endpoint: aws.url, environment: {} }).list('')).rejects.toThrow(ReplicaFailure);
    await expect(createS3Replica({ bucket: 'no-such-bucket', endpoint: aws.url, environment: AWS }).list('')).rejects.toThrow(
      'NoSuchBucket',
    );
    await expect(createS3Replica({ bucket: 'no-such-bucket', endpoint: aws.url, environment: AWS }).read('x')).rejects.toThrow(
      'NoSuchBucket',
    );
    await expect(createFolderReplica(folder.join('not-mounted')).read('x')).rejects.toThrow('unreachable');
    await expect(closed.read('x')).rejects.toThrow('unreachable');
    const octokit = client(await github.issueToken({ contents: 'read' }));
    const readOnly = openGithubReplica({ octokit, owner: github.owner, repo: github.repo }, { branch: 'forbidden' });
    await expect(readOnly.write([{ key: 'manifests/m', bytes: bytes('{}') }])).rejects.toThrow('denied');
  });
});
