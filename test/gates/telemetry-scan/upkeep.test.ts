import { createHmac } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { createFolder, SALT, scan } from './scan-case.ts';

const OLD_SALT = 'the salt before this one, also long enough for the tests';

function fingerprint(salt: string, value: string, epoch: number): string {
  const hmac = (text: string) => createHmac('sha256', salt).update(text).digest('hex');
  return `hmac-sha256:${hmac('testops telemetry-scan key id').slice(0, 8)}:${epoch}:${hmac(value)}`;
}

const entry = (match: string) => ({ match, reason: 'ours', owner: 'payments', effectiveOn: '2026-01-01', effectiveUntil: '2026-12-31' });

describe('rotation of the salt', () => {
  it('re-keys what the scan sees and lists the rest; the old entries hold meanwhile', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), 'ssn=457-55-5462\n');
    const accepted = [entry(fingerprint(OLD_SALT, '457555462', 1)), entry(fingerprint(OLD_SALT, '457555463', 1))];
    const environment = { TESTOPS_SALT: SALT, TESTOPS_PREVIOUS_SALT: OLD_SALT };
    const given = { paths: ['*.log'], 'salt-epoch': 2, accepted, 'rotate-salt': 'accepted.yml' };
    const { judgement } = await scan(folder.path, given, environment);
    expect(judgement.verdict).toBe('warn');
    expect(judgement.findings.map((finding) => finding.code)).toEqual(['telemetry-scan/accepted-unused', 'telemetry-scan/not-rekeyed']);
    const rotated = parse(await readFile(join(folder.path, 'accepted.yml'), 'utf8')) as { accepted: unknown[] };
    expect(rotated.accepted).toEqual([entry(fingerprint(SALT, '457555462', 2)), accepted[1]]);
    const next = await scan(folder.path, { paths: ['*.log'], 'salt-epoch': 2, accepted: [rotated.accepted[0]] }, { TESTOPS_SALT: SALT });
    expect(next.judgement.verdict).toBe('pass');
  });

  it('needs both salts', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), 'x\n');
    await expect(scan(folder.path, { paths: ['*.log'], 'rotate-salt': 'x.yml' }, { TESTOPS_SALT: SALT })).rejects.toThrow(
      /no previous salt/,
    );
  });
});

describe('the compliance report', () => {
  it('holds counts and nothing else', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'secret-name.log'), 'ssn=457-55-5462\nmail=jane@posteo.de jane@posteo.de\n');
    await scan(folder.path, { paths: ['*.log'], 'compliance-report': 'c.json' }, { TESTOPS_SALT: SALT });
    const text = await readFile(join(folder.path, 'c.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      noOpenCriticalFinding: true,
      verdict: 'fail',
      bySeverity: { critical: { open: 0 }, high: { open: 1 }, medium: { open: 2 } },
    });
    for (const absent of ['secret-name', 'jane', '457-55', '457555', 'hmac']) expect(text.includes(absent)).toBe(false);
  });

  it('does not claim what was not scanned whole', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), Buffer.from([0, 1, 2, 3]));
    await scan(folder.path, { paths: ['*.log'], 'compliance-report': 'c.json' });
    expect(JSON.parse(await readFile(join(folder.path, 'c.json'), 'utf8'))).toMatchObject({
      noOpenCriticalFinding: null,
      scannedWhole: false,
    });
  });
});

describe('the memory of unchanged files', () => {
  it('gives the same facts, under today’s name, and forgets when a byte, the salt or the acceptances change', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.log'), 'ssn=457-55-5462\n');
    const given = { paths: ['*.log'], 'cache-file': 'cache.json' };
    const environment = { TESTOPS_SALT: SALT };
    const first = await scan(folder.path, given, environment);
    const stored = await readFile(join(folder.path, 'cache.json'), 'utf8');
    expect(stored.includes('457-55') || stored.includes('457555')).toBe(false);
    expect((await scan(folder.path, given, environment)).facts).toEqual(first.facts);
    await writeFile(join(folder.path, 'a.log'), 'ssn=457-55-5463\n');
    const changed = await scan(folder.path, given, environment);
    expect(changed.facts.groups[0]?.hmac).not.toBe(first.facts.groups[0]?.hmac);
    await writeFile(join(folder.path, 'cache.json'), stored.replaceAll('"occurrences":1', '"occurrences":0'));
    await writeFile(join(folder.path, 'a.log'), 'ssn=457-55-5462\n');
    expect((await scan(folder.path, given, environment)).facts).toEqual(first.facts);
    // Whoever can write a cache, but does not know the salt, calls nothing clean.
    const forged = JSON.parse(stored) as { scans: Record<string, { groups: unknown[]; tallies: unknown[] }>; seal: string };
    for (const one of Object.values(forged.scans)) one.groups = one.tallies = [];
    for (const seal of [forged.seal, createHmac('sha256', 'no salt at all').update('x').digest('hex'), '', undefined]) {
      await writeFile(join(folder.path, 'cache.json'), JSON.stringify({ ...forged, seal }));
      expect((await scan(folder.path, given, environment)).facts).toEqual(first.facts);
    }
    // Sealed as it was, it is believed: that is what saves the time.
    await writeFile(join(folder.path, 'cache.json'), stored);
    expect((await scan(folder.path, given, environment)).facts).toEqual(first.facts);
    expect((await scan(folder.path, given, { TESTOPS_SALT: OLD_SALT })).facts.groups[0]?.hmac).not.toBe(first.facts.groups[0]?.hmac);
  });
});
