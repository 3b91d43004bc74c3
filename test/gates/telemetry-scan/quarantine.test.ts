import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { openAesSealed } from '../../../src/gates/telemetry-scan/quarantine/seal.ts';
import { createFolder, SALT, scan } from './scan-case.ts';

const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const ENVIRONMENT = { TESTOPS_SALT: SALT, TESTOPS_QUARANTINE_KEY: KEY };
const SSN = '457-55-5462';
const CARD = '4929325827136822';

async function recordsOf(path: string): Promise<{ byte: number; record: Buffer }[]> {
  const opened = openAesSealed(await readFile(path), Buffer.from(KEY, 'hex')).toString('utf8');
  return opened
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { byte: number; record: string })
    .map(({ byte, record }) => ({ byte, record: Buffer.from(record, 'base64') }));
}

describe('quarantine', () => {
  it('seals the records as they were and leaves JSON lines that parse, everything else byte for byte', async () => {
    await using folder = await createFolder();
    const lines = [
      '{"level":"info","msg":"started","n":1}',
      `{"msg":"paid","card":"${CARD}","note":"say \\"hi\\" to jane"}`,
      `{"msg":"paid as a number","card":${CARD}, "ssn":"${SSN}"}`,
      '{"level":"info","msg":"stopped","n":2}',
    ];
    const original = Buffer.from(`${lines.join('\n')}\n`);
    await writeFile(join(folder.path, 'a.jsonl'), original);
    const { judgement } = await scan(folder.path, { paths: ['*.jsonl'], 'quarantine-dir': 'q' }, ENVIRONMENT);
    expect(judgement.verdict).toBe('fail');
    const cleaned = (await readFile(join(folder.path, 'q/clean/a.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(cleaned.map((line) => JSON.parse(line))).toEqual([
      { level: 'info', msg: 'started', n: 1 },
      { msg: 'paid', card: '[redacted:card]', note: 'say "hi" to jane' },
      { msg: 'paid as a number', card: 0, ssn: '[redacted:us-ssn]' },
      { level: 'info', msg: 'stopped', n: 2 },
    ]);
    expect([cleaned[0], cleaned[3]]).toEqual([lines[0], lines[3]]);
    const records = await recordsOf(join(folder.path, 'q/sealed/a.jsonl.records.aes256gcm'));
    expect(records.length).toBe(2);
    for (const { byte, record } of records) expect(record.equals(original.subarray(byte, byte + record.length))).toBe(true);
    expect(records.map(({ record }) => record.toString())).toEqual([`${lines[1]}\n`, `${lines[2]}\n`]);
    const rescan = await scan(folder.path, { paths: ['q/**'] }, ENVIRONMENT);
    expect(
      rescan.judgement.findings.filter(
        (finding) => finding.code !== 'telemetry-scan/binary' && finding.code !== 'telemetry-scan/not-utf-8',
      ),
    ).toEqual([]);
  });

  it('opens only with the key, and only unchanged', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), `ssn=${SSN}\n`);
    await scan(folder.path, { paths: ['*.log'], 'quarantine-dir': 'q' }, ENVIRONMENT);
    const sealed = await readFile(join(folder.path, 'q/sealed/a.log.records.aes256gcm'));
    expect(sealed.includes('457-55')).toBe(false);
    expect(openAesSealed(sealed, Buffer.from(KEY, 'hex')).length).toBeGreaterThan(0);
    expect(() => openAesSealed(sealed, Buffer.alloc(32))).toThrow();
    sealed[40] = (sealed[40] as number) ^ 1;
    expect(() => openAesSealed(sealed, Buffer.from(KEY, 'hex'))).toThrow();
  });

  it('masks, hashes and redacts by rule; a pretty document stays a document; gzip stays gzip', async () => {
    await using folder = await createFolder();
    const document = { user: { ssn: SSN, card: CARD, mail: 'jane@posteo.de' }, list: [1, 2, { x: 'y' }] };
    await writeFile(join(folder.path, 'a.json'), JSON.stringify(document, null, 2));
    await writeFile(join(folder.path, 'b.log.gz'), gzipSync(`one\nssn ${SSN}\ntwo\n`));
    const quarantine = { from: 'medium', treatments: { card: 'mask', 'us-ssn': 'hash' }, replace: true };
    const { facts } = await scan(folder.path, { paths: ['*.json', '*.gz'], 'quarantine-dir': 'q', quarantine }, ENVIRONMENT);
    expect(facts.quarantined).toEqual({ files: 2, records: 4, values: 4 });
    const cleaned = JSON.parse(await readFile(join(folder.path, 'a.json'), 'utf8'));
    expect(cleaned).toEqual({
      user: { ssn: expect.stringMatching(/^hmac-sha256:[0-9a-f]{8}:1:[0-9a-f]{64}$/), card: '*'.repeat(16), mail: '[redacted:email]' },
      list: [1, 2, { x: 'y' }],
    });
    expect(gunzipSync(await readFile(join(folder.path, 'b.log.gz'))).toString()).toMatch(/^one\nssn hmac-sha256:\S+\ntwo\n$/);
    const after = await scan(folder.path, { paths: ['*.json', '*.gz'] }, ENVIRONMENT);
    expect(after.judgement.verdict).toBe('pass');
  });

  it('refuses to write records in the clear', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), `ssn=${SSN}\n`);
    await expect(scan(folder.path, { paths: ['*.log'], 'quarantine-dir': 'q' }, { TESTOPS_SALT: SALT })).rejects.toThrow(
      /TESTOPS_QUARANTINE_KEY/,
    );
    const short = { ...ENVIRONMENT, TESTOPS_QUARANTINE_KEY: 'abcd' };
    await expect(scan(folder.path, { paths: ['*.log'], 'quarantine-dir': 'q' }, short)).rejects.toThrow(/expected: 32 bytes/);
  });
});
