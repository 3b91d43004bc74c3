import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { runCli } from './cli.ts';
import {
  findClosedPort,
  startBrokenJsonServer,
  startDrippingServer,
  startHangingServer,
  startHtmlServer,
  startRedirectingServer,
  startTruncatingServer,
} from './http-server.ts';
import { hasNode } from './node-versions.ts';
import { runProcess } from './process.ts';
import { createRepository, writeFiles } from './repository.ts';
import { itWhere } from './skip.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

describe('temporary folder', () => {
  it('is gone after its scope', async () => {
    let path: string;
    {
      await using folder = await createTemporaryFolder();
      path = folder.path;
      await writeFiles(path, { 'a/b.txt': 'x' });
      expect(await readFile(folder.join('a', 'b.txt'), 'utf8')).toBe('x');
    }
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('repository', () => {
  it('gives the same object ids for the same calls', async () => {
    const build = async (): Promise<readonly string[]> => {
      await using repository = await createRepository({ 'a.txt': 'one\n' });
      const second = await repository.commit('Second', { 'dir/b.txt': 'two\n' });
      const tag = await repository.tag('v1.0.0-beta.1', { message: 'beta' });
      return [second, tag, await repository.git('rev-parse', 'v1.0.0-beta.1^{commit}')];
    };
    const first = await build();
    expect(await build()).toEqual(first);
    expect(first[2]).toBe(first[0]);
    expect(first[1]).not.toBe(first[0]);
  });

  it('clones with history and tags', async () => {
    await using repository = await createRepository({ 'a.txt': 'one\n' });
    await repository.tag('v1');
    await repository.branch('topic');
    await repository.commit('On topic', { 'a.txt': 'two\n' });
    await using clone = await repository.clone();
    expect(await clone.git('rev-parse', 'v1')).toBe(await repository.git('rev-parse', 'main'));
    expect(await clone.git('rev-list', '--count', 'HEAD')).toBe('2');
  });
});

describe('servers that misbehave', () => {
  it('a closed port refuses', async () => {
    await expect(fetch(`http://127.0.0.1:${await findClosedPort()}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('hangs until it is closed', async () => {
    await using server = await startHangingServer();
    await expect(fetch(server.url, { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(server.requests).toEqual(['GET /']);
  });

  it('answers HTML, half a JSON, a cut body, a redirect loop and a drip', async () => {
    await using html = await startHtmlServer();
    expect((await fetch(html.url)).headers.get('content-type')).toBe('text/html');
    await using broken = await startBrokenJsonServer('{"a":[1,2,3]}');
    await expect((await fetch(broken.url)).json()).rejects.toMatchObject({ name: 'SyntaxError' });
    await using cut = await startTruncatingServer('{"a":[1,2,3]}');
    await expect(fetch(cut.url).then((response) => response.text())).rejects.toMatchObject({ name: 'TypeError' });
    await using loop = await startRedirectingServer();
    await expect(fetch(loop.url)).rejects.toMatchObject({ cause: { message: 'redirect count exceeded' } });
    await using drip = await startDrippingServer('abc', 20);
    const started = performance.now();
    expect(await (await fetch(drip.url)).text()).toBe('abc');
    expect(performance.now() - started).toBeGreaterThan(40);
  });
});

describe('whole processes', () => {
  it('see only the environment that they are given', async () => {
    process.env.TESTOPS_LEAK = 'leak';
    await using folder = await createTemporaryFolder();
    await writeFiles(folder.path, {
      'cli/index.js': 'console.log(JSON.stringify([process.env, process.argv.slice(2)])); process.exit(3);',
    });
    const finished = await runCli({ dist: folder.path, cwd: folder.path, args: ['--x', 'ä b'], env: { EXTRA: '1' } });
    delete process.env.TESTOPS_LEAK;
    expect(finished.exitCode).toBe(3);
    const [env, args] = JSON.parse(finished.stdout) as [Record<string, string>, string[]];
    expect(args).toEqual(['--x', 'ä b']);
    expect(env.EXTRA).toBe('1');
    expect(Object.keys(env).sort()).toEqual(['CI', 'EXTRA', 'HOME', 'LANG', 'NO_COLOR', 'PATH', 'TZ']);
  });

  it('are ended with all that they started when the time is up', async () => {
    await using folder = await createTemporaryFolder();
    const started = performance.now();
    await expect(runProcess('/bin/sh', ['-c', 'sleep 60 & wait'], { cwd: folder.path, env: {}, timeoutMs: 300 })).rejects.toThrow(
      'still running after 300 ms',
    );
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  itWhere(hasNode(24), 'the npm package with a Node 24 binary for this platform is not installed')('run on Node 24', async () => {
    await using folder = await createTemporaryFolder();
    await writeFiles(folder.path, { 'cli/index.js': 'console.log(process.version)' });
    const finished = await runCli({ dist: folder.path, cwd: folder.path, args: [], nodeVersion: 24 });
    expect(finished.stdout).toMatch(/^v24\./);
  });
});
