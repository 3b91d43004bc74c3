import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createFolder, SALT, scan } from './scan-case.ts';

describe('quarantine to an age recipient', () => {
  it('opens with the identity to the original bytes, and needs no secret to seal', async () => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    await using folder = await createFolder();
    const original = Buffer.from(`one\n${'x'.repeat(200_000)}\nssn=457-55-5462 ümlaut\nthree\n`);
    await writeFile(join(folder.path, 'a.log'), original);
    await scan(folder.path, { paths: ['*.log'], 'quarantine-dir': 'q', quarantine: { recipient } }, { TESTOPS_SALT: SALT });
    const sealed = await readFile(join(folder.path, 'q/sealed/a.log.records.age'));
    expect(sealed.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const opened = Buffer.from(await decrypter.decrypt(sealed)).toString('utf8');
    const { byte, record } = JSON.parse(opened.trimEnd()) as { byte: number; record: string };
    const bytes = Buffer.from(record, 'base64');
    expect(bytes.equals(original.subarray(byte, byte + bytes.length))).toBe(true);
    expect(bytes.toString()).toBe('ssn=457-55-5462 ümlaut\n');
    const stranger = new Decrypter();
    stranger.addIdentity(await generateX25519Identity());
    await expect(stranger.decrypt(sealed)).rejects.toThrow();
  });
});
