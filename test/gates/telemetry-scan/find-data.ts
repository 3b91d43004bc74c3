import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** A folder or file of third-party data beside the repository; where it is absent that is said, and `undefined` is returned. */
export function findData(path: string): string | undefined {
  const found = ['../shared/data', '../../shared/data'].map((base) => join(ROOT, base, path)).find((candidate) => existsSync(candidate));
  if (found === undefined) console.warn(`skipped: ../shared/data/${path} is not there`);
  return found;
}
