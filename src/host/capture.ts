import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import type { Captured } from '../core/ports/processes.ts';
import { explaining } from './file-errors.ts';

/** A file that a stream is to go to. */
export async function openOutputFile(path: string): Promise<FileHandle> {
  return await explaining(path, 'a file that can receive the output of a command', async () => {
    await mkdir(dirname(path), { recursive: true });
    return await open(path, 'w');
  });
}

export interface StreamCapture {
  /** What was kept so far. */
  readonly captured: () => Captured;
  /** How many bytes have come so far. */
  readonly received: () => number;
  /** Resolves at the end of the stream, with the error of writing to the file, if any. */
  readonly ended: Promise<unknown>;
}

/** Reads a stream to its end: into memory up to `maxBytes`, or whole into a file; `onChunk` sees every piece. The stream is drained in any case. */
export function captureStream(
  stream: Readable,
  maxBytes: number,
  file: FileHandle | undefined,
  onChunk: ((chunk: Uint8Array) => void) | undefined,
): StreamCapture {
  const kept: Uint8Array[] = [];
  let size = 0;
  let received = 0;
  let truncated = false;
  const read = async (): Promise<unknown> => {
    let failure: unknown;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        received += chunk.length;
        onChunk?.(chunk);
        if (file !== undefined) {
          if (failure === undefined) await file.appendFile(chunk).catch((error: unknown) => (failure = error));
          continue;
        }
        const room = maxBytes - size;
        if (chunk.length > room) truncated = true;
        if (room <= 0) continue;
        const piece = chunk.length > room ? chunk.subarray(0, room) : chunk;
        size += piece.length;
        kept.push(piece);
      }
    } catch (error) {
      // Cut off by us, or by the command's end: what came before counts.
      if (file !== undefined) failure ??= error;
    }
    return failure;
  };
  return { captured: () => ({ bytes: Buffer.concat(kept, size), truncated }), received: () => received, ended: read() };
}
