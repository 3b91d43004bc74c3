import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { appendFile, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { unzstd } from '../../../../src/gates/telemetry-scan/sources/unzstd.ts';
import { createFolder, SALT, scan } from '../scan-case.ts';

interface Pack {
  pipe(stream: NodeJS.WritableStream): void;
  append(content: Buffer | string, entry: { name: string }): void;
  finalize(): Promise<void>;
}
const archiver = createRequire(import.meta.url)('archiver') as (format: string, options: object) => Pack;

const SSN = '457-55-5462';

type Members = Readonly<Record<string, Buffer | string>>;

/** Archives that a library of others wrote. */
async function archive(path: string, format: 'zip' | 'tar', members: Members, options: object = {}): Promise<void> {
  const pack = archiver(format, options);
  const file = createWriteStream(path);
  pack.pipe(file);
  for (const [name, content] of Object.entries(members)) pack.append(content, { name });
  await pack.finalize();
  await finished(file);
}

async function findingsIn(folder: string, paths: readonly string[]) {
  const { judgement } = await scan(folder, { paths }, { TESTOPS_SALT: SALT });
  return judgement.findings.map(({ code, place }) => [code.replace('telemetry-scan/', ''), place?.member ?? [], place?.line]);
}

describe('archives', () => {
  it('are opened one inside of the other, and findings say which member', async () => {
    await using folder = await createFolder();
    const inner = join(folder.path, 'inner.tar');
    await archive(inner, 'tar', { 'logs/a.log': `one\nssn=${SSN}\n`, 'logs/clean.log': 'nothing\n' });
    await archive(join(folder.path, 'outer.zip'), 'zip', { 'deep/inner.tar.gz': gzipSync(await readFile(inner)), 'b.log': `ssn=${SSN}\n` });
    expect(await findingsIn(folder.path, ['*.zip'])).toEqual([
      ['us-ssn', ['b.log'], 1],
      ['us-ssn', ['deep/inner.tar.gz', 'gzip', 'logs/a.log'], 2],
    ]);
  });

  it('read stored and deflated members, long names, and many of them', async () => {
    await using folder = await createFolder();
    const members = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`${'long-folder-name/'.repeat(12)}${index}.log`, index === 299 ? `ssn=${SSN}\n` : 'x\n']),
    );
    await archive(join(folder.path, 'a.zip'), 'zip', members, { store: true });
    await archive(join(folder.path, 'a.tar'), 'tar', members);
    await archive(join(folder.path, 'b.tar'), 'tar', members, { gzip: true });
    const found = await findingsIn(folder.path, ['*.{zip,tar}']);
    expect(found.map(([code]) => code)).toEqual(['us-ssn', 'us-ssn', 'us-ssn']);
    expect(found.every(([, member]) => (member as string[]).at(-1)?.endsWith('/299.log'))).toBe(true);
  });

  it.each([
    ['a.zip', 'zip'],
    ['a.tar', 'tar'],
  ] as const)('%s that ends early is inconclusive', async (name, format) => {
    await using folder = await createFolder();
    const path = join(folder.path, name);
    await archive(path, format, { 'a.log': randomBytes(5_000).toString('hex'), 'b.log': 'x\n' });
    await truncate(path, 2_000);
    const { judgement } = await scan(folder.path, { paths: [name] }, { TESTOPS_SALT: SALT });
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.findings.map((finding) => finding.code)).toContain('telemetry-scan/truncated');
  });

  it('with names that lead out are read and reported, and nothing is written', async () => {
    await using folder = await createFolder();
    // A header of ustar by hand: libraries refuse to write such a name.
    const header = Buffer.alloc(512);
    header.write('../../escape.log');
    header.write('0000644\0', 100);
    header.write('00000000017\0', 124);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    const content = Buffer.alloc(512);
    content.write(`ssn=${SSN}`);
    await writeFile(join(folder.path, 'a.tar'), Buffer.concat([header, content, Buffer.alloc(1024)]));
    expect((await findingsIn(folder.path, ['a.tar'])).map(([code]) => code)).toEqual(['us-ssn', 'unsafe-name']);
  });

  it('that unfold too far, or are nested too deep, are inconclusive and take little memory', async () => {
    await using folder = await createFolder();
    const mebibyte = Buffer.alloc(1 << 20);
    // 90 MiB of zeros in 90 kB, and that once more: two layers.
    const layer = gzipSync(Buffer.concat(Array.from({ length: 90 }, () => mebibyte)));
    await writeFile(join(folder.path, 'bomb.gz'), gzipSync(layer));
    let nested: Buffer = Buffer.from('deep\n');
    for (let depth = 0; depth < 12; depth++) nested = gzipSync(nested);
    await writeFile(join(folder.path, 'nested.gz'), nested);
    const codes = async (name: string) => (await findingsIn(folder.path, [name])).map(([code]) => code);
    expect(await codes('bomb.gz')).toContain('expands-too-far');
    expect(await codes('nested.gz')).toEqual(['too-deep']);
  });

  it('in zstd are read, whether Node has it or not; a cut one is inconclusive', async () => {
    await using folder = await createFolder();
    // Written by zstd 1.5 (libzstd in Node 24).
    const frame = Buffer.from('KLUv/SA81QAAoG9uZQpzc249NDU3LTU1LTU0NjIKAQBeOZk=', 'base64');
    await writeFile(join(folder.path, 'a.zst'), frame);
    await writeFile(join(folder.path, 'b.zst'), frame.subarray(0, frame.length - 6));
    expect((await findingsIn(folder.path, ['a.zst'])).map(([code, member, line]) => [code, member, line])).toEqual([
      ['us-ssn', ['zstd'], 2],
    ]);
    expect((await findingsIn(folder.path, ['b.zst'])).map(([code]) => code)).toContain('truncated');
    async function* pieces() {
      for (let at = 0; at < frame.length; at += 5) yield frame.subarray(at, at + 5);
    }
    const parts: Uint8Array[] = [];
    for await (const part of unzstd(pieces())) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe(`one\nssn=${SSN}\n`.repeat(3));
  });

  it('damaged in the middle are inconclusive', async () => {
    await using folder = await createFolder();
    const whole = gzipSync(Buffer.from(Array.from({ length: 5_000 }, (_, index) => `line ${index * 7919}`).join('\n')));
    whole.fill(0x55, 2_000, 2_050);
    await writeFile(join(folder.path, 'a.gz'), whole);
    expect((await findingsIn(folder.path, ['a.gz'])).map(([code]) => code)).toEqual(['corrupt']);
  });
});

describe('files', () => {
  it('that are links are followed; a dangling one is no file', async () => {
    await using folder = await createFolder();
    await using elsewhere = await createFolder();
    await writeFile(join(elsewhere.path, 'x.log'), `ssn=${SSN}\n`);
    await symlink(join(elsewhere.path, 'x.log'), join(folder.path, 'a.log'));
    await symlink(join(elsewhere.path, 'absent'), join(folder.path, 'b.log'));
    expect((await findingsIn(folder.path, ['*.log'])).map(([code]) => code)).toEqual(['us-ssn']);
  });

  it('that grow while they are read are inconclusive', async () => {
    await using folder = await createFolder();
    const path = join(folder.path, 'a.log');
    await writeFile(path, `${'quiet line\n'.repeat(500_000)}`);
    let going = true;
    const growing = (async () => {
      while (going) {
        await appendFile(path, 'more\n');
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
    const found = await findingsIn(folder.path, ['a.log']);
    going = false;
    await growing;
    expect(found.map(([code]) => code)).toEqual(['changed']);
  });

  it('in UTF-16 are scanned and reported; junk with NUL bytes is inconclusive', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), Buffer.from(`\ufeffssn=${SSN}\n`, 'utf16le'));
    await writeFile(join(folder.path, 'b.log'), Buffer.from(`caf\xe9 ssn=${SSN}\n`, 'latin1'));
    await writeFile(join(folder.path, 'c.log'), Buffer.concat([Buffer.alloc(100), Buffer.from(`ssn=${SSN}\n`)]));
    const { judgement } = await scan(folder.path, { paths: ['*.log'], 'fail-on': 'critical' }, { TESTOPS_SALT: SALT });
    expect(judgement.findings.map(({ code, place }) => `${place?.file} ${code.replace('telemetry-scan/', '')}`).sort()).toEqual([
      'a.log not-utf-8',
      'a.log us-ssn',
      'b.log not-utf-8',
      'b.log us-ssn',
      'c.log binary',
      'c.log us-ssn',
    ]);
    expect(judgement.verdict).toBe('inconclusive');
  });
});
