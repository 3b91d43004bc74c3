import { describe, expect, it } from '@jest/globals';
import { hmacHex } from '../../../src/gates/telemetry-scan/fingerprint.ts';

describe('hmacHex', () => {
  it('is HMAC-SHA-256: RFC 4231, test case 2', () => {
    expect(hmacHex(Buffer.from('Jefe'), 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
