import { z } from 'zod';
import { canonicalJson, sha256 } from '../../../core/canonical-json.ts';
import { UserError } from '../../../core/errors.ts';
import type { Files } from '../../../core/ports/files.ts';
import type { Item } from '../compare-lists.ts';
import { CHUNK_BYTES, isSafePath, type Manifest, type ManifestFile, makeManifest, manifestRoot } from '../store/manifest.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const path = z.string().refine(isSafePath, 'a relative path that stays inside');

const pendingSet = z.strictObject({
  version: z.literal(1),
  /** What would be replaced, as the input names it, and its Merkle root; no root: there was nothing. */
  baseline: z.string(),
  baselineRoot: digest.optional(),
  /** Merkle root of the baseline that accepting would make. */
  root: digest,
  by: z.string().min(1),
  reason: z.string().min(1),
  changes: z.array(z.strictObject({ path, change: z.enum(['added', 'changed', 'removed']) })),
});

/** Who wants to change what in a baseline, and why. */
export type PendingSet = z.infer<typeof pendingSet>;

export const MANIFEST_NAME = 'pending.json';
export const FILES_FOLDER = 'files';

/** Folder of the pending set of a baseline: beside a folder, in `testops-pending` for a tag. */
export function pendingFolder(baseline: string): string {
  return baseline.startsWith('tag:')
    ? `testops-pending/${baseline.slice(4).replace(/[^A-Za-z0-9.-]/g, '_')}`
    : `${baseline.replace(/\/+$/, '')}.pending`;
}

/** What a list of files consists of, by digests. Anything that is no file has no place in a baseline. @throws UserError */
export async function manifestOf(items: ReadonlyMap<string, Item>): Promise<Manifest> {
  const files: ManifestFile[] = [];
  for (const [name, item] of items) {
    if (item.kind !== 'file')
      throw new UserError({
        where: name,
        found: item.what,
        expected: 'files only: a baseline keeps contents',
        todo: 'let the system write a file, or remove this',
      });
    const chunks: string[] = [];
    for (let start = 0; start < item.content.size; start += CHUNK_BYTES) {
      const parts: Uint8Array[] = [];
      for await (const part of item.content.stream({ start, end: Math.min(item.content.size, start + CHUNK_BYTES) })) parts.push(part);
      chunks.push(sha256(Buffer.concat(parts)));
    }
    files.push({ path: name, size: item.content.size, chunks });
  }
  return makeManifest(files);
}

/** Root of a list of files. */
export async function rootOf(items: ReadonlyMap<string, Item>): Promise<string> {
  return manifestRoot(await manifestOf(items));
}

export async function writePendingManifest(files: Files, folder: string, set: PendingSet): Promise<void> {
  await files.write(`${folder}/${MANIFEST_NAME}`, `${JSON.stringify(JSON.parse(canonicalJson(set)), undefined, 2)}\n`);
}

/** The pending set of a folder; `undefined` when there is none. @throws UserError when it is damaged */
export async function readPendingManifest(files: Files, folder: string): Promise<PendingSet | undefined> {
  const name = `${folder}/${MANIFEST_NAME}`;
  if (!(await files.stat(name))) return undefined;
  const refuse = (found: string): UserError =>
    new UserError({
      where: name,
      found,
      expected: 'a pending set written by mode update',
      todo: `remove ${folder} and run mode update again`,
    });
  let value: unknown;
  try {
    value = JSON.parse(await files.readText(name));
  } catch (cause) {
    throw cause instanceof SyntaxError ? refuse('bytes that are not JSON') : cause;
  }
  const parsed = pendingSet.safeParse(value);
  if (!parsed.success) throw refuse(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}
