import type { Files } from '../core/index.ts';
import { readBundleFolder } from './bundle-folder.ts';
import { junitOf, openBundle, type ReadBundle, reportOf } from './report.ts';

export const REPORT_FILE = 'report.html';
export const JUNIT_FILE = 'junit.xml';

export interface WrittenReport {
  readonly bundle: ReadBundle;
  /** Path of the page, as configured. */
  readonly path: string;
  /** Path of the JUnit XML. */
  readonly junit: string;
}

/** Reads a bundle and writes what people and CI servers open, beside the bundle and never in it: a bundle holds what its decision lists and nothing else. */
export async function writeReport(files: Files, now: number, bundleFolder: string, folder: string): Promise<WrittenReport> {
  const bundleFiles = await readBundleFolder(files, bundleFolder);
  const bundle = await openBundle(bundleFiles, now);
  const inFolder = (name: string): string => (folder === '.' ? name : `${folder}/${name}`);
  const [path, junit] = [inFolder(REPORT_FILE), inFolder(JUNIT_FILE)];
  await files.write(path, await reportOf(bundleFiles, bundle));
  await files.write(junit, await junitOf(bundle));
  return { bundle, path, junit };
}
