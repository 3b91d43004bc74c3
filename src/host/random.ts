import { randomBytes } from 'node:crypto';
import type { Random } from '../core/ports/random.ts';

/** Bytes of the operating system's generator. */
export function createRandom(): Random {
  return { bytes: (length) => new Uint8Array(randomBytes(length)) };
}
