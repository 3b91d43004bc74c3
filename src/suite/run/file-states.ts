import { createHash, type Hash } from 'node:crypto';
import { type Files, inputsOfRole, isUserError, type Ports, type Role } from '../../core/index.ts';
import { gates } from '../../gates/index.ts';
import type { Configuration } from '../configuration.ts';

/** What a run keeps between its steps, in its output folder: neither is a measured file of any gate. */
export const ORIGINS_FILE = 'origins.json';
export const PRODUCED_FILE = 'produced.json';
const OWN_FILES = new Set([ORIGINS_FILE, PRODUCED_FILE]);

/** Files by their real path, with the text that changes with each write; and when they were looked at. */
export interface FileStates {
  readonly revisions: ReadonlyMap<string, string>;
  readonly capturedMs: number;
}

/** Patterns of an input, as the configuration or the caller gave them. */
export interface RolePatterns {
  readonly input: string;
  readonly patterns: readonly string[];
}

/** The patterns that the inputs of a role name; `-` (standard input) names no file. */
export function patternsOfRole(
  entry: Pick<(typeof gates)[number], 'inputs'>,
  inputs: { readonly [name: string]: unknown },
  role: Role,
): readonly RolePatterns[] {
  return inputsOfRole(entry.inputs, role).flatMap((input) => {
    const value = inputs[input];
    const patterns = (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string' && item !== '-');
    return patterns.length === 0 ? [] : [{ input, patterns }];
  });
}

/** Patterns of every configured gate. */
export function configuredPatterns(configuration: Pick<Configuration, 'gates'>, role: Role): readonly RolePatterns[] {
  return gates.flatMap((entry) => {
    const section = configuration.gates.get(entry.id);
    return section === undefined ? [] : patternsOfRole(entry, section, role);
  });
}

/** Files of the patterns, without what the suite itself keeps in `ours`. */
export async function findRoleFiles(files: Files, patterns: readonly string[], ours: readonly string[]): Promise<readonly string[]> {
  const found = patterns.length === 0 ? [] : await files.glob(patterns);
  const folders = new Set(ours.map((folder) => files.resolve(folder)));
  return found.filter((path) => {
    const at = Math.max(path.lastIndexOf('/'), 0);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const ownName = OWN_FILES.has(name) || name.endsWith('.intoto.json');
    return !(ownName && folders.has(files.resolve(path.slice(0, at) || '.')));
  });
}

/** The state of files now; a file that is reached through a link has its target's. */
export async function captureStates(ports: Pick<Ports, 'files' | 'clock'>, paths: readonly string[]): Promise<FileStates> {
  const { files, clock } = ports;
  const capturedMs = clock.now();
  const revisions = new Map<string, string>();
  for (const path of paths) {
    const [real, stat] = [await files.realPath(path), await files.statTarget(path)];
    if (real !== undefined && stat !== undefined) revisions.set(real, stat.revision);
  }
  return { revisions, capturedMs };
}

/** Size and SHA-256 of what each path leads to; what can no longer be read is left out. */
export async function digestPaths(
  files: Files,
  paths: readonly string[],
): Promise<ReadonlyMap<string, { readonly size: number; readonly sha256: string }>> {
  const digests = new Map<string, { readonly size: number; readonly sha256: string }>();
  let index = 0;
  for await (const batch of files.digests('.', paths)) {
    for (const { kind, size, sha256, unreadable } of batch) {
      const path = paths[index++] as string;
      if (kind === 'link') {
        const target = await digestTarget(files, path, createHash('sha256'));
        if (target !== undefined) digests.set(path, { size: target.size, sha256: target.digest });
      } else if (kind === 'file' && unreadable === undefined) digests.set(path, { size, sha256 });
    }
  }
  return digests;
}

/** The id that git gives to the bytes of a file, by the length of its ids. */
export async function gitIdOf(files: Files, path: string, hexDigits: number): Promise<string | undefined> {
  const size = (await files.statTarget(path))?.size ?? 0;
  const hash = createHash(hexDigits === 64 ? 'sha256' : 'sha1').update(`blob ${size}\0`);
  return (await digestTarget(files, path, hash))?.digest;
}

async function digestTarget(
  files: Files,
  path: string,
  hash: Hash,
): Promise<{ readonly size: number; readonly digest: string } | undefined> {
  let size = 0;
  try {
    for await (const chunk of files.stream(path, { reuse: true })) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
  return { size, digest: hash.digest('hex') };
}
