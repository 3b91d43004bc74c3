import { createHash } from 'node:crypto';
import type { Files } from '../../../core/ports/files.ts';

export interface StreamDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Size and SHA-256 of a file, streamed. A file that never came to be counts as empty. */
export async function hashFile(files: Files, path: string): Promise<StreamDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  if ((await files.stat(path)) !== undefined) {
    for await (const chunk of files.stream(path)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  }
  return { bytes, sha256: hash.digest('hex') };
}
