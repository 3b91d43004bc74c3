/** Pulls exact numbers of bytes out of a stream of chunks. */
export interface ByteReader {
  /** Up to `count` bytes without taking them; fewer only at the end. */
  peek(count: number): Promise<Buffer>;
  /** Takes exactly `count` bytes; `undefined` when the stream ends before. */
  read(count: number): Promise<Buffer | undefined>;
  /** Takes `count` bytes piece by piece; `false` when the stream ends before. */
  take(count: number): AsyncGenerator<Uint8Array, boolean>;
  /** Everything that is left; a chunk may be overwritten when the next one is asked for. */
  rest(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

export function createByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let ended = false;
  const fill = async (count: number): Promise<void> => {
    const parts = [held];
    let length = held.length;
    while (length < count && !ended) {
      const next = await iterator.next();
      if (next.done) ended = true;
      else {
        parts.push(asBuffer(next.value));
        length += next.value.length;
      }
    }
    if (parts.length > 1) held = Buffer.concat(parts);
  };
  return {
    async peek(count) {
      await fill(count);
      return held.subarray(0, count);
    },
    async read(count) {
      await fill(count);
      if (held.length < count) return undefined;
      const taken = held.subarray(0, count);
      held = held.subarray(count);
      return taken;
    },
    async *take(count) {
      for (let left = count; left > 0; ) {
        if (held.length === 0) await fill(1);
        if (held.length === 0) return false;
        const piece = held.subarray(0, left);
        held = held.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
      return true;
    },
    async *rest() {
      if (held.length > 0) {
        const piece = held;
        held = Buffer.alloc(0);
        yield piece;
      }
      while (!ended) {
        const next = await iterator.next();
        if (next.done) ended = true;
        else yield next.value;
      }
    },
    async close() {
      ended = true;
      await iterator.return?.();
    },
  };
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
