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
  // Pieces of a line whose end has not come yet; they are put together once.
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const line = { bytes: Buffer.alloc(0) as Buffer, start: 0, end: 0, number: 0, unended: false };
  const give = (bytes: Buffer, start: number, feed: number): FormatProblem | undefined => {
    line.bytes = bytes;
    line.number += 1;
    line.start = start;
    line.end = feed > start && bytes[feed - 1] === 13 ? feed - 1 : feed;
    return onLine(line);
  };
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    let feed = bytes.indexOf(10);
    if (feed >= 0 && pending.length > 0) {
      const whole = Buffer.concat([...pending, bytes.subarray(0, feed)]);
      [pending, pendingBytes] = [[], 0];
      const problem = give(whole, 0, whole.length);
      if (problem) return problem;
      start = feed + 1;
      feed = bytes.indexOf(10, start);
    }
    while (feed >= 0) {
      const problem = give(bytes, start, feed);
      if (problem) return problem;
      start = feed + 1;
      feed = bytes.indexOf(10, start);
    }
    if (start === bytes.length) continue;
    // A copy: the chunk's memory may be used again for the next one.
    pending.push(Buffer.from(bytes.subarray(start)));
    pendingBytes += bytes.length - start;
    if (pendingBytes > MAX_LINE_BYTES) {
      const found = `a line of more than ${MAX_LINE_BYTES / 1024 / 1024} MiB`;
      return { at: `line ${line.number + 1}`, found, expected: 'lines of results' };
    }
  }
  if (pending.length === 0) return undefined;
  const bytes = Buffer.concat(pending);
  return onLine({ bytes, start: 0, end: bytes.length, number: line.number + 1, unended: true });
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
