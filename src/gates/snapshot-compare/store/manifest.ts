import { z } from 'zod';
import { canonicalJson } from '../../../core/canonical-json.ts';
import { compareText } from '../../../core/order.ts';
import { merkleRoot } from './merkle.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const file = z.strictObject({
  path: z.string().min(1).refine(isSafePath, 'a relative path that stays inside'),
  size: z.number().int().nonnegative(),
  /** Objects whose bytes, one behind the other, are the file; of an empty file, none. */
  chunks: z.array(digest),
});

const manifest = z.strictObject({ version: z.literal(1), files: z.array(file) });

/** One file of a snapshot: path below the folder, size in bytes, SHA-256 of each chunk. */
export type ManifestFile = z.infer<typeof file>;
/** What a snapshot consists of. */
export interface Manifest {
  readonly version: 1;
  readonly files: readonly ManifestFile[];
}

/** Files are cut into objects of this size, so that one of 2 GB needs no more memory than that, and fits every kind of replica. */
export const CHUNK_BYTES = 8 * 1024 * 1024;

/** A path that, joined to a folder, stays inside it. */
export function isSafePath(path: string): boolean {
  return (
    !path.startsWith('/') &&
    !path.includes('\0') &&
    !path.includes('\\') &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

/** Root over the canonical JSON of the files, in order of their paths. */
export function manifestRoot({ files }: Manifest): string {
  return merkleRoot(files.map((entry) => canonicalJson(entry)));
}

/** The bytes that are stored under the root. */
export function manifestBytes(value: Manifest): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/** Files in total order of paths. */
export function makeManifest(files: readonly ManifestFile[]): Manifest {
  return { version: 1, files: [...files].sort((a, b) => compareText(a.path, b.path)) };
}

/** Reads a manifest and checks it against its root; `undefined` when it is damaged or another's. */
export function readManifest(bytes: Uint8Array, root: string): Manifest | undefined {
  try {
    const parsed = manifest.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return parsed.success && manifestRoot(parsed.data) === root ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export const objectKey = (sha256: string): string => `objects/${sha256.slice(0, 2)}/${sha256}`;
export const manifestKey = (root: string): string => `manifests/${root}`;
