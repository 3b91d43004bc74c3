import { createGunzip } from 'node:zlib';
import type { Files } from '../../../core/ports/files.ts';
import type { Obstacle } from '../facts.ts';

/** A stream of bytes as they are scanned, after decompression. */
export interface Opened {
  /** Members of archives and layers of compression that lead to it, outermost first. */
  readonly member: readonly string[];
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Says what kept a stream from being read to its end. */
export type ReportObstacle = (obstacle: Obstacle) => void;

const GZIP_MAGIC = [0x1f, 0x8b, 0x08] as const;

/** Opens a file; gzip is told by its first bytes and undone, member after member. Reading ends early when the file does, and says so. */
export async function openFile(files: Pick<Files, 'stream'>, path: string, shown: string, report: ReportObstacle): Promise<Opened> {
  const stream = files.stream(path)[Symbol.asyncIterator]();
  const first = await stream.next();
  const head = first.done ? new Uint8Array() : first.value;
  const whole = resume(head, stream);
  if (!GZIP_MAGIC.every((byte, index) => head[index] === byte)) return { member: [], bytes: whole };
  return { member: [], bytes: gunzip(whole, (kind) => report({ kind, file: shown })) };
}

async function* resume(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* gunzip(compressed: AsyncIterable<Uint8Array>, report: (kind: 'truncated' | 'corrupt') => void): AsyncGenerator<Uint8Array> {
  const decoder = createGunzip({ chunkSize: 1 << 18 });
  const feeding = feed(compressed, decoder);
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array;
  } catch (error) {
    report((error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' ? 'truncated' : 'corrupt');
  } finally {
    decoder.destroy();
  }
  // A failure to read the file itself is not one of compression.
  const failure = await feeding;
  if (failure !== undefined) throw failure;
}

async function feed(compressed: AsyncIterable<Uint8Array>, decoder: ReturnType<typeof createGunzip>): Promise<unknown> {
  try {
    for await (const chunk of compressed) {
      if (decoder.destroyed) return undefined;
      if (!decoder.write(chunk))
        await new Promise<void>((resolve) => {
          const go = () => {
            decoder.off('drain', go).off('close', go).off('error', go);
            resolve();
          };
          decoder.once('drain', go).once('close', go).once('error', go);
        });
    }
    decoder.end();
    return undefined;
  } catch (error) {
    decoder.destroy();
    return error;
  }
}
