import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../../../src/core/index.ts';
import { entriesOf, leafOf } from '../../../../src/gates/determinism-check/manifest/manifest.ts';
import { checkPatterns, scanOutputs } from '../../../../src/gates/determinism-check/manifest/scan.ts';
import { createHost } from '../../../../src/host/create-host.ts';
import { itWhere } from '../../../support/skip.ts';
import { workspaceWith } from '../support/workspace.ts';

const onPosix = itWhere(process.platform !== 'win32', 'no sha256sum, FIFOs or sockets here');

async function scan(path: string, ...patterns: string[]) {
  await using host = createHost({ workspace: path, environment: process.env, progress: 'quiet' });
  const result = await scanOutputs(host.files, path, patterns);
  return { ...result, entries: [...entriesOf(result.manifest)] };
}

describe('a scan of outputs', () => {
  onPosix('hashes as sha256sum does, whatever the size', async () => {
    using workspace = workspaceWith({ 'out/empty': '', 'out/small': 'x\n' });
    for (const size of [262_143, 262_144, 262_145, 3_000_001])
      writeFileSync(join(workspace.path, `out/${size}`), Buffer.alloc(size, 'abcdefg'));
    const { entries, manifest } = await scan(workspace.path, 'out/**');
    const sums = execFileSync(
      'sha256sum',
      entries.map(({ path }) => path),
      { cwd: workspace.path, encoding: 'utf8' },
    );
    expect(entries.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('')).toBe(sums);
    expect(entries.map(({ size }) => size)).toEqual([262_143, 262_144, 262_145, 3_000_001, 0, 2]);
    expect(manifest.bytes).toBe(262_143 + 262_144 + 262_145 + 3_000_001 + 2);
  });

  onPosix('names links, FIFOs and sockets by their kind, follows none and waits for none', async () => {
    using workspace = workspaceWith({ 'out/file': 'x' });
    symlinkSync('loop', join(workspace.path, 'out/loop'));
    symlinkSync('..', join(workspace.path, 'out/up'));
    execFileSync('mkfifo', [join(workspace.path, 'out/fifo')]);
    const server = createServer().listen(join(workspace.path, 'out/socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { entries, unreadable } = await scan(workspace.path, 'out');
    server.close();
    expect(entries.map(({ path, kind }) => [path, kind])).toEqual([
      ['out/fifo', 'fifo'],
      ['out/file', 'file'],
      ['out/loop', 'link'],
      ['out/socket', 'socket'],
      ['out/up', 'link'],
    ]);
    expect(unreadable).toEqual([]);
  });

  it('says which patterns matched nothing, and takes away what begins with !', async () => {
    using workspace = workspaceWith({ 'a/x.js': '', 'a/x.js.map': '', 'b.txt': '', 'a/.hidden': '' });
    const { entries, emptyPatterns } = await scan(workspace.path, 'a/**', '!**/*.map', 'b.txt', 'c/**', '*.zip');
    expect(entries.map(({ path }) => path)).toEqual(['a/.hidden', 'a/x.js', 'b.txt']);
    expect(emptyPatterns).toEqual(['c/**', '*.zip']);
  });

  it('writes leaves as canonical JSON', async () => {
    using workspace = workspaceWith({ 'out/a "b"\n\u00fc': 'x' });
    const { entries } = await scan(workspace.path, 'out');
    for (const entry of entries) expect(leafOf(entry)).toBe(canonicalJson(entry));
    expect(entries.length).toBe(1);
  });

  it('refuses patterns that lead out of the workspace', () => {
    for (const pattern of ['../x', 'a/../../b', '/etc/passwd', '!../x', '.', './'])
      expect(() => checkPatterns([pattern])).toThrow(/below the workspace/);
    expect(() => checkPatterns(['out', './out/**', '!out/x', 'a..b'])).not.toThrow();
  });
});
