import { Encrypter } from 'age-encryption';
import type { Sealer } from './seal.ts';

/** Encrypts to a public key of age (age-encryption.org/v1, X25519): the machine that scans holds nothing that could open what it sealed. */
export function createAgeSealer(recipient: string): Sealer {
  return {
    extension: 'age',
    async *seal(plain) {
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      const sealed = await encrypter.encrypt(toStream(plain));
      const reader = sealed.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    },
  };
}

function toStream(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      // A copy, because the stream takes the buffer over.
      else controller.enqueue(Uint8Array.from(next.value));
    },
  });
}
