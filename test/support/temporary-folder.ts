import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for one test, removed with all it holds at the end of the scope: `await using folder = await createTemporaryFolder()`. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** Joins segments below the folder. */
  join(...segments: readonly string[]): string;
}

/** Makes a fresh folder below the system's temporary folder; `path` is free of symbolic links, so that it compares equal to what a process prints as its own. */
export async function createTemporaryFolder(prefix = 'testops-'): Promise<TemporaryFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  return {
    path,
    join: (...segments) => join(path, ...segments),
    // A process that was just ended may still be writing: try again instead of failing the test for it.
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}
