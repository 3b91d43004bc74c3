import { createCipheriv, createDecipheriv } from 'node:crypto';
import { UserError } from '../../../core/index.ts';

/** Encrypts streams so that only the holder of a key reads them. */
export interface Sealer {
  /** Ending of a sealed file's name. */
  readonly extension: string;
  seal(plain: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

const MAGIC = Buffer.from('testops-sealed-v1\n', 'latin1');
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM (NIST SP 800-38D): a line that names the format, 12 bytes of nonce, the ciphertext, 16 bytes of tag. `nonce` has to give fresh bytes for
 * every stream.
 */
export function createAesSealer(key: Uint8Array, nonce: () => Uint8Array): Sealer {
  return {
    extension: 'aes256gcm',
    async *seal(plain) {
      const iv = nonce();
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      yield Buffer.concat([MAGIC, iv]);
      for await (const chunk of plain) yield cipher.update(chunk);
      yield cipher.final();
      yield cipher.getAuthTag();
    },
  };
}

/** Opens what `createAesSealer` sealed. Throws when the key is another, or a byte was changed. */
export function openAesSealed(sealed: Uint8Array, key: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('not a sealed file of testops');
  const body = MAGIC.length + NONCE_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(MAGIC.length, body));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(body, bytes.length - TAG_BYTES)), decipher.final()]);
}

/** 32 bytes in hexadecimal or base64. @throws UserError that does not repeat the key. */
export function readKey(text: string): Uint8Array {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length === 32) return key;
  throw new UserError({
    where: 'TESTOPS_QUARANTINE_KEY (input quarantine-key)',
    found: `${key.length} bytes`,
    expected: '32 bytes, as 64 hexadecimal digits or in base64',
    todo: 'make one with `openssl rand -hex 32`, or name an age recipient instead',
  });
}
