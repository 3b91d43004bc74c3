import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createFolder, SALT, scan } from './scan-case.ts';

const SSN = '457-55-5462';
const KEY_ID = createHmac('sha256', SALT).update('testops telemetry-scan key id').digest('hex').slice(0, 8);
const FINGERPRINT = `hmac-sha256:${KEY_ID}:1:${createHmac('sha256', SALT).update('457555462').digest('hex')}`;

function acceptance(dates: { effectiveOn?: string; effectiveUntil?: string; match?: string } = {}) {
  return {
    match: FINGERPRINT,
    reason: 'a test account',
    owner: 'payments',
    effectiveOn: '2026-01-01',
    effectiveUntil: '2026-12-31',
    ...dates,
  };
}

describe('measure and judge', () => {
  it('prints a keyed fingerprint that a second source computes alike', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), `x\nssn=${SSN}\n`);
    const { judgement } = await scan(folder.path, { paths: ['*.log'] }, { TESTOPS_SALT: SALT });
    expect(judgement.findings[0]).toMatchObject({
      code: 'telemetry-scan/us-ssn',
      fingerprint: FINGERPRINT,
      place: { file: 'a.log', line: 2, byte: 6 },
    });
  });

  it('accepts by fingerprint, so that another value on the same line is new', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), `ssn=${SSN}\n`);
    const given = { paths: ['*.log'], accepted: [acceptance()] };
    const environment = { TESTOPS_SALT: SALT };
    expect((await scan(folder.path, given, environment)).judgement.verdict).toBe('pass');
    await writeFile(join(folder.path, 'a.log'), 'ssn=457-55-5463\n');
    const changed = (await scan(folder.path, given, environment)).judgement;
    expect(changed.verdict).toBe('fail');
    expect(changed.findings.map((finding) => finding.code)).toEqual(['telemetry-scan/us-ssn', 'telemetry-scan/accepted-unused']);
  });

  it('does not accept what has expired, and says so', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), `ssn=${SSN}\n`);
    const { judgement } = await scan(
      folder.path,
      { paths: ['*.log'], accepted: [acceptance({ effectiveUntil: '2026-11-21' })] },
      { TESTOPS_SALT: SALT },
    );
    expect(judgement.verdict).toBe('fail');
    expect(judgement.findings.map((finding) => finding.code)).toEqual(['telemetry-scan/us-ssn', 'telemetry-scan/accepted-expired']);
  });

  it('refuses a short salt without printing it', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), 'hello\n');
    const salt = 'too short, 31 bytes in UTF-8 ..';
    expect(Buffer.byteLength(salt)).toBe(31);
    await expect(scan(folder.path, { paths: ['*.log'] }, { TESTOPS_SALT: salt })).rejects.toThrow(/31 bytes[\s\S]*at least 32 bytes/);
    await expect(scan(folder.path, { paths: ['*.log'] }, { TESTOPS_SALT: salt })).rejects.not.toThrow(salt);
    expect((await scan(folder.path, { paths: ['*.log'] }, { TESTOPS_SALT: `${salt}ü` })).judgement.verdict).toBe('pass');
  });

  it('numbers values when there is no salt, the same value alike, and gives no fingerprint that could be compared', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), `ssn=${SSN}\n`);
    await writeFile(join(folder.path, 'b.log'), `ssn=${SSN}\nssn=457-55-5463\n`);
    const first = await scan(folder.path, { paths: ['*.log'] });
    const second = await scan(folder.path, { paths: ['*.log'] });
    expect(first.judgement.findings.map((finding) => (finding.args as { fingerprint: string }).fingerprint)).toEqual([
      'unstable:1',
      'unstable:1',
      'unstable:3',
    ]);
    expect(first.judgement.findings.every((finding) => finding.fingerprint === undefined)).toBe(true);
    expect(second.judgement).toEqual(first.judgement);
  });

  it('fails at fail-on and above, warns below', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), 'mail=jane@posteo.de\n');
    const at = async (failOn: string) => (await scan(folder.path, { paths: ['*.log'], 'fail-on': failOn })).judgement.verdict;
    expect([await at('critical'), await at('high'), await at('medium'), await at('low')]).toEqual(['warn', 'warn', 'fail', 'fail']);
  });

  it('masks file names, keys and services that hold a value', async () => {
    await using folder = await createFolder();
    await writeFile(
      join(folder.path, 'jane@posteo.de.jsonl'),
      `{"service.name":"jane@posteo.de","u":{"jane@posteo.de":{"ssn":"${SSN}"}}}\n`,
    );
    const { facts, judgement } = await scan(folder.path, { paths: ['*.jsonl'], sarif: 'x.sarif' });
    expect(JSON.stringify(facts) + JSON.stringify(judgement)).not.toContain('jane@');
    const ssn = judgement.findings.find((finding) => finding.code === 'telemetry-scan/us-ssn');
    expect(ssn?.place).toMatchObject({ file: '[email].jsonl', pointer: '/u/[email]/ssn' });
    expect(ssn?.args).toMatchObject({ field: 'ssn', service: '[email]' });
  });

  it('counts everything and lists a bounded number', async () => {
    await using folder = await createFolder();
    const lines = Array.from({ length: 5_000 }, (_, index) => `mail=user${index}@posteo.de`);
    await writeFile(join(folder.path, 'a.log'), `${lines.join('\n')}\n`);
    const { judgement } = await scan(folder.path, { paths: ['*.log'] });
    expect(judgement.measurements.find((measurement) => measurement.id === 'open medium')?.value).toBe(5_000);
    expect(judgement.findings.length).toBeLessThan(300);
    expect(judgement.findings.at(-1)).toMatchObject({ code: 'telemetry-scan/findings-left-out', args: { groups: 4_800 } });
  });
});
