import { Decompress } from 'fzstd';

/** Undoes zstd (RFC 8878) in JavaScript, for a Node that has no zstd of its own (before 22.15). Throws when the data is damaged or ends early. */
export async function* unzstd(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => {
    waiting.push(chunk);
  });
  for await (const chunk of compressed) {
    decoder.push(chunk);
    while (waiting.length > 0) yield waiting.shift() as Uint8Array;
  }
  decoder.push(new Uint8Array(0), true);
  while (waiting.length > 0) yield waiting.shift() as Uint8Array;
}
