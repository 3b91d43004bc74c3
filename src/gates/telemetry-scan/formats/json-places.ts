/**
 * Finds out where in a JSON text given offsets lie, in one pass over its bytes, piece by piece, without building values: the stack of keys and indexes
 * is all that is kept. The text need not be valid; where it is not, the answer is as good as its structure.
 */
export interface JsonPlaces {
  /** The next piece of the text. */
  push(bytes: Uint8Array): void;
  /** RFC 6901 pointers by offset, for the offsets passed so far. */
  readonly pointers: ReadonlyMap<number, string>;
}

/** Deeper nesting is cut in the pointer. */
const MAX_DEPTH = 64;
const MAX_KEY_BYTES = 200;

interface Level {
  readonly array: boolean;
  key: string;
  index: number;
}

/** `offsets` ascending; a new document may begin wherever the last one ended (JSON lines, concatenated JSON). */
export function createJsonPlaces(offsets: readonly number[]): JsonPlaces {
  const pointers = new Map<number, string>();
  const stack: Level[] = [];
  let depth = 0;
  let position = 0;
  let next = 0;
  let inString = false;
  let escaped = false;
  let isKey = false;
  let expectKey = false;
  let key: number[] = [];

  const pointer = (): string => stack.map((level) => `/${level.array ? level.index : level.key}`).join('');
  const step = (byte: number): void => {
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === 92) escaped = true;
      else if (byte === 34) {
        inString = false;
        if (isKey) {
          const top = stack[stack.length - 1];
          if (top && depth === stack.length) top.key = escapePointer(Buffer.from(key).toString('utf8'));
        }
        return;
      }
      if (isKey && key.length < MAX_KEY_BYTES) key.push(byte);
      return;
    }
    switch (byte) {
      case 34:
        inString = true;
        isKey = expectKey;
        key = [];
        break;
      case 123:
      case 91:
        depth++;
        if (depth <= MAX_DEPTH) stack.push({ array: byte === 91, key: '', index: 0 });
        expectKey = byte === 123;
        break;
      case 125:
      case 93:
        if (depth > 0 && depth <= MAX_DEPTH) stack.pop();
        if (depth > 0) depth--;
        expectKey = false;
        break;
      case 58:
        expectKey = false;
        break;
      case 44: {
        const top = stack[stack.length - 1];
        if (top && depth === stack.length) {
          if (top.array) top.index++;
          else expectKey = true;
        }
        break;
      }
      case 10:
        // Outside of any value a line feed separates documents; inside it is white space.
        if (depth === 0) expectKey = false;
    }
  };
  return {
    pointers,
    push(bytes) {
      for (let i = 0; i < bytes.length && next < offsets.length; i++, position++) {
        while (next < offsets.length && offsets[next] === position) {
          pointers.set(position, pointer());
          next++;
        }
        step(bytes[i] as number);
      }
    },
  };
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
