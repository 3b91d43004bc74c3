import type { Files } from '../../core/index.ts';
import type { Suggestion } from './detected.ts';

/** Pairs of folders that are called as a baseline and what is held against it. */
const PAIRS = [
  ['snapshots/baseline', 'snapshots/actual'],
  ['baseline', 'out/snapshots'],
  ['baseline', 'snapshots'],
  ['baseline', 'actual'],
] as const;

/** A baseline with a folder to compare with it. */
export async function detectSnapshots(files: Files): Promise<Suggestion | undefined> {
  for (const [baseline, actual] of PAIRS) {
    const within = async (folder: string): Promise<readonly string[]> =>
      (await files.statTarget(folder))?.kind === 'folder' ? await files.glob([`${folder}/**`]) : [];
    const [accepted, made] = [await within(baseline), await within(actual)];
    if (accepted.length === 0 || made.length === 0) continue;
    return {
      gate: 'snapshot-compare',
      because: `a baseline in ${baseline}/ and snapshots in ${actual}/`,
      section: { baseline, actual },
      reads: [...accepted, ...made],
    };
  }
  return undefined;
}
