import type { Ports } from '../../core/index.ts';
import type { Configuration } from '../configuration.ts';
import { exercise, runSetup } from '../exercise.ts';
import { captureStates, configuredPatterns, type FileStates, findRoleFiles, type RolePatterns } from './file-states.ts';
import type { Exercised } from './origins.ts';
import { recordProduced, removeProduced } from './produced-record.ts';

export interface ExercisePlan {
  readonly configuration: Configuration;
  /** Command that is run before the configuration's own `setup`. */
  readonly setup?: string | undefined;
  readonly ports: Ports;
  readonly previewUrl: string | undefined;
  /** Where the suite keeps what it writes; the record of produced files is in the first. */
  readonly ours: readonly [string, ...string[]];
}

/**
 * Runs setup, serve, load and prepare, and notes the state of the measured files around them. Before `serve` the files that earlier runs produced are
 * removed, so that a command that fails to write its results leaves none.
 * @throws UserError when a command fails.
 */
export async function runExercise<T>(
  { configuration, setup, ports, previewUrl, ours }: ExercisePlan,
  whileServing: () => Promise<T>,
): Promise<{ readonly result: T; readonly exercised: Exercised }> {
  const { files, progress } = ports;
  const [folder] = ours;
  const measured = configuredPatterns(configuration, 'measured');
  const find = async () => {
    const found = new Set<string>();
    for (const { patterns } of measured) for (const path of await findRoleFiles(files, patterns, ours)) found.add(path);
    return [...found];
  };
  const { serve, load, prepare } = configuration;
  const runs = [serve, load, prepare].some((command) => command !== undefined);
  const before = await captureStates(ports, await find());
  if (setup !== undefined) await runSetup({ setup }, ports);
  await runSetup(configuration, ports);
  const removed = runs ? await removeProduced(ports, folder, await find()) : [];
  if (removed.length > 0) progress.say(`removed ${removed.length} measured files that an earlier run produced, such as ${removed[0]}`);
  const prepared = await captureStates(ports, await find());
  let result: T;
  try {
    result = await exercise(configuration, ports, previewUrl, whileServing);
  } finally {
    if (runs) await recordProduced(ports, folder, await find(), prepared);
  }
  if (load !== undefined || prepare !== undefined) await reportUnchanged(measured, prepared, { ports, ours });
  return { result, exercised: { before, prepared, load: load !== undefined } };
}

/** Reports each pattern whose files are all as they were before `load` and `prepare`. */
async function reportUnchanged(
  measured: readonly RolePatterns[],
  prepared: FileStates,
  { ports, ours }: Pick<ExercisePlan, 'ports' | 'ours'>,
): Promise<void> {
  for (const { input, patterns } of measured) {
    for (const pattern of patterns.filter((one) => !/^!(?!\()/.test(one))) {
      const now = await captureStates(ports, await findRoleFiles(ports.files, [pattern], ours));
      if (now.revisions.size === 0) continue;
      const unchanged = [...now.revisions].every(([real, revision]) => prepared.revisions.get(real) === revision);
      if (unchanged)
        ports.progress.say(`load and prepare wrote no file that \`${input}: ${pattern}\` names: it still has the files from before`);
    }
  }
}
