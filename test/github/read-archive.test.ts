import { describe, expect, it } from '@jest/globals';
import { isUserError } from '../../src/core/index.ts';
import { readArchive } from '../../src/github/read-archive.ts';
import { writeZip, type ZipEntry } from '../support/zip.ts';

const LIMITS = { maxEntries: 5, maxFileBytes: 1000, maxTotalBytes: 1500, names: /^(a\.json|b\.json|c\.json|inputs\/[0-9a-f]{4})$/ };
const good: ZipEntry = { name: 'a.json', content: '{}' };

describe('readArchive', () => {
  it('reads plain files with expected names', async () => {
    const files = await readArchive('x', writeZip([good, { name: 'inputs/00ff', content: 'text' }]), LIMITS);
    expect([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['a.json', '{}'],
      ['inputs/00ff', 'text'],
    ]);
  });

  it.each<[string, readonly ZipEntry[], string]>([
    ['a path out of it', [{ ...good, name: '../a.json' }], 'zip'],
    ['a path out of it in the middle', [{ ...good, name: 'inputs/../../a.json' }], 'zip'],
    ['an absolute path', [{ ...good, name: '/a.json' }], 'zip'],
    ['a drive', [{ ...good, name: 'C:a.json' }], 'zip'],
    ['a backslash', [{ ...good, name: 'inputs\\00ff' }], 'zip'],
    ['a name nobody expects', [{ ...good, name: 'package.json' }], 'an entry with the name "package.json"'],
    ['a name with a line break', [{ ...good, name: 'a.json\n::error::x' }], 'an entry with the name "a.json\\n::error::x"'],
    ['a folder', [{ ...good, name: 'inputs/' }], 'an entry with the name "inputs/"'],
    ['a symbolic link', [{ ...good, content: '/etc/passwd', mode: 0o120777 }], '"a.json" is a link, a folder or a device'],
    ['a device', [{ ...good, mode: 0o020644 }], '"a.json" is a link, a folder or a device'],
    ['the same name twice', [good, { ...good, content: '[]' }], 'two entries with the name "a.json"'],
    ['too many entries', Array.from({ length: 6 }, (_, index) => ({ name: `inputs/000${index}`, content: '' })), '6 entries, more than 5'],
    ['an encrypted entry', [{ ...good, flags: 0x801 }], '"a.json" is encrypted'],
    ['a large file', [{ ...good, content: Buffer.alloc(1001) }], '"a.json" has more than 1000 bytes'],
    ['a bomb that understates its size', [{ ...good, content: Buffer.alloc(50_000_000), claimedSize: 10 }], 'no readable zip'],
    [
      'files that are large together',
      ['a', 'b', 'c'].map((name) => ({ name: `${name}.json`, content: Buffer.alloc(600) })),
      'more bytes than are accepted',
    ],
    ['a wrong checksum', [{ ...good, claimedCrc: 1 }], '"a.json" has another checksum'],
    ['a size that is not reached', [{ ...good, claimedSize: 900 }], 'no readable zip'],
  ])('refuses %s', async (_, entries, found) => {
    expect(await problemOf(writeZip(entries))).toContain(found);
  });

  it.each<[string, (zip: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('not a zip at all, and long enough to hold the end of a central directory')],
    ['a truncated zip', (zip) => zip.subarray(0, zip.length - 10)],
    ['a zip without its beginning', (zip) => zip.subarray(20)],
    ['a directory that leads nowhere', (zip) => Buffer.concat([zip.subarray(0, zip.length - 6), Buffer.from([255, 255, 255, 127, 0, 0])])],
    ['more entries than there are', (zip) => Buffer.from(zip).fill(5, zip.length - 12, zip.length - 11)],
  ])('refuses %s', async (_, change) => {
    expect(await problemOf(change(writeZip([good])))).toContain('zip');
  });

  it('says nothing that the archive says, but a shortened name', async () => {
    const problem = await problemOf(writeZip([{ ...good, name: 'x'.repeat(500) }]));
    expect(problem.length).toBeLessThan(120);
  });
});

/** What was found, of an archive that must be refused. */
async function problemOf(bytes: Uint8Array): Promise<string> {
  try {
    await readArchive('x', bytes, LIMITS);
  } catch (error) {
    if (isUserError(error)) return error.problem.found;
    throw error;
  }
  throw new Error('was accepted');
}
