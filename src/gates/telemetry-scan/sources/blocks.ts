/** A stretch of a stream that is scanned at once. */
export interface Block {
  readonly bytes: Buffer;
  /** Offset of `bytes[0]` in the stream. */
  readonly base: number;
  /** Only what begins at or after this offset of `bytes` belongs to this block; what comes before is there to be seen by the rules. */
  readonly from: number;
  /** Only what begins before this offset of `bytes` belongs to this block. */
  readonly to: number;
}

/** Blocks end at a line feed, unless a line is longer than this. */
export const BLOCK_BYTES = 1 << 20;
/** A longer line is cut, with so much of it in both blocks before and after the cut. */
const LEAD = 1_024;
const TAIL = 16_384;

/** Cuts a stream into blocks whose ends do not depend on how the stream was chunked. `take` gives the memory of a block, `BLOCK_BYTES` long. */
export async function* cutBlocks(
  stream: AsyncIterable<Uint8Array>,
  take: () => Buffer = () => Buffer.allocUnsafe(BLOCK_BYTES),
): AsyncGenerator<Block> {
  let buffer = take();
  let length = 0;
  let base = 0;
  let from = 0;
  for await (const chunk of stream) {
    let taken = 0;
    while (taken < chunk.length) {
      const count = Math.min(chunk.length - taken, BLOCK_BYTES - length);
      buffer.set(chunk.subarray(taken, taken + count), length);
      length += count;
      taken += count;
      if (length < BLOCK_BYTES) break;
      const lineEnd = buffer.lastIndexOf(10, length - 1) + 1;
      const whole = lineEnd > from;
      const to = whole ? lineEnd : length - TAIL;
      yield { bytes: buffer.subarray(0, whole ? lineEnd : length), base, from, to };
      const keep = whole ? lineEnd : to - LEAD;
      const following = take();
      buffer.copy(following, 0, keep, length);
      from = to - keep;
      base += keep;
      length -= keep;
      buffer = following;
    }
  }
  if (length > from) yield { bytes: buffer.subarray(0, length), base, from, to: length };
}
