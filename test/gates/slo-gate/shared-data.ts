import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from '@jest/globals';

const root = join(import.meta.dirname, '../../../../shared/data');
const fallback = join(import.meta.dirname, '../../../../../shared/data');
const folder = existsSync(root) ? root : fallback;

/** A test over third-party files, which are not part of this repository; skipped with its reason in its name where they are absent. */
export const itWithSharedData = existsSync(folder)
  ? it
  : (name: string, _test: unknown) => it.skip(`${name} (skipped: ../shared/data is absent)`, () => {});

export const sharedPath = (path: string): string => join(folder, path);
export const readShared = (path: string): string => readFileSync(sharedPath(path), 'utf8');
