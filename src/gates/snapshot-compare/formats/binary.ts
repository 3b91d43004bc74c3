import { type Comparison, type Content, type Format, NOTHING } from './format.ts';

const BLOCK_BYTES = 64 * 1024;

/** Anything: by size, first differing byte, and how many blocks of 64 KiB differ. Streams both sides. */
export const binary: Format = {
  name: 'binary',
  extensions: ['.bin', '.dat', '.gz', '.wasm', '.pdf', '.woff', '.woff2', '.ico', '.exe', '.so'],
  compare: async ({ base, actual }): Promise<Comparison> => {
    let [firstByte, blocks, offset] = [-1, 0, 0];
    const [left, right] = [blocksOf(base), blocksOf(actual)];
    for (;;) {
      const [a, b] = [(await left.next()).value, (await right.next()).value];
      if (!a && !b) break;
      const [one, other] = [a ?? new Uint8Array(), b ?? new Uint8Array()];
      if (Buffer.compare(one, other) !== 0) {
        blocks++;
        if (firstByte < 0) firstByte = offset + firstDifference(one, other);
      }
      offset += BLOCK_BYTES;
    }
    if (firstByte < 0) return NOTHING;
    return { changes: [{ kind: 'bytes', byte: firstByte, baseSize: base.size, actualSize: actual.size, blocks }], total: 1 };
  },
};

/** Index of the first byte that differs; the length of the shorter where one is the start of the other. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return length;
}

async function* blocksOf(content: Content): AsyncGenerator<Uint8Array, undefined, undefined> {
  let held: Uint8Array = new Uint8Array();
  for await (const chunk of content.stream()) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let start = 0;
    for (; held.length - start >= BLOCK_BYTES; start += BLOCK_BYTES) yield held.subarray(start, start + BLOCK_BYTES);
    held = held.subarray(start);
  }
  if (held.length > 0) yield held;
  return undefined;
}
