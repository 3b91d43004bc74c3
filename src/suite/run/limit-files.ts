import {
  extensionOf,
  type Files,
  type GateEntry,
  isUserError,
  type LimitFile,
  parseEvidence,
  sha256,
  UserError,
} from '../../core/index.ts';
import type { InputDocument } from '../../decision/index.ts';
import { matchesGlobs } from '../../decision/patterns.ts';
import { gates } from '../../gates/index.ts';
import type { Configuration } from '../configuration.ts';
import { configuredPatterns, digestPaths, patternsOfRole, type RolePatterns } from './file-states.ts';

/** Reads a commit: a file, `undefined` when it has none of that name, and the paths of all files, `undefined` when there are more than can be listed. */
export interface CommitReader {
  readFile(path: string, commit: string): Promise<Uint8Array | undefined>;
  listFiles(commit: string): Promise<readonly string[] | undefined>;
}

/** Files with limits that a gate reads, as they are in the workspace. */
export async function findLimitFiles(
  entry: Pick<GateEntry, 'inputs'>,
  inputs: { readonly [name: string]: unknown },
  files: Files,
): Promise<readonly LimitFile[]> {
  return digestLimits(patternsOfRole(entry, inputs, 'limits'), files);
}

async function digestLimits(patterns: readonly RolePatterns[], files: Files): Promise<readonly LimitFile[]> {
  const found: LimitFile[] = [];
  for (const { input, patterns: globs } of patterns) {
    for (const [path, digest] of await digestPaths(files, await files.glob(globs))) found.push({ input, path, sha256: digest.sha256 });
  }
  return found;
}

/**
 * A version is judged by the limits of its commit: every file with limits that the evidence names must be in the commit with the same bytes, and every such file of
 * the commit must be in the evidence. A sparse checkout, or a command that removes a file, leaves limits out. Evidence that cannot be read is for the decision to
 * refuse. @throws UserError (exit 3).
 */
export async function requireCommittedLimits(evidence: readonly InputDocument[], source: CommitReader, commit: string): Promise<void> {
  const listed = await source.listFiles(commit);
  for (const document of evidence) {
    const extension = readExtension(document);
    if (extension?.limits === undefined) continue;
    await requireCommitted(extension.limits, source, commit);
    refuseLeftOut(extension.limits, findPatterns(extension), listed ?? []);
  }
}

function readExtension({ name, bytes }: InputDocument): ReturnType<typeof extensionOf> | undefined {
  try {
    return extensionOf(parseEvidence(bytes, name));
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}

function findPatterns({ gate, inputs }: ReturnType<typeof extensionOf>): readonly RolePatterns[] {
  const entry = gates.find(({ id }) => id === gate);
  return entry === undefined ? [] : patternsOfRole(entry, inputs, 'limits');
}

function refuseLeftOut(limits: readonly LimitFile[], patterns: readonly RolePatterns[], listed: readonly string[]): void {
  for (const { input, patterns: globs } of patterns) {
    const read = new Set(limits.filter((limit) => limit.input === input).map(({ path }) => path));
    const left = listed.find((path) => matchesGlobs(path, globs) && !read.has(path));
    if (left === undefined) continue;
    throw new UserError({
      where: `${left} (input ${input})`,
      found: 'a file of the commit that the gate did not read',
      expected: 'every file with limits that the commit has',
      todo: 'check out the whole commit, and keep setup, load and prepare from removing the file',
    });
  }
}

/** The same for the files that are in the workspace before any gate runs, so that a mistake costs no time. @throws UserError (exit 3). */
export async function requireCommittedLimitsHere(
  configuration: Pick<Configuration, 'gates'>,
  files: Files,
  { source, commit }: { readonly source: CommitReader; readonly commit: string },
): Promise<void> {
  await requireCommitted(await digestLimits(configuredPatterns(configuration, 'limits'), files), source, commit);
}

async function requireCommitted(limits: readonly LimitFile[], source: CommitReader, commit: string): Promise<void> {
  for (const { input, path, sha256: digest } of limits) {
    const blob = await source.readFile(path, commit);
    if (blob !== undefined && checkedOut(blob).includes(digest)) continue;
    throw new UserError({
      where: `${path} (input ${input})`,
      found: blob === undefined ? `commit ${commit} has no such file` : `different contents than in commit ${commit}`,
      expected: 'limits from the commit that is judged',
      todo: 'commit the file, and keep setup, load and prepare from writing it',
    });
  }
}

/** Digests that a file may have after a checkout: its own, and with the line ends of Windows. */
function checkedOut(blob: Uint8Array): readonly string[] {
  const text = Buffer.from(blob).toString('latin1');
  return [sha256(blob), sha256(Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'latin1'))];
}
