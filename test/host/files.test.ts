import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Files } from '../../src/core/ports/files.ts';
import { createHost } from '../../src/host/index.ts';
import { itWhere } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

let root: string;
let files: Files;
let dispose: () => PromiseLike<void>;
beforeEach(async () => {
  const folder = await createTemporaryFolder('files-');
  root = folder.path;
  dispose = () => folder[Symbol.asyncDispose]();
  files = createHost({ workspace: root, environment: {}, quiet: true }).files;
});
afterEach(async () => dispose());

const at = (path: string): string => join(root, path);
const put = (path: string, content: string | Uint8Array = path): void => {
  mkdirSync(join(at(path), '..'), { recursive: true });
  writeFileSync(at(path), content);
};
const problem = (found: string | RegExp, where?: string) => ({
  problem: { found: expect.stringMatching(found), ...(where === undefined ? {} : { where }) },
});
const NOT_UTF8 = Buffer.from([0x61, 0xff, 0x62]);
const isLinux = process.platform === 'linux';

describe('patterns', () => {
  it('find what a shell with globstar and dotglob finds', async () => {
    for (const path of ['a.json', 'b/a.json', 'b/.c/d.json', '.hidden.json', 'b/e.txt', 'x/y/z/a.json', 'x/[id].json']) put(path);
    const shell = (pattern: string): string[] =>
      execFileSync(
        'bash',
        ['-O', 'globstar', '-O', 'dotglob', '-O', 'nullglob', '-c', `for f in ${pattern}; do [ -f "$f" ] && echo "$f"; done; true`],
        {
          cwd: root,
          encoding: 'utf8',
          env: { ...process.env, LC_ALL: 'C' },
        },
      )
        .split('\n')
        .filter((line) => line !== '');
    for (const pattern of [
      '*',
      '**',
      '**/*.json',
      'b/*',
      'b/**',
      '*/*/*',
      '?.json',
      '[ab].json',
      '{a,b/e}.*',
      'x/**/a.json',
      'b/.*/*',
      '**/.*',
      'no/**',
    ]) {
      expect({ pattern, found: await files.glob([pattern]) }).toEqual({ pattern, found: [...new Set(shell(pattern))].sort() });
    }
  });

  it('take a name as it is, too, even one that looks like a pattern', async () => {
    put('pages/[id].json');
    put('pages/i.json');
    expect(await files.glob(['pages/[id].json'])).toEqual(['pages/[id].json', 'pages/i.json']);
    expect(await files.glob([at('pages')])).toEqual(['pages/[id].json', 'pages/i.json']);
    expect(await files.glob([`${root}/**`])).toEqual(['pages/[id].json', 'pages/i.json']);
    expect(await files.glob(['pages/'])).toEqual(['pages/[id].json', 'pages/i.json']);
  });

  it('reach out of the folder only when they say so', async () => {
    put('inside/a');
    put('outside/b');
    expect(await files.glob(['../outside/**', '**'], { folder: 'inside' })).toEqual(['../outside/b', 'a']);
    symlinkSync(at('outside'), at('inside/link'));
    expect(await files.glob(['**'], { folder: 'inside' })).toEqual(['a']);
    expect(await files.glob(['link/**'], { folder: 'inside' })).toEqual(['link/b']);
  });

  it('do not trip over loops, dangling links, FIFOs and sockets', async () => {
    put('real');
    symlinkSync('.', at('loop'));
    symlinkSync('self', at('self'));
    symlinkSync('nowhere', at('dangling'));
    symlinkSync('real', at('good'));
    execFileSync('mkfifo', [at('fifo')]);
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await files.glob(['**', 'self', 'fifo', 'socket', 'dangling'])).toEqual(['good', 'real']);
    await new Promise((resolve) => server.close(resolve));
  });

  it('leave out what is to be left out, and .git always', async () => {
    for (const path of ['.git/config', 'sub/.git/HEAD', 'a', 'node_modules/x/y', 'sub/node_modules/z']) put(path);
    expect(await files.glob(['**'])).toEqual(['a', 'node_modules/x/y', 'sub/node_modules/z']);
    expect(await files.glob(['**'], { ignore: ['node_modules'] })).toEqual(['a', 'sub/node_modules/z']);
    expect(await files.glob(['**'], { ignore: ['**/node_modules/**'] })).toEqual(['a']);
    expect(await files.glob(['**'], { ignore: ['**/node_modules'] })).toEqual(['a']);
    expect(await files.glob(['**', '!*/'], { ignore: ['./a', at('node_modules')] })).toEqual([]);
    symlinkSync('.git', at('link'));
    symlinkSync('.git/config', at('config'));
    put('upper/.GIT/config');
    expect(await files.glob(['.git', '.git/config', '.git/*', 'sub/.git/HEAD', 'link', 'link/**', 'con*', 'config'])).toEqual([]);
    expect(await files.glob(['upper', 'upper/.GIT/*', './upper/.GIT/config', at('.git/config')])).toEqual([]);
    expect(await files.glob(['!(a)'])).toEqual([]);
  });

  itWhere(process.getuid?.() !== 0, 'the superuser may read everything')('say which folder cannot be read', async () => {
    put('sealed/a');
    chmodSync(at('sealed'), 0);
    await expect(files.glob(['**'])).rejects.toMatchObject(problem('no permission', at('sealed')));
    chmodSync(at('sealed'), 0o700);
  });

  itWhere(isLinux, 'only Linux has such names')('say so of a name that is not UTF-8, when it would match', async () => {
    put('ok.json');
    put('\uFFFD.json');
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), NOT_UTF8]), 'x');
    expect(await files.glob(['*.json'])).toEqual(['ok.json', '\uFFFD.json']);
    await expect(files.glob(['*'])).rejects.toMatchObject(problem('not UTF-8', root));
    await expect(files.list('.')).rejects.toMatchObject(problem('not UTF-8'));
  });
});

describe('reading', () => {
  it('streams a range in pieces of at most a mebibyte', async () => {
    const bytes = Buffer.alloc(2_500_000, 'abcdefg');
    put('big', bytes);
    const pieces: Uint8Array[] = [];
    for await (const piece of files.stream('big')) pieces.push(piece);
    expect(pieces.map((piece) => piece.length)).toEqual([1_048_576, 1_048_576, 402_848]);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    const range = async (start: number, end?: number) => {
      let text = '';
      for await (const piece of files.stream('big', { start, ...(end === undefined ? {} : { end }) }))
        text += Buffer.from(piece).toString();
      return text;
    };
    expect(await range(1, 4)).toBe('bcd');
    expect(await range(2_499_998)).toBe(bytes.subarray(2_499_998).toString());
    expect(await range(2_499_998, 9_000_000)).toHaveLength(2);
    expect(await range(5, 5)).toBe('');
    expect(await range(3_000_000)).toBe('');
  });

  it('closes the file of a stream that nobody finished', async () => {
    put('big', Buffer.alloc(3_000_000));
    const before = isLinux ? readdirSync('/proc/self/fd').length : 0;
    for (let round = 0; round < 20; round += 1) for await (const _piece of files.stream('big')) break;
    if (isLinux) expect(readdirSync('/proc/self/fd').length).toBe(before);
  });

  it('holds bounds, and says what is wrong', async () => {
    put('five', '12345');
    put('empty', '');
    put('marked', '\uFEFFtext');
    expect(await files.readText('five', { maxBytes: 5 })).toBe('12345');
    await expect(files.read('five', { maxBytes: 4 })).rejects.toMatchObject(problem('5 bytes', 'five'));
    expect((await files.read('empty')).length).toBe(0);
    expect(await files.readText('marked')).toBe('text');
    put('huge', '');
    truncateSync(at('huge'), 3 * 2 ** 30);
    await expect(files.read('huge')).rejects.toMatchObject(problem('3221225472 bytes', 'huge'));
    await expect(files.readText('five/x')).rejects.toMatchObject(problem('a file where a folder is needed', 'five/x'));
    await expect(files.readText('a\0b')).rejects.toMatchObject(problem('zero byte'));
    await expect(files.readText('x'.repeat(300))).rejects.toMatchObject(problem('name longer'));
    await expect(files.list('five')).rejects.toMatchObject(problem('a file where'));
    await expect(files.list('absent')).rejects.toMatchObject(problem('nothing there', 'absent'));
    await expect(files.readLink('five')).rejects.toMatchObject(problem('cannot be used', 'five'));
    symlinkSync('b', at('a'));
    symlinkSync('a', at('b'));
    await expect(files.read('a')).rejects.toMatchObject(problem('chain of links', 'a'));
  });

  itWhere(existsSync('/proc/self/status'), 'no /proc here')('reads files that do not know their size', async () => {
    expect(await files.readText('/proc/self/status')).toContain('Pid:');
  });

  it('tells kinds apart', async () => {
    put('file', '123');
    chmodSync(at('file'), 0o640);
    symlinkSync('file', at('link'));
    execFileSync('mkfifo', [at('fifo')]);
    mkdirSync(at('folder'));
    expect(await files.stat('file')).toMatchObject({ kind: 'file', size: 3, mode: 0o640, modifiedMs: statSync(at('file')).mtimeMs });
    expect(await files.stat('link')).toMatchObject({ kind: 'link', size: 0 });
    expect(await files.statTarget('link')).toMatchObject({ kind: 'file', size: 3 });
    expect(await files.stat('/dev/null')).toMatchObject({ kind: 'device' });
    expect(await files.stat('file/below')).toBeUndefined();
    expect(await files.list('.')).toEqual([
      { name: 'fifo', kind: 'fifo' },
      { name: 'file', kind: 'file' },
      { name: 'folder', kind: 'folder' },
      { name: 'link', kind: 'link' },
    ]);
    for (const path of ['fifo', 'folder', '/dev/null'])
      await expect(files.read(path)).rejects.toMatchObject(problem(/^a (fifo|folder|device)$/, path));
  });
});

describe('writing', () => {
  it('replaces a file as a whole, and a link instead of what it leads to', async () => {
    put('kept', 'kept');
    symlinkSync('kept', at('link'));
    await files.write('link', 'new');
    expect(readFileSync(at('kept'), 'utf8')).toBe('kept');
    expect(lstatSync(at('link')).isFile()).toBe(true);
    const long = `folder/${'n'.repeat(255)}`;
    await files.write(long, new Uint8Array([1, 2]));
    expect([...readFileSync(at(long))]).toEqual([1, 2]);
  });

  it('leaves nothing of what was not finished', async () => {
    put('old', 'old');
    await expect(
      (async () => {
        await using writer = await files.writer('old');
        await writer.write('new');
        throw new Error('stop');
      })(),
    ).rejects.toThrow('stop');
    expect(readFileSync(at('old'), 'utf8')).toBe('old');
    expect(readdirSync(root)).toEqual(['old']);
    const writer = await files.writer('old');
    await writer.write('new');
    expect(readFileSync(at('old'), 'utf8')).toBe('old');
    await writer.close();
    expect(readFileSync(at('old'), 'utf8')).toBe('new');
    await expect(writer.write('x')).rejects.toThrow('closed');
    await writer[Symbol.asyncDispose]();
    expect(readFileSync(at('old'), 'utf8')).toBe('new');
  });

  it('says where it cannot', async () => {
    put('file');
    put('folder/x');
    await expect(files.write('folder', 'x')).rejects.toMatchObject(problem(/a folder|already there|not empty/, 'folder'));
    await expect(files.write('file/below', 'x')).rejects.toMatchObject(problem(/a file where|already there/, 'file/below'));
    await expect(files.rename('absent', 'new')).rejects.toMatchObject(problem('nothing there', 'absent'));
    expect(readdirSync(root).sort()).toEqual(['file', 'folder']);
  });

  itWhere(existsSync('/dev/full'), 'no /dev/full here')('says that there is no space', async () => {
    await expect(files.append('/dev/full', 'x')).rejects.toMatchObject({
      problem: { where: '/dev/full', found: 'no space left on the device', todo: expect.stringContaining('free space') },
    });
  });

  itWhere(canMount(), 'a small file system cannot be mounted here')('on a full disk says so and leaves nothing half', async () => {
    mkdirSync(at('small'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at('small')]);
    try {
      const full = problem('no space left', 'small/a');
      await expect(files.write('small/a', Buffer.alloc(200_000))).rejects.toMatchObject(full);
      await expect(
        (async () => {
          await using writer = await files.writer('small/a');
          for (let round = 0; round < 100; round += 1) await writer.write(Buffer.alloc(4096));
          await writer.close();
        })(),
      ).rejects.toMatchObject(full);
      expect(readdirSync(at('small'))).toEqual([]);
      put('tree/large', Buffer.alloc(200_000));
      await expect(files.copyTree('tree', 'small/tree')).rejects.toMatchObject(problem('no space left', 'large'));
    } finally {
      execFileSync('umount', [at('small')]);
    }
  });

  it('removes what nobody may write to, and never what a link leads to', async () => {
    put('sealed/deep/file');
    put('precious/file');
    symlinkSync(at('precious'), at('sealed/deep/link'));
    for (const folder of ['sealed/deep', 'sealed']) chmodSync(at(folder), 0o500);
    await files.remove('sealed');
    expect(readdirSync(root)).toEqual(['precious']);
    expect(readFileSync(at('precious/file'), 'utf8')).toBe('precious/file');
    await files.remove('sealed');
  });
});

describe('copying a tree', () => {
  it('makes every file one of its own, and keeps names as they are', async () => {
    put('from/a', 'a');
    linkSync(at('from/a'), at('from/hard'));
    for (const name of ['line\nfeed', '"quotes\'', '::set-output name=x::y', 'ünï\u0301', '-rf', ' ', '\\', '*']) put(`from/${name}`, name);
    symlinkSync('/absolute/target', at('from/absolute'));
    symlinkSync('../../outside', at('from/relative'));
    if (isLinux) writeFileSync(Buffer.concat([Buffer.from(`${root}/from/`), NOT_UTF8]), 'odd');
    await files.copyTree('from', 'to');
    expect(readdirSync(at('to'), { encoding: 'buffer' }).map(String)).toEqual(readdirSync(at('from'), { encoding: 'buffer' }).map(String));
    writeFileSync(at('to/a'), 'changed');
    expect(readFileSync(at('from/a'), 'utf8')).toBe('a');
    expect(readFileSync(at('to/hard'), 'utf8')).toBe('a');
    expect(readlinkSync(at('to/absolute'))).toBe('/absolute/target');
    expect(readlinkSync(at('to/relative'))).toBe('../../outside');
    if (isLinux) expect(readFileSync(Buffer.concat([Buffer.from(`${root}/to/`), NOT_UTF8]), 'utf8')).toBe('odd');
    execFileSync('diff', ['-r', '--no-dereference', '-x', 'a', at('from'), at('to')]);
  });

  it('leaves out what is to be left out, and itself', async () => {
    for (const path of ['from/a', 'from/.git/x', 'from/b/node_modules/x', 'from/b/c']) put(path);
    await files.copyTree('from', 'from/copy', { exclude: ['.git', '**/node_modules'] });
    expect(await files.glob(['**'], { folder: 'from/copy' })).toEqual(['a', 'b/c']);
  });

  it('copies .git, which is a folder like another', async () => {
    put('from/.git/HEAD');
    await files.copyTree('from', 'to');
    expect(readFileSync(at('to/.git/HEAD'), 'utf8')).toBe('from/.git/HEAD');
  });

  it('wants a folder', async () => {
    put('file');
    await expect(files.copyTree('file', 'to')).rejects.toMatchObject({ problem: { found: 'no folder' } });
    await expect(files.copyTree('absent', 'to')).rejects.toMatchObject(problem('nothing there'));
  });

  it('keeps the times of everything', async () => {
    put('from/folder/file');
    symlinkSync('file', at('from/folder/link'));
    execFileSync('touch', [
      '-h',
      '-d',
      '2020-02-03T04:05:06.123456Z',
      at('from/folder/file'),
      at('from/folder/link'),
      at('from/folder'),
      at('from'),
    ]);
    await files.copyTree('from', 'to');
    for (const path of ['', '/folder', '/folder/file', '/folder/link']) {
      expect(lstatSync(at(`to${path}`)).mtimeMs).toBeCloseTo(Date.parse('2020-02-03T04:05:06.123Z') + 0.456, 2);
    }
  });
});

describe('a temporary folder', () => {
  it('is gone after its scope, with whatever is in it', async () => {
    let path = '';
    {
      await using temporary = await files.temporaryFolder('x-');
      path = temporary.path;
      await files.write(join(path, 'a/b'), 'x');
      chmodSync(join(path, 'a'), 0o500);
    }
    expect(existsSync(path)).toBe(false);
  });
});

function canMount(): boolean {
  if (!isLinux || process.getuid?.() !== 0) return false;
  try {
    // In a namespace of its own, so that trying leaves nothing.
    execFileSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
