import { type Ports, UserError } from '../core/index.ts';
import { gates } from '../gates/index.ts';
import { readBaselineSpec } from '../gates/snapshot-compare/baselines/spec.ts';
import {
  FILES_FOLDER,
  MANIFEST_NAME,
  type PendingSet,
  pendingFolder,
  readPendingManifest,
} from '../gates/snapshot-compare/modes/pending.ts';
import { resolveInputs, type Section } from './configuration.ts';
import { refuseLeaks } from './leaks.ts';

/** Beyond it a reviewer accepts by hand: an archive is read in memory, and every file becomes a call of the API. */
export const MAX_PENDING_FILES = 500;
export const MAX_PENDING_BYTES = 64 << 20;

/** What an artifact with a pending set may hold. */
export const PENDING_LIMITS = {
  maxEntries: MAX_PENDING_FILES + 1,
  maxFileBytes: MAX_PENDING_BYTES,
  maxTotalBytes: MAX_PENDING_BYTES,
  // No empty, `.` or `..` segment, no backslash, no control character.
  names: new RegExp(`^(pending\\.json|${FILES_FOLDER}(/(?!\\.{1,2}(/|$))[^/\\\\\\p{Cc}]+)+)$`, 'u'),
};

/** A pending set that lies in the workspace. */
export interface WrittenPending {
  readonly folder: string;
  /** Manifest and files, relative to the folder. */
  readonly paths: readonly string[];
}

/**
 * Writes what a comparison found different to a pending set beside the baseline, for a reviewer to accept; the baseline stays as it is. Undefined where
 * there is nothing that a commit could accept: another baseline than a folder, no difference, or a pending set that is there already.
 * @throws UserError when it is too large, or would tell something private
 */
export async function writePendingSet(
  section: Section,
  ports: Ports,
  wanted: { readonly by: string; readonly reason: string },
): Promise<WrittenPending | undefined> {
  const { baseline } = section;
  if (typeof baseline !== 'string' || readBaselineSpec(baseline).kind !== 'folder') return undefined;
  const { files } = ports;
  const folder = pendingFolder(baseline);
  if ((await files.stat(folder)) !== undefined) return undefined;
  await measureSnapshots(section, ports, { mode: 'update', ...wanted });
  const pending = await readPendingManifest(files, folder);
  if (pending === undefined) return undefined;
  const paths = [MANIFEST_NAME, ...changedFiles(pending).map((path) => `${FILES_FOLDER}/${path}`)];
  try {
    await refuseUnfit(folder, paths, pending.changes.length, ports);
  } catch (error) {
    await files.remove(folder);
    throw error;
  }
  return { folder, paths };
}

async function refuseUnfit(folder: string, paths: readonly string[], changes: number, { files }: Ports): Promise<void> {
  let total = 0;
  for (const path of paths) total += (await files.stat(`${folder}/${path}`))?.size ?? 0;
  if (changes > MAX_PENDING_FILES || total > MAX_PENDING_BYTES) {
    throw new UserError({
      where: folder,
      found: `${changes} changes, ${total} bytes`,
      expected: `at most ${MAX_PENDING_FILES} and ${MAX_PENDING_BYTES} bytes for a set that travels`,
      todo: 'accept them in a clone: testops snapshot-compare --mode update, then --mode accept',
    });
  }
  for (const path of paths) {
    const bytes = await files.read(`${folder}/${path}`, { maxBytes: MAX_PENDING_BYTES });
    refuseLeaks(`${folder}/${path}`, `${path}\n${decode(bytes)}`);
  }
}

/** Paths of the set whose contents it carries. */
export function changedFiles({ changes }: PendingSet): readonly string[] {
  return changes.flatMap(({ path, change }) => (change === 'removed' ? [] : [path]));
}

/** What became of a baseline. */
export interface AcceptedSet {
  /** Folder of the baseline, from the workspace. */
  readonly baseline: string;
  readonly pending: PendingSet;
}

/**
 * Lays an archived pending set beside its baseline and promotes it: the gate itself checks that baseline and files are those that were compared.
 * @throws UserError when they are not, or the set is for another place than the configured baseline
 */
export async function acceptPendingSet(
  section: Section,
  ports: Ports,
  archive: ReadonlyMap<string, Uint8Array>,
  wanted: { readonly by: string; readonly reason: string },
): Promise<AcceptedSet> {
  const { files } = ports;
  const refuse = (found: string, expected: string): UserError =>
    new UserError({ where: 'the pending set', found, expected, todo: 'let the gates run again on this commit, then accept again' });
  const { baseline } = section;
  if (typeof baseline !== 'string' || readBaselineSpec(baseline).kind !== 'folder')
    throw refuse(`the baseline ${JSON.stringify(baseline ?? null)}`, 'a folder of the repository, which a commit can change');
  const place = baseline.replace(/^(\.\/)+|\/+$/g, '');
  await refuseLinks(ports, place, refuse);
  const folder = pendingFolder(baseline);
  await files.remove(folder);
  for (const [name, bytes] of archive) await files.write(`${folder}/${name}`, bytes);
  const pending = await readPendingManifest(files, folder);
  if (pending === undefined) throw refuse('no manifest', `${MANIFEST_NAME}, as snapshot-compare wrote it`);
  if (pending.baseline !== baseline)
    throw refuse(`a set for ${JSON.stringify(pending.baseline)}`, `one for ${JSON.stringify(baseline)}, as configured`);
  const expected = new Set([MANIFEST_NAME, ...changedFiles(pending).map((path) => `${FILES_FOLDER}/${path}`)]);
  const surplus = [...archive.keys()].find((name) => !expected.has(name));
  if (surplus !== undefined || expected.size !== archive.size)
    throw refuse('other files than its manifest names', 'the files that it names, and no more');
  await measureSnapshots(section, ports, { mode: 'accept', ...wanted });
  return { baseline: place, pending };
}

/** A baseline that is reached through a link, or lies where GitHub reads workflows from, is written by nobody. */
async function refuseLinks({ files }: Ports, place: string, refuse: (found: string, expected: string) => UserError): Promise<void> {
  const segments = place.split('/');
  const isSafe = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..' && !segment.includes('\\'));
  if (!isSafe || /^\.git(hub)?$/i.test(segments[0] ?? ''))
    throw refuse(`the baseline ${JSON.stringify(place)}`, 'a folder inside the repository');
  for (let depth = 1; depth <= segments.length; depth++) {
    const stat = await files.stat(segments.slice(0, depth).join('/'));
    if (stat !== undefined && stat.kind !== 'folder')
      throw refuse(`no folder at ${JSON.stringify(place)}`, 'a folder, reached through folders');
  }
}

async function measureSnapshots(section: Section, ports: Ports, given: Section): Promise<void> {
  const entry = gates.find(({ id }) => id === 'snapshot-compare');
  if (!entry) throw new Error('no gate snapshot-compare');
  await (await entry.load()).measure(resolveInputs(entry.id, entry.inputs, section, given), ports);
}

/** Bytes that are no UTF-8 are read one character a byte, so that they are scanned too. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
