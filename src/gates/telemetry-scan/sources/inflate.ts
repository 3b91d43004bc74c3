import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { isUserError, messageOf } from '../../../core/index.ts';
import { unzstd } from './unzstd.ts';

export type InflateProblem = 'truncated' | 'corrupt' | 'unsupported';

/** Which compression a stream begins with. */
export type Compression = 'gzip' | 'zstd';

export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  return undefined;
}

/** Undoes compression piece by piece; every gzip member and zstd frame in the stream. What keeps it from the end is reported, not thrown. */
export async function* inflate(
  compressed: AsyncIterable<Uint8Array>,
  compression: Compression | 'deflate-raw',
  report: (problem: InflateProblem) => void,
): AsyncGenerator<Uint8Array> {
  const decoder = createDecoder(compression);
  if (decoder === undefined) {
    try {
      yield* unzstd(compressed);
    } catch (error) {
      if (isUserError(error)) throw error;
      report(/unexpected EOF/i.test(messageOf(error)) ? 'truncated' : 'corrupt');
    }
    return;
  }
  const feeding = feed(compressed, decoder);
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    report(code === 'Z_BUF_ERROR' || /unexpected end|Src size is incorrect/i.test(message) ? 'truncated' : 'corrupt');
  } finally {
    decoder.destroy();
  }
  // A failure to read the file itself is not one of compression.
  const failure = await feeding;
  if (failure !== undefined) throw failure;
}

const CHUNK_BYTES = 1 << 18;

function createDecoder(compression: Compression | 'deflate-raw'): Transform | undefined {
  if (compression === 'gzip') return zlib.createGunzip({ chunkSize: CHUNK_BYTES });
  if (compression === 'deflate-raw') return zlib.createInflateRaw({ chunkSize: CHUNK_BYTES });
  return typeof zlib.createZstdDecompress === 'function' ? zlib.createZstdDecompress({ chunkSize: CHUNK_BYTES }) : undefined;
}

async function feed(compressed: AsyncIterable<Uint8Array>, decoder: Transform): Promise<unknown> {
  try {
    for await (const chunk of compressed) {
      if (decoder.destroyed) return undefined;
      if (!decoder.write(chunk)) await drained(decoder);
    }
    decoder.end();
    return undefined;
  } catch (error) {
    decoder.destroy();
    return error;
  }
}

function drained(decoder: Transform): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'] as const;
    const go = () => {
      for (const event of events) decoder.off(event, go);
      resolve();
    };
    for (const event of events) decoder.on(event, go);
  });
}
