import { z } from 'zod';
import {
  canonicalJson,
  type Files,
  handingArtifact,
  type JsonValue,
  type MeasuredFile,
  measuredFile,
  sha256,
  UserError,
} from '../../core/index.ts';
import { ORIGINS_FILE } from './file-states.ts';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

const travelledSchema = z.strictObject({
  version: z.literal(1),
  /** What the exercise, or the jobs of a matrix, found out about the files that they handed on. */
  files: z.array(measuredFile),
  /** Artifacts of the caller's earlier jobs, with the files that each brought. */
  artifacts: z.array(handingArtifact.extend({ files: z.array(z.strictObject({ path: z.string(), sha256: hex64 })) })),
  /** Set where the files themselves are with the jobs of a matrix: `files` is then the whole list of this gate. */
  merged: z.string().optional(),
});

/** What earlier jobs of a run say about the files that they handed over. Paths are relative to the workspace. */
export type TravelledOrigins = z.infer<typeof travelledSchema>;

/** Far more than a list of 100,000 files. */
const MAX_BYTES = 256 << 20;

export const NOTHING_TRAVELLED: TravelledOrigins = { version: 1, files: [], artifacts: [] };

/** Writes the list into a folder; its path and its digest, which whoever reads it must know from elsewhere. */
export async function writeTravelled(
  files: Files,
  folder: string,
  origins: TravelledOrigins,
): Promise<{ readonly path: string; readonly sha256: string }> {
  const bytes = new TextEncoder().encode(`${canonicalJson(origins as unknown as JsonValue)}\n`);
  const path = `${folder}/${ORIGINS_FILE}`;
  await files.write(path, bytes);
  return { path, sha256: sha256(bytes) };
}

/** Reads a list that has this digest. @throws UserError for another one, or none. */
export async function readTravelled(files: Files, folder: string, expected?: string): Promise<TravelledOrigins> {
  const path = `${folder}/${ORIGINS_FILE}`;
  const refuse = (found: string): UserError =>
    new UserError({
      where: path,
      found,
      expected: 'the list of origins that an earlier job or step of this run wrote',
      todo: 'run the whole workflow again; keep commands of the repository from writing into testops-out',
    });
  const bytes = await files.read(path, { maxBytes: MAX_BYTES });
  if (expected !== undefined && sha256(bytes) !== expected) throw refuse('other contents than that step reported');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw refuse('bytes that are not JSON');
  }
  const parsed = travelledSchema.safeParse(value);
  if (!parsed.success) throw refuse(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** Finds what is known about a file with these bytes. */
export interface TravelledIndex {
  measured(path: string, sha256: string): MeasuredFile | undefined;
  artifact(path: string, sha256: string): MeasuredFile['artifact'];
}

export function indexTravelled(travelled: TravelledOrigins | undefined): TravelledIndex {
  const key = (path: string, digest: string) => `${digest} ${path}`;
  const files = new Map(travelled?.files.map((file) => [key(file.path, file.sha256), file]));
  const artifacts = new Map<string, MeasuredFile['artifact']>();
  for (const { files: brought, ...artifact } of travelled?.artifacts ?? [])
    for (const file of brought) artifacts.set(key(file.path, file.sha256), artifact);
  return {
    measured: (path, digest) => files.get(key(path, digest)),
    artifact: (path, digest) => artifacts.get(key(path, digest)),
  };
}
