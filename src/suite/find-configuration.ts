import type { Files } from '../core/index.ts';
import { type Configuration, DEFAULT_CONFIGURATION, readConfiguration } from './configuration.ts';

/** The named file, which must be there; else `.github/testops.yml` or `testops.yml`, when one is there. */
export async function findConfiguration(files: Files, named: string | undefined): Promise<Configuration | undefined> {
  if (named !== undefined) return readConfiguration(files, named);
  for (const path of [DEFAULT_CONFIGURATION, 'testops.yml']) {
    if ((await files.stat(path)) !== undefined) return readConfiguration(files, path);
  }
  return undefined;
}
