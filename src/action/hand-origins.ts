import type { MeasuredFile } from '../core/index.ts';
import { ORIGINS_FILE } from '../suite/run/file-states.ts';
import type { OriginContext } from '../suite/run/origins.ts';
import { NOTHING_TRAVELLED, readTravelled, type TravelledOrigins, writeTravelled } from '../suite/run/travelled-origins.ts';
import type { Runner } from './runner.ts';

/** Environment variable with the digest of the list that an earlier step of this job wrote. Commands of the repository cannot set it. */
const ORIGINS_VARIABLE = 'TESTOPS_ORIGINS_SHA256';

export const OUT_FOLDER = 'testops-out';

/** Name of the list next to a part of a matrix. */
export const PART_ORIGINS_FILE = ORIGINS_FILE;

/** Leaves what is known about the origins of files for the later steps of this job. */
export async function exportOrigins({ core, ports }: Runner, origins: TravelledOrigins): Promise<void> {
  const { sha256 } = await writeTravelled(ports.files, OUT_FOLDER, origins);
  core.exportVariable(ORIGINS_VARIABLE, sha256);
}

/** What an action knows about the origins of files. @throws UserError when the list of an earlier step was changed. */
export async function readOriginContext({ ports, expectedCommit }: Runner): Promise<OriginContext> {
  const digest = process.env[ORIGINS_VARIABLE];
  return {
    inWorkflow: expectedCommit !== undefined,
    ...(digest ? { travelled: await readTravelled(ports.files, OUT_FOLDER, digest) } : {}),
  };
}

/** Writes the list that travels inside the artifact `testops-inputs`, next to the files that it is about; its path. */
export async function writeHandedOrigins({ ports }: Runner, measured: readonly MeasuredFile[]): Promise<string> {
  const { path } = await writeTravelled(ports.files, OUT_FOLDER, { ...NOTHING_TRAVELLED, files: [...measured] });
  return path;
}
