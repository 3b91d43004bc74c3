import picomatch from 'picomatch';
import { compareText, isUserError, UserError } from '../../../core/index.ts';
import type { Files } from '../../../core/ports/files.ts';
import { type Manifest, type ManifestEntry, packManifest } from './manifest.ts';

/** Leading dots are ordinary, and so is a line feed in a name. */
const MATCHING = { dot: true, flags: 's' } as const;

export interface Scan {
  readonly manifest: Manifest;
  /** Patterns that matched nothing. */
  readonly emptyPatterns: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

interface Pattern {
  readonly text: string;
  /** Folder from which to walk, `''` is the root. */
  readonly base: string;
  readonly matches: (path: string) => boolean;
}

/**
 * Refuses patterns that lead out of the workspace.
 * @throws UserError
 */
export function checkPatterns(patterns: readonly string[]): void {
  for (const pattern of patterns) {
    const inside = pattern.startsWith('!') ? pattern.slice(1) : pattern;
    if (!inside.startsWith('/') && !inside.split('/').includes('..') && normal(inside) !== '') continue;
    throw new UserError({
      where: 'determinism-check.outputs',
      found: JSON.stringify(pattern),
      expected: 'a path or glob pattern below the workspace, relative to it',
      todo: 'let the command write below the workspace, and name those files',
    });
  }
}

/**
 * Looks at everything below `root` that the patterns match (the syntax of `files.glob`, but links, FIFOs, sockets and devices count as well and links are
 * never followed) and hashes what can be read. `!pattern` takes away.
 */
export async function scanOutputs(files: Files, root: string, patterns: readonly string[]): Promise<Scan> {
  const taken = patterns.filter((pattern) => !pattern.startsWith('!')).map(readPattern);
  const away = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => readPattern(pattern.slice(1)));
  const unreadable: { path: string; reason: string }[] = [];
  const found = new Set<string>();
  const hit = new Set<string>();
  for (const pattern of taken) {
    await walk(files, root, pattern.base, unreadable, (path) => {
      if (!pattern.matches(path) || away.some(({ matches }) => matches(path))) return;
      hit.add(pattern.text);
      found.add(path);
    });
  }
  const paths = [...found].sort(compareText);
  const manifest = await packManifest(paths, hashAll(files, root, paths, unreadable));
  const emptyPatterns = taken.filter(({ text }) => !hit.has(text)).map(({ text }) => text);
  return { manifest, emptyPatterns, unreadable: distinct(unreadable) };
}

function readPattern(text: string): Pattern {
  const bare = normal(text);
  const scanned = picomatch.scan(bare);
  const below = `${bare}/`;
  if (!scanned.isGlob) return { text, base: bare, matches: (path) => path === bare || path.startsWith(below) };
  const matches = picomatch(bare, MATCHING);
  return { text, base: scanned.base, matches: (path) => path === bare || matches(path) };
}

function normal(pattern: string): string {
  return pattern
    .replace(/^(\.\/+)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
}

type Unreadable = { path: string; reason: string }[];

async function walk(files: Files, root: string, base: string, unreadable: Unreadable, take: (path: string) => void): Promise<void> {
  const start = base === '' ? root : `${root}/${base}`;
  const stat = await files.stat(start).catch(() => undefined);
  if (stat === undefined) return;
  if (stat.kind !== 'folder') return take(base);
  const waiting = [base];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = await readable(unreadable, folder, () => files.list(folder === '' ? root : `${root}/${folder}`));
    for (const { name, kind } of entries ?? []) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (kind !== 'folder') take(path);
      else if (name !== '.git') waiting.push(path);
    }
  }
}

/** What cannot be read stays in the manifest without a digest, and is named as unreadable: never equal to anything by silence. */
async function* hashAll(
  files: Files,
  root: string,
  paths: readonly string[],
  unreadable: Unreadable,
): AsyncGenerator<readonly ManifestEntry[]> {
  let at = 0;
  for await (const batch of files.digests(root, paths)) {
    yield batch.map(({ kind, mode, size, sha256, unreadable: reason }): ManifestEntry => {
      const path = paths[at++] ?? '';
      if (reason !== undefined) unreadable.push({ path, reason });
      return { path, kind: kind as ManifestEntry['kind'], mode: kind === 'link' ? 0o777 : mode, size, sha256 };
    });
  }
}

async function readable<T>(unreadable: Unreadable, path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isUserError(error)) throw error;
    unreadable.push({ path, reason: error.problem.found });
    return undefined;
  }
}

function distinct(list: Unreadable): Unreadable {
  return [...new Map(list.map((item) => [item.path, item])).values()];
}
