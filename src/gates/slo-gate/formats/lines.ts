import type { FormatProblem } from './format.ts';

/** A line longer than this is no line of results. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Bytes of one line, without its end; valid until the handler returns. */
export interface Line {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly number: number;
  /** The file ends inside or right after this line, without a line feed. */
  readonly unended: boolean;
}

/**
 * Calls `onLine` for every line, in order, without copying more than the piece of a line at the end of a chunk. It stops at the first problem that the
 * handler returns.
 */
export async function forEachLine(
  chunks: AsyncIterable<Uint8Array>,
  onLine: (line: Line) => FormatProblem | undefined,
): Promise<FormatProblem | undefined> {
  let rest: Buffer = Buffer.alloc(0);
  const line = { bytes: rest, start: 0, end: 0, number: 0, unended: false };
  for await (const chunk of chunks) {
    const piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    line.bytes = bytes;
    let start = 0;
    for (;;) {
      const feed = bytes.indexOf(10, start);
      if (feed < 0) break;
      line.number += 1;
      line.start = start;
      line.end = feed > start && bytes[feed - 1] === 13 ? feed - 1 : feed;
      const problem = onLine(line);
      if (problem) return problem;
      start = feed + 1;
    }
    if (bytes.length - start > MAX_LINE_BYTES) {
      return {
        at: `line ${line.number + 1}`,
        found: `a line of more than ${MAX_LINE_BYTES / 1024 / 1024} MiB`,
        expected: 'lines of results',
      };
    }
    // A copy: the chunk's memory may be used again for the next one.
    rest = Buffer.from(bytes.subarray(start));
  }
  if (rest.length === 0) return undefined;
  return onLine({ bytes: rest, start: 0, end: rest.length, number: line.number + 1, unended: true });
}

/** The text of a line. */
export function lineText(line: Line): string {
  return line.bytes.toString('utf8', line.start, line.end);
}

/** Number in ASCII digits with an optional fraction, sign or exponent; `NaN` when it is none. */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let at = start;
  for (; at < end; at += 1) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === end && end > start && end - start < 16) return value;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    .toString('latin1')
    .trim();
  return text === '' ? Number.NaN : Number(text);
}
