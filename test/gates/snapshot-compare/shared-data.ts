import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../..');

/** Folder of third-party test data next to the repository (or to the folder of its work trees); `undefined` where it is absent. */
export function sharedData(folder: string): string | undefined {
  return ['..', '../..'].map((up) => join(ROOT, up, 'shared/data', folder)).find((path) => existsSync(path));
}

/** A test that needs third-party data, and says so where it is skipped. */
export function itWithData(data: string | undefined, name: string, body: () => void | Promise<void>): void {
  if (data === undefined) it.skip(`${name} — skipped: ../shared/data is not there`, body);
  else it(name, body);
}
