import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BLOCK_BYTES, cutBlocks } from '../../../../src/gates/telemetry-scan/sources/blocks.ts';
import { createFolder, SALT, scan } from '../scan-case.ts';

async function own(bytes: Buffer, chunk: number): Promise<{ base: number; from: number; to: number; size: number }[]> {
  async function* stream() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const blocks = [];
  let next = 0;
  for await (const block of cutBlocks(stream())) {
    // Every byte belongs to exactly one block, and what a block shows is what the stream had there.
    expect(block.base + block.from).toBe(next);
    expect(block.bytes.equals(bytes.subarray(block.base, block.base + block.bytes.length))).toBe(true);
    next = block.base + block.to;
    blocks.push({ base: block.base, from: block.from, to: block.to, size: block.bytes.length });
  }
  expect(next).toBe(bytes.length);
  return blocks;
}

describe('cutBlocks', () => {
  it('cuts at line feeds, and a long line with an overlap, whatever the chunks', async () => {
    const lines = Buffer.from('a line of some length\n'.repeat(BLOCK_BYTES / 11));
    const long = Buffer.alloc(BLOCK_BYTES * 2 + 12_345, 0x61);
    for (const bytes of [lines, long, Buffer.concat([long, Buffer.from('\n'), lines])]) {
      const cut = await own(bytes, 1 << 20);
      expect(cut.length).toBeGreaterThan(1);
      expect(await own(bytes, 65_537)).toEqual(cut);
    }
    expect(await own(Buffer.alloc(0), 10)).toEqual([]);
  });
});

describe('one line of many megabytes', () => {
  it('has each value once, wherever the cuts fall, with its pointer', async () => {
    await using folder = await createFolder();
    const card = '"card":"4929325827136822"';
    const filler = '"note":"nothing to see here, and nothing there",';
    const parts: string[] = [];
    let size = 1;
    const wanted: number[] = [];
    // Around the first two cuts, shifted by a byte each time.
    for (const target of [BLOCK_BYTES - 16_384, BLOCK_BYTES, 2 * BLOCK_BYTES - 40_000]) {
      while (size < target - 30) {
        parts.push(filler);
        size += filler.length;
      }
      parts.push(`${card},`);
      wanted.push(size + '"card":"'.length);
      size += card.length + 1;
    }
    await writeFile(join(folder.path, 'a.json'), `{${parts.join('')}"end":{"mail":["jane@posteo.de"]}}`);
    const { facts, judgement } = await scan(folder.path, { paths: ['a.json'] }, { TESTOPS_SALT: SALT });
    const found = judgement.findings.find((finding) => finding.code === 'telemetry-scan/card');
    expect(found?.args).toMatchObject({ occurrences: 3 });
    expect(found?.place).toMatchObject({ byte: wanted[0], line: 1, pointer: '/card' });
    expect(facts.groups.find((group) => group.rule === 'email')?.pointer).toBe('/end/mail/0');
  });

  const megabytes = process.env.TESTOPS_LONG_TESTS ? 100 : 10;
  it(`takes less than 256 MB for ${megabytes} MB, ten thousand brackets, lone surrogates and junk`, async () => {
    await using folder = await createFolder();
    const piece = '{"n":[1,2,3],"text":"no line feed in sight","deep":{"er":{"x":"\\ud800"}}},';
    const text = `[${piece.repeat((megabytes * 1e6) / piece.length)}{"mail":"jane@posteo.de"}]`;
    await writeFile(join(folder.path, 'a.json'), text);
    await writeFile(join(folder.path, 'b.json'), `${'['.repeat(10_000)}"jane@posteo.de"${']'.repeat(10_000)}`);
    await writeFile(join(folder.path, 'c.json'), '{"a":1,"a":"jane@posteo.de","__proto__":{"constructor":"jane@posteo.de"}}\n');
    global.gc?.();
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 5);
    const { judgement } = await scan(folder.path, { paths: ['*.json'] }, { TESTOPS_SALT: SALT });
    clearInterval(watch);
    expect(judgement.findings.map(({ code, place }) => `${code} ${place?.file}`)).toEqual(
      ['a.json', 'b.json', 'c.json'].map((file) => `telemetry-scan/email ${file}`),
    );
    // Besides the scan this process holds the test's own text and whatever was not collected yet.
    expect((peak - before) / 1e6).toBeLessThan(256 + 2 * megabytes);
  }, 300_000);
});
