/** Where two byte streams part: byte from 0, line from 1, and how far into the line. */
export interface BytePlace {
  readonly byte: number;
  readonly line: number;
}

const LINE_FEED = 10;

/**
 * Reads two streams side by side until they part; `undefined`: they are equal. Lines are counted in what they have in common, so both sides agree on the
 * number. Memory: one chunk of each.
 */
export async function findFirstDifference(
  left: AsyncIterable<Uint8Array>,
  right: AsyncIterable<Uint8Array>,
): Promise<BytePlace | undefined> {
  const a = pieces(left);
  const b = pieces(right);
  try {
    let byte = 0;
    let line = 1;
    for (;;) {
      const [x, y] = [await a.peek(), await b.peek()];
      if (x === undefined && y === undefined) return undefined;
      if (x === undefined || y === undefined) return { byte, line };
      const length = Math.min(x.length, y.length);
      const same = commonPrefix(x, y, length);
      line += countLines(x, same);
      byte += same;
      if (same < length) return { byte, line };
      a.skip(length);
      b.skip(length);
    }
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

function pieces(stream: AsyncIterable<Uint8Array>) {
  const iterator = stream[Symbol.asyncIterator]();
  let rest: Uint8Array | undefined;
  return {
    peek: async (): Promise<Uint8Array | undefined> => {
      while (rest === undefined || rest.length === 0) {
        const next = await iterator.next();
        if (next.done === true) return undefined;
        rest = next.value;
      }
      return rest;
    },
    skip: (length: number): void => {
      rest = rest?.subarray(length);
    },
    close: async (): Promise<void> => {
      await iterator.return?.();
    },
  };
}

function commonPrefix(x: Uint8Array, y: Uint8Array, length: number): number {
  if (Buffer.compare(x.subarray(0, length), y.subarray(0, length)) === 0) return length;
  let low = 0;
  let high = length;
  // The native comparison is much faster than a loop over bytes: halve until the place is found.
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (Buffer.compare(x.subarray(low, middle), y.subarray(low, middle)) === 0) low = middle;
    else high = middle;
  }
  return low;
}

function countLines(bytes: Uint8Array, length: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1 && at < length; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
