import type { JsonMode } from '../engine/scan-block.ts';
import { type Hit, type Scanner, scanBytes } from '../engine/scanner.ts';
import type { Treatment } from '../inputs.ts';
import type { Severity } from '../rules/rule.ts';
import { type Block, cutBlocks } from '../sources/blocks.ts';

/** A record that was taken out, as it was. */
export interface Removed {
  /** Offset in the stream. */
  readonly byte: number;
  readonly bytes: Buffer;
}

export interface Cleaning {
  readonly scanner: Scanner;
  readonly mode: JsonMode;
  /** Whether a hit is to be taken out. */
  readonly takes: (hit: { readonly severity: Severity; readonly value: string }) => boolean;
  readonly treatmentOf: (rule: string) => Treatment;
  readonly fingerprintOf: (value: string) => string;
  /** Hears of every record that held a value, once, in order. */
  readonly onRemoved: (removed: Removed) => void;
  readonly onValue: () => void;
}

/** Longer lines are not records; of them the value alone is kept. */
const MAX_RECORD_BYTES = 1 << 20;

/** The stream with something else where the values were, still valid in its format; what holds no value passes byte for byte. */
export async function* cleanStream(stream: AsyncIterable<Uint8Array>, cleaning: Cleaning): AsyncGenerator<Uint8Array> {
  const strings = createStringState();
  for await (const block of cutBlocks(stream)) yield* cleanBlock(block, cleaning, strings);
}

function* cleanBlock(block: Block, cleaning: Cleaning, strings: StringState): Generator<Uint8Array> {
  const { bytes, base, from, to } = block;
  const hits = scanBytes(cleaning.scanner, bytes, 0, bytes.length);
  let written = from;
  let recordEnd = -1;
  for (const hit of hits) {
    if (hit.start < Math.max(from, written) || hit.start >= to || !cleaning.takes(hit)) continue;
    let { start, end } = hit;
    if (start >= recordEnd) {
      const [lineStart, lineEnd] = lineAround(bytes, start);
      const [first, last] = lineEnd - lineStart <= MAX_RECORD_BYTES ? [lineStart, lineEnd] : [start, end];
      cleaning.onRemoved({ byte: base + first, bytes: Buffer.from(bytes.subarray(first, last)) });
      recordEnd = last;
    }
    cleaning.onValue();
    let replacement: string;
    strings.advance(bytes, written, start);
    if (cleaning.mode !== 'none' && !strings.inside()) {
      // A bare number of JSON: the whole token gives way to a number.
      while (start > from && /[0-9.eE+-]/.test(String.fromCharCode(bytes[start - 1] as number))) start--;
      while (end < bytes.length && /[0-9.eE+-]/.test(String.fromCharCode(bytes[end] as number))) end++;
      replacement = '0';
      if (start < written) start = written;
    } else replacement = replace(bytes, hit, cleaning);
    yield bytes.subarray(written, start);
    yield Buffer.from(replacement, 'latin1');
    // What was replaced holds no quote that opens or closes a string: it lies inside of one, or is a number.
    written = end;
  }
  if (written < to) {
    strings.advance(bytes, written, to);
    yield bytes.subarray(written, to);
  }
  strings.skipTo(Math.max(0, written - to));
}

function replace(bytes: Buffer, hit: Hit, cleaning: Cleaning): string {
  switch (cleaning.treatmentOf(hit.rule)) {
    case 'mask':
      return bytes.toString('latin1', hit.start, hit.end).replace(/[^ .:@/_-]/g, '*');
    case 'hash':
      return cleaning.fingerprintOf(hit.value);
    default:
      return `[redacted:${hit.rule}]`;
  }
}

function lineAround(bytes: Buffer, at: number): [start: number, end: number] {
  const end = bytes.indexOf(10, at);
  return [bytes.lastIndexOf(10, at - 1) + 1, end < 0 ? bytes.length : end + 1];
}

interface StringState {
  inside(): boolean;
  advance(bytes: Uint8Array, from: number, to: number): void;
  /** So many bytes at the start of the next stretch were replaced already. */
  skipTo(count: number): void;
}

/** Whether the place reached lies inside of a JSON string. */
function createStringState(): StringState {
  let inside = false;
  let escaped = false;
  let skip = 0;
  return {
    inside: () => inside,
    advance(bytes, from, to) {
      for (let i = from; i < to; i++) {
        if (skip > 0) skip--;
        else if (escaped) escaped = false;
        else if (bytes[i] === 92) escaped = inside;
        else if (bytes[i] === 34) inside = !inside;
      }
    },
    skipTo(count) {
      skip = count;
    },
  };
}
