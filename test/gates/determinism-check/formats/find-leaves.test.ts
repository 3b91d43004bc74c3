import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findLeaves } from '../../../../src/gates/determinism-check/formats/find-leaves.ts';
import { tar } from '../../../../src/gates/determinism-check/formats/tar.ts';
import { itWhere } from '../../../support/skip.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const has = (tool: string): boolean => (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, tool)));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaves-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An archive made by the system's own tar, of files in the order given. */
function tarOf(files: Readonly<Record<string, string>>, ...options: string[]): Buffer {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    utimesSync(join(folder, name), 1000, 1000);
  }
  return execFileSync(
    'tar',
    ['--owner=me:7', '--group=us:8', '--mode=644', '--mtime=@1000', ...options, '-cf', '-', ...Object.keys(files)],
    { cwd: folder },
  );
}

describe('leaves', () => {
  it('of JSON carry the pointer, escaped, and the values', () => {
    const [leaf] = findLeaves('a.json', bytes('{"a/b":[1,{"c":2}],"z":0}'), bytes('{"a/b":[1,{"c":3}],"z":0}'));
    expect(leaf).toEqual({ type: 'value', member: [], pointer: '/a~1b/1/c', left: '2', right: '3' });
  });

  it('of JSON that says the same in another order say so', () => {
    const [leaf] = findLeaves('a.json', bytes('{"x":{"a":1,"b":2}}'), bytes('{"x":{"b":2,"a":1}}'));
    expect(leaf).toMatchObject({ type: 'order', format: 'keys', member: ['/x'], left: ['a', 'b'], right: ['b', 'a'] });
  });

  it('of YAML carry the pointer, with the document where there are several', () => {
    const [one] = findLeaves('a.yml', bytes('a:\n  - b: 1\n'), bytes('a:\n  - b: 2\n'));
    expect(one).toMatchObject({ type: 'value', pointer: '/a/0/b', left: '1', right: '2' });
    const [second] = findLeaves('a.yaml', bytes('a: 1\n---\nb: 1\n'), bytes('a: 1\n---\nb: 2\n'));
    expect(second).toMatchObject({ pointer: '/1/b' });
  });

  it('of CSV carry row and column, quoted fields and all', () => {
    const [leaf] = findLeaves('a.csv', bytes('name;price\n"a;""b""\nc";1\n'), bytes('name;price\n"a;""b""\nc";2\n'));
    expect(leaf).toMatchObject({ type: 'value', pointer: 'row 2, column price', left: '1', right: '2' });
  });

  it('of tar name the field of the member', () => {
    const leaves = findLeaves('a.tar', tarOf({ one: '1' }), tarOf({ one: '1' }, '--mtime=@2000'));
    expect(leaves).toEqual([{ type: 'field', format: 'tar', member: ['one'], field: 'mtime', left: '1000', right: '2000' }]);
    const owners = findLeaves('a.tar', tarOf({ one: '1' }), tarOf({ one: '1' }, '--owner=you:9'));
    expect(owners.map((leaf) => leaf.type === 'field' && leaf.field)).toEqual(['uid', 'user']);
  });

  it('of tar say when only the order differs', () => {
    const leaves = findLeaves('a.tar', tarOf({ one: '1', two: '2' }), tarOf({ two: '2', one: '1' }));
    expect(leaves).toEqual([{ type: 'order', format: 'tar', member: [], left: ['one', 'two'], right: ['two', 'one'] }]);
  });

  it('of tar read long names of GNU and of pax', () => {
    const name = `${'long-'.repeat(40)}name`;
    for (const format of ['gnu', 'pax'])
      expect(tar.open(tarOf({ [name]: 'x' }, `--format=${format}`), 'a.tar').map((part) => part.name)).toEqual([name]);
  });

  it('go down through archive, gzip and archive to the document', () => {
    const inner = (value: number): Buffer => gzipSync(tarOf({ 'config.json': `{"deep":${value}}` }));
    const wrap = (value: number): Buffer => {
      writeFileSync(join(folder, 'inner.tar.gz'), inner(value));
      return execFileSync('tar', ['--mtime=@0', '-cf', '-', 'inner.tar.gz'], { cwd: folder });
    };
    const [leaf] = findLeaves('outer.tar', wrap(1), wrap(2));
    expect(leaf).toEqual({ type: 'value', member: ['inner.tar.gz', 'config.json'], pointer: '/deep', left: '1', right: '2' });
  });

  it('of gzip name the time in the header, as gzip itself writes it', () => {
    const packed = (mtime: number): Buffer => {
      writeFileSync(join(folder, 'text'), 'same');
      utimesSync(join(folder, 'text'), mtime, mtime);
      return execFileSync('gzip', ['-c', 'text'], { cwd: folder });
    };
    const leaves = findLeaves('text.gz', packed(1_700_000_000), packed(1_700_000_001));
    expect(leaves).toEqual([{ type: 'field', format: 'gzip', member: [], field: 'mtime', left: '1700000000', right: '1700000001' }]);
  });

  itWhere(has('zip'), 'zip is not installed')('of zip name times and contents of members', () => {
    const packed = (text: string, mtime: number): Buffer => {
      writeFileSync(join(folder, 'member.txt'), text);
      utimesSync(join(folder, 'member.txt'), mtime, mtime);
      rmSync(join(folder, 'a.zip'), { force: true });
      execFileSync('zip', ['-q', 'a.zip', 'member.txt'], { cwd: folder, env: { ...process.env, TZ: 'UTC' } });
      return readFileSync(join(folder, 'a.zip'));
    };
    const times = findLeaves('a.zip', packed('x', 1_700_000_000), packed('x', 1_700_086_400));
    expect(times[0]).toEqual({
      type: 'field',
      format: 'zip',
      member: ['member.txt'],
      field: 'mtime',
      left: '2023-11-14 22:13:20',
      right: '2023-11-15 22:13:20',
    });
    const contents = findLeaves('a.zip', packed('a\n', 1_700_000_000), packed('b\n', 1_700_000_000));
    expect(contents[0]).toMatchObject({ type: 'content', member: ['member.txt'] });
  });

  it('of what only looks like a format are its bytes', () => {
    for (const [name, head] of [
      ['a.gz', [0x1f, 0x8b, 8]],
      ['a.zip', [0x50, 0x4b, 3, 4]],
    ] as const) {
      const broken = (last: number): Uint8Array => Uint8Array.from([...head, ...Array.from({ length: 40 }, () => 7), last]);
      expect(findLeaves(name, broken(1), broken(2)).map(({ type }) => type)).toEqual(['content']);
    }
    expect(findLeaves('a.json', bytes('{"a":'), bytes('{"b":')).map(({ type }) => type)).toEqual(['content']);
  });

  const suite = join(import.meta.dirname, '../../../../../shared/data/diff/nst+JSONTestSuite/test_parsing');
  itWhere(existsSync(suite), 'the JSON test suite is not on this machine')('never throw, whatever the JSON is', () => {
    const files = readdirSync(suite);
    expect(files.length).toBeGreaterThan(300);
    for (const file of files) expect(findLeaves('a.json', readFileSync(join(suite, file)), bytes('{"a":1}')).length).toBeGreaterThan(0);
  });
});
