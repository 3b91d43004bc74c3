import { createHmac } from 'node:crypto';

/** HMAC-SHA-256 of a normalized value (its characters as Latin-1, one for each byte) in lower-case hexadecimal. */
export function hmacHex(salt: Uint8Array, value: string): string {
  return createHmac('sha256', salt).update(value, 'latin1').digest('hex');
}

/** Names a salt without telling it: the first 8 hexadecimal digits of an HMAC under it. */
export function keyIdOf(salt: Uint8Array): string {
  return hmacHex(salt, 'testops telemetry-scan key id').slice(0, 8);
}

/** `hmac-sha256:<key id>:<epoch>:<hex>`, as findings print it and as `accepted` matches it. */
export function printFingerprint(keyId: string, epoch: number, hex: string): string {
  return `hmac-sha256:${keyId}:${epoch}:${hex}`;
}
