import type { Files } from '../core/index.ts';
import { readBundleFolder } from './bundle-folder.ts';
import { openBundle, type ReadBundle, reportOf } from './report.ts';

export interface WrittenReport {
  readonly bundle: ReadBundle;
  /** Path of the page, as configured. */
  readonly path: string;
}

/** Reads a bundle and writes what people and CI servers open, beside the bundle and never in it: a bundle holds what its decision lists and nothing else. */
export async function writeReport(files: Files, now: number, bundleFolder: string, folder: string): Promise<WrittenReport> {
  const bundleFiles = await readBundleFolder(files, bundleFolder);
  const bundle = await openBundle(bundleFiles, now);
  const path = folder === '.' ? 'report.html' : `${folder}/report.html`;
  await files.write(path, await reportOf(bundleFiles, bundle));
  return { bundle, path };
}
