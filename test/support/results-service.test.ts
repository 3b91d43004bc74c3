import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { createScrubbedEnvironment, type FinishedProcess, runProcess } from './process.ts';
import { writeFiles } from './repository.ts';
import { type RuntimeOptions, startResultsService } from './results-service.ts';
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

const ARTIFACT = pathToFileURL(resolve('node_modules/@actions/artifact/lib/artifact.js')).href;
const CACHE = pathToFileURL(resolve('node_modules/@actions/cache/lib/cache.js')).href;

/** Runs a script with the real client in a process of its own; the clients read `process.env`. */
async function runClient(folder: TemporaryFolder, env: Record<string, string>, script: string): Promise<FinishedProcess> {
  await writeFiles(folder.path, { 'client.mjs': script });
  return runProcess(process.execPath, [folder.join('client.mjs')], {
    cwd: folder.path,
    env: createScrubbedEnvironment({ GITHUB_WORKSPACE: folder.path, RUNNER_TEMP: folder.join('temp'), ...env }),
  });
}

describe('results service', () => {
  it('takes, lists, serves and deletes artifacts of the real client', async () => {
    await using folder = await createTemporaryFolder();
    await using results = await startResultsService();
    await writeFiles(folder.path, { 'data/näme x.txt': 'hello\n', 'temp/keep': '' });
    const run = await runClient(
      folder,
      results.env({ runId: 42 }),
      `import { DefaultArtifactClient } from ${JSON.stringify(ARTIFACT)};
       import { readFile } from 'node:fs/promises';
       const client = new DefaultArtifactClient();
       const up = await client.uploadArtifact('evidence', ['data/näme x.txt'], 'data');
       const raw = await client.uploadArtifact('ignored', ['data/näme x.txt'], 'data', { skipArchive: true });
       const twice = await client.uploadArtifact('evidence', ['data/näme x.txt'], 'data').catch((e) => e.message);
       const listed = await client.listArtifacts();
       const down = await client.downloadArtifact(up.id, { path: 'down', expectedHash: 'sha256:' + up.digest });
       const bad = await client.downloadArtifact(up.id, { path: 'down2', expectedHash: 'sha256:00' });
       const text = await readFile('down/näme x.txt', 'utf8');
       console.log('RESULT ' + JSON.stringify({ up, raw, twice, listed, down, bad, text }));`,
    );
    expect(run.stderr).toBe('');
    const line = run.stdout.split('\n').find((each) => each.startsWith('RESULT '));
    const seen = JSON.parse(line?.slice(7) ?? run.stdout);
    expect(seen.text).toBe('hello\n');
    expect(seen.down.digestMismatch).toBe(false);
    expect(seen.bad.digestMismatch).toBe(true);
    expect(seen.twice).toContain('already exists');
    expect(seen.raw.digest).toBe(createHash('sha256').update('hello\n').digest('hex'));
    expect(seen.listed.artifacts.map((each: { name: string }) => each.name)).toEqual(['evidence', 'näme x.txt']);
    const [stored] = results.artifacts(42);
    expect(stored).toMatchObject({ name: 'evidence', id: seen.up.id, digest: `sha256:${seen.up.digest}` });
    const bytes = await results.readArtifact(seen.up.id);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(seen.up.digest);
    expect(Buffer.from(await (await fetch(await results.signArtifact(seen.up.id))).arrayBuffer())).toEqual(bytes);
    expect(results.artifacts(43)).toEqual([]);
  });

  it('keeps a token out of another run', async () => {
    await using results = await startResultsService();
    const token = results.env({ runId: 1 }).ACTIONS_RUNTIME_TOKEN;
    const call = (authorization: string, run: string): Promise<Response> =>
      fetch(`${results.url}/twirp/github.actions.results.api.v1.ArtifactService/ListArtifacts`, {
        method: 'POST',
        headers: { authorization },
        body: JSON.stringify({ workflow_run_backend_id: run }),
      });
    expect((await call(`Bearer ${token}`, '00000000-0000-4000-8000-000000000001')).status).toBe(200);
    expect((await call(`Bearer ${token}`, '00000000-0000-4000-8000-000000000002')).status).toBe(403);
    expect((await call(`Bearer ${token}x`, '00000000-0000-4000-8000-000000000001')).status).toBe(401);
  });

  it('scopes caches of the real client by ref', async () => {
    await using folder = await createTemporaryFolder();
    await using results = await startResultsService();
    await writeFiles(folder.path, { 'cached.txt': 'value\n', 'temp/keep': '' });
    const save = (options: RuntimeOptions, key: string): Promise<FinishedProcess> =>
      runClient(
        folder,
        results.env(options),
        `import { saveCache } from ${JSON.stringify(CACHE)}; console.log('SAVED ' + await saveCache(['cached.txt'], ${JSON.stringify(key)}));`,
      );
    const restore = (options: RuntimeOptions): Promise<FinishedProcess> =>
      runClient(
        folder,
        results.env(options),
        `import { restoreCache } from ${JSON.stringify(CACHE)}; console.log('RESTORED ' + await restoreCache(['cached.txt'], 'base-9', ['base-']));`,
      );
    expect((await save({ ref: 'refs/heads/main' }, 'base-1')).stdout).toContain('SAVED 1');
    await writeFiles(folder.path, { 'cached.txt': 'lost\n' });
    expect((await restore({ ref: 'refs/heads/topic' })).stdout).toContain('RESTORED base-1');
    expect(await readFile(folder.join('cached.txt'), 'utf8')).toBe('value\n');
    expect((await save({ ref: 'refs/heads/topic' }, 'base-2')).stdout).toContain('SAVED 2');
    expect((await restore({ ref: 'refs/heads/main' })).stdout).toContain('RESTORED base-1');
    expect((await save({ ref: 'refs/pull/1/merge', readOnlyCache: true }, 'base-3')).stdout).toContain('cache write denied:');
    expect(results.caches.list().map(({ key, scope }) => `${key} ${scope}`)).toEqual(['base-1 refs/heads/main', 'base-2 refs/heads/topic']);
  }, 60_000);
});
