import { type Files, UserError } from '../core/index.ts';
import { DECISION_FILE, MAX_BUNDLE_FILE_BYTES } from '../decision/index.ts';
import type { BundleFiles } from './report.ts';

const MAX_BUNDLE_FILES = 10_000;

/** The bundle that a path leads to: its folder, its `decision.json`, or the folder of a whole run, which holds it as `decision/`. @throws UserError when there is none. */
export async function findBundle(files: Files, path: string): Promise<string> {
  const given = path.replace(/\/+$/, '') || '/';
  const folder = given.endsWith(`/${DECISION_FILE}`) ? given.slice(0, -DECISION_FILE.length - 1) : given === DECISION_FILE ? '.' : given;
  for (const candidate of [folder, `${folder}/decision`])
    if ((await files.statTarget(`${candidate}/${DECISION_FILE}`))?.kind === 'file') return candidate;
  throw new UserError({
    where: path,
    found: (await files.statTarget(path)) === undefined ? 'nothing' : `no ${DECISION_FILE}`,
    expected: `a folder with ${DECISION_FILE}, as beta-check or decision-record writes it`,
    todo: 'name the folder that holds the bundle, or run `testops beta-check` first',
  });
}

/** The folder that a bundle lies in, where what is made of it goes; of the workspace itself, the one above. */
export function besideBundle(folder: string): string {
  if (folder === '.') return '..';
  const at = folder.lastIndexOf('/');
  return at === -1 ? '.' : folder.slice(0, at) || '/';
}

/** Every file of a bundle's folder, by its path inside it. */
export async function readBundleFolder(files: Files, folder: string): Promise<BundleFiles> {
  const names = await files.glob(['**'], { folder });
  if (names.length > MAX_BUNDLE_FILES) {
    throw new UserError({
      where: folder,
      found: `${names.length} files`,
      expected: `a bundle, of at most ${MAX_BUNDLE_FILES}`,
      todo: 'name the folder of the bundle alone',
    });
  }
  const bundle = new Map<string, Uint8Array>();
  for (const name of names) bundle.set(name, await files.read(`${folder}/${name}`, { maxBytes: MAX_BUNDLE_FILE_BYTES }));
  return bundle;
}
