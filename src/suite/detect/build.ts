import type { Files } from '../../core/index.ts';
import type { Suggestion } from './detected.ts';

const OUTPUT_FOLDERS = ['dist', 'build', 'out', 'lib', 'public'];

/** A build of Node with its output folder: a command whose outputs can be compared. */
export async function detectBuild(files: Files): Promise<Suggestion | undefined> {
  const scripts = (await readPackage(files))?.scripts;
  if (typeof scripts !== 'object' || scripts === null || !('build' in scripts)) return undefined;
  for (const folder of OUTPUT_FOLDERS) {
    if ((await files.statTarget(folder))?.kind !== 'folder') continue;
    if ((await files.glob([`${folder}/**`])).length === 0) continue;
    return {
      gate: 'determinism-check',
      because: `the script "build" of package.json, and its outputs in ${folder}/`,
      section: { run: 'npm run build', outputs: [`${folder}/**`], runs: 3 },
    };
  }
  return undefined;
}

/** `package.json`, as far as it can be read. */
export async function readPackage(files: Files): Promise<{ readonly [key: string]: unknown } | undefined> {
  if ((await files.statTarget('package.json'))?.kind !== 'file') return undefined;
  try {
    const value: unknown = JSON.parse(await files.readText('package.json', { maxBytes: 1024 * 1024 }));
    return typeof value === 'object' && value !== null ? (value as { [key: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
