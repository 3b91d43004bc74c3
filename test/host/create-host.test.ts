import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHost } from '../../src/host/create-host.ts';

let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'host-')));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const host = () => createHost({ workspace, environment: process.env, progress: 'quiet' });
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('the host', () => {
  it('finds files by pattern, folder and name, in order, without following links to folders', async () => {
    for (const folder of ['out/deep', 'out/.hidden', 'out/.git']) mkdirSync(join(workspace, folder), { recursive: true });
    for (const file of ['out/b', 'out/a', 'out/deep/ü\n::x', 'out/.hidden/c', 'out/.git/d', 'x.json'])
      writeFileSync(join(workspace, file), file);
    symlinkSync('deep', join(workspace, 'out/link'));
    symlinkSync('a', join(workspace, 'out/to-a'));
    const expected = ['out/.hidden/c', 'out/a', 'out/b', 'out/deep/ü\n::x', 'out/to-a'];
    const { files } = host();
    expect(await files.glob(['out/**'])).toEqual(expected);
    expect(await files.glob(['out'])).toEqual(expected);
    expect(await files.glob([join(workspace, 'out'), './out/*'])).toEqual(expected);
    expect(await files.glob(['./x.json', '*.json'])).toEqual(['x.json']);
    expect(await files.glob(['out/**', '!out/deep'], { ignore: ['**/.hidden/**'] })).toEqual(['out/a', 'out/b', 'out/to-a']);
    expect(await files.glob(['../nowhere/**', 'nothing'])).toEqual([]);
    expect(await files.glob(['**'], { folder: 'out' })).toEqual(['.hidden/c', 'a', 'b', 'deep/ü\n::x', 'to-a']);
  });

  it('says what is wrong with a path', async () => {
    const { files } = host();
    mkdirSync(join(workspace, 'folder'));
    await expect(files.read('folder')).rejects.toMatchObject({ problem: { where: 'folder', found: 'a folder' } });
    await expect(files.read('absent')).rejects.toMatchObject({ problem: { where: 'absent', found: 'nothing there' } });
    execFileSync('mkfifo', [join(workspace, 'fifo')]);
    await expect(files.readText('fifo')).rejects.toMatchObject({ problem: { found: 'a fifo' } });
    writeFileSync(join(workspace, 'latin'), Buffer.from([0xe9]));
    await expect(files.readText('latin')).rejects.toMatchObject({ problem: { where: 'latin' } });
  });

  it('copies a tree with links, modes and times', async () => {
    mkdirSync(join(workspace, 'from/sealed'), { recursive: true });
    writeFileSync(join(workspace, 'from/sealed/run'), 'x', { mode: 0o750 });
    symlinkSync('sealed/run', join(workspace, 'from/link'));
    utimesSync(join(workspace, 'from/sealed/run'), 1_000_000, 1_000_000);
    execFileSync('mkfifo', [join(workspace, 'from/fifo')]);
    chmodSync(join(workspace, 'from/sealed'), 0o555);
    const { files } = host();
    await files.copyTree('from', 'to/there');
    expect(lstatSync(join(workspace, 'to/there/sealed')).mode & 0o777).toBe(0o555);
    expect(lstatSync(join(workspace, 'to/there/sealed/run'))).toMatchObject({ mtimeMs: 1_000_000_000, mode: 0o100750 });
    expect(readlinkSync(join(workspace, 'to/there/link'))).toBe('sealed/run');
    expect(await files.stat('to/there/fifo')).toBeUndefined();
    await files.remove('to');
    expect(await files.stat('to')).toBeUndefined();
    await files.remove('from');
  });

  it('writes whole or not at all', async () => {
    const { files } = host();
    {
      await using writer = await files.writer('a/b');
      await writer.write('half');
    }
    expect(await files.glob(['**'])).toEqual([]);
    await files.write('a/b', 'whole');
    expect(readFileSync(join(workspace, 'a/b'), 'utf8')).toBe('whole');
    await files.append('a/b', '!');
    expect(await files.readText('a/b')).toBe('whole!');
  });

  it('runs a command and leaves nothing of its group behind', async () => {
    const { processes } = host();
    const env = { PATH: process.env.PATH ?? '' };
    const result = await processes.run({ argv: ['sh', '-c', 'sleep 60 & echo $!; umask; exit 3'], folder: '.', env, umask: 0o027 });
    const [child, mask] = text(result.stdout.bytes).trim().split('\n');
    expect(result).toMatchObject({ exitCode: 3, timedOut: false });
    expect(Number.parseInt(mask ?? '', 8)).toBe(0o027);
    expect(await isAlive(Number(child))).toBe(false);
    expect(await processes.run({ argv: ['no-such-program'], folder: '.', env })).toMatchObject({
      startError: expect.stringContaining('not found'),
    });
    expect(await processes.run({ argv: ['sleep', '60'], folder: '.', env, timeoutMs: 100 })).toMatchObject({
      timedOut: true,
      signal: 'SIGTERM',
    });
  });

  it('knows its repository', async () => {
    const { repository, files } = host();
    expect(await repository.head()).toBeUndefined();
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: workspace, encoding: 'utf8' }).trim();
    git('init', '-q');
    expect(await repository.head()).toBeUndefined();
    await files.write('a ü', '1');
    git('add', '.');
    git('commit', '-qm', 'one');
    const first = git('rev-parse', 'HEAD');
    git('tag', '-am', 'x', 'v1');
    await files.write('a ü', '2');
    await files.write('new\nline', '2');
    expect(await repository.head()).toBe(first);
    expect(await repository.resolve('v1')).toBe(first);
    expect(await repository.resolve('--help')).toBeUndefined();
    expect(await repository.changes()).toEqual({ tracked: ['a ü'], untracked: ['new\nline'] });
    git('commit', '-qam', 'two');
    expect(await repository.changedPaths('v1', 'HEAD')).toEqual(['a ü']);
    expect(await repository.isAncestor('v1', 'HEAD')).toBe(true);
    expect(await repository.isAncestor('HEAD', 'v1')).toBe(false);
    expect(text((await repository.show('v1', 'a ü')) ?? new Uint8Array())).toBe('1');
    expect(await repository.show('v1', 'nothing')).toBeUndefined();
    expect(await repository.tags()).toEqual(['v1']);
    git('remote', 'add', 'origin', 'git@github.com:o/n.git');
    expect(await repository.origin()).toBe('o/n');
  });

  it('exchanges over HTTP, or says why not', async () => {
    const { http } = host();
    const server = createServer((request, response) => {
      if (request.url === '/hang') return;
      if (request.url === '/cut') return response.destroy();
      if (request.url === '/away') return response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end();
      return response.end('hello');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const get = (path: string, more = {}) => http.request({ method: 'GET', url: `${base}${path}`, timeoutMs: 300, ...more });
    expect(await get('/')).toMatchObject({ kind: 'answer', status: 200, body: Buffer.from('hello') });
    expect(await get('/hang')).toMatchObject({ reason: 'timeout' });
    expect(await get('/cut')).toMatchObject({ reason: 'closed' });
    expect(await get('/away')).toMatchObject({ reason: 'redirect' });
    expect(await get('/', { maxBytes: 2 })).toMatchObject({ reason: 'too-large' });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await get('/')).toMatchObject({ reason: 'refused' });
    expect(await http.request({ method: 'GET', url: 'http://name.invalid/', timeoutMs: 5000 })).toMatchObject({ reason: 'name' });
  });
});

async function isAlive(pid: number): Promise<boolean> {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}
