import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { createRemoteBaselines } from '../../../src/github/replicas/remote-baselines.ts';
import { createHost } from '../../../src/host/index.ts';
import { startGithub } from '../../support/github.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const FIXTURE = join(import.meta.dirname, '../../../fixtures/snapshot-compare/pass.archives/snapshots/b.zip');
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe('baselines on GitHub', () => {
  it('come from the asset of a release, and are absent or unreachable otherwise', async () => {
    await using github = await startGithub();
    await using folder = await createTemporaryFolder();
    await using host = createHost({ workspace: folder.path, environment: {} });
    const octokit = new Octokit({ auth: github.token, baseUrl: github.url, log: quiet });
    const at = { owner: github.owner, repo: github.repo };
    const { data: release } = await octokit.rest.repos.createRelease({ ...at, tag_name: 'v1.0.0' });
    const baselines = createRemoteBaselines({ connect: async () => ({ octokit, ...at }), files: host.files });
    const fetch = async (tag: string, name: string) => {
      await mkdir(folder.join(name));
      return baselines.fetch({ kind: 'release', tag }, folder.join(name));
    };
    expect(await fetch('v9.9.9', 'one')).toEqual({ kind: 'absent', detail: 'there is no release v9.9.9' });
    expect(await fetch('v1.0.0', 'two')).toEqual({ kind: 'absent', detail: 'release v1.0.0 has no asset testops-snapshots.zip' });
    const upload = {
      url: release.upload_url.replace(/\{.*$/, '?name=testops-snapshots.zip'),
      headers: { 'content-type': 'application/zip' },
    };
    await octokit.request({ method: 'POST', ...upload, data: await readFile(FIXTURE) } as never);
    expect(await fetch('v1.0.0', 'three')).toEqual({ kind: 'fetched' });
    expect(await readFile(folder.join('three/x.txt'), 'utf8')).toBe('hello');
    const nobody = createRemoteBaselines({ connect: async () => undefined, files: host.files });
    expect((await nobody.fetch({ kind: 'run', runId: '1' }, folder.path)).kind).toBe('unreachable');
    expect((await nobody.fetch({ kind: 'cache', key: 'k' }, folder.path)).kind).toBe('unreachable');
  });

  it('come from a cache by its very key', async () => {
    await using folder = await createTemporaryFolder();
    await using host = createHost({ workspace: folder.path, environment: {} });
    const restoreWith = (hit: string | undefined) =>
      createRemoteBaselines({
        connect: async () => undefined,
        files: host.files,
        restoreCache: async ([path = '']) => {
          if (hit === undefined) return undefined;
          await mkdir(dirname(folder.join(path, 'a.txt')), { recursive: true });
          await writeFile(folder.join(path, 'a.txt'), 'cached');
          return hit;
        },
      });
    const fetch = async (hit: string | undefined, name: string) => {
      await mkdir(folder.join(name));
      return restoreWith(hit).fetch({ kind: 'cache', key: 'snapshots-main' }, folder.join(name));
    };
    expect((await fetch(undefined, 'one')).kind).toBe('absent');
    expect((await fetch('snapshots-main-2', 'two')).kind).toBe('absent');
    expect(await fetch('snapshots-main', 'three')).toEqual({ kind: 'fetched' });
    expect(await readFile(folder.join('three/a.txt'), 'utf8')).toBe('cached');
    expect(await host.files.stat('.testops-snapshots')).toBeUndefined();
  });
});
