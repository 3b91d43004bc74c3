import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { compareText, isGitName, isUnderGit, UserError } from '../core/index.ts';
import type { GlobOptions } from '../core/ports/files.ts';
import { drain } from './bounded.ts';
import { codeOf, explaining } from './file-errors.ts';

const FOLDERS_AT_ONCE = 16;
/** Leading dots are ordinary, and so is a line feed in a name (`s`: a dot in the expression matches it). */
const MATCHING = { dot: true, flags: 's' } as const;

/**
 * Regular files and links to them below `folder` that match one of the patterns (picomatch syntax), sorted, relative to `folder`, each once.
 * A pattern without special characters names a file, or everything below a folder; `!pattern` takes away, wherever it stands. Leading dots are ordinary.
 * Links to folders are not followed, unless the pattern's literal beginning names one. What is under `.git` never matches, whatever names it: by its own
 * name in any case, or through a link.
 */
export async function globFiles(workspace: string, patterns: readonly string[], options: GlobOptions = {}): Promise<readonly string[]> {
  const folder = resolve(workspace, options.folder ?? '.');
  const taken = patterns.filter((pattern) => !isNegated(pattern));
  const ignored = ignorer(folder, [...(options.ignore ?? []), ...patterns.filter(isNegated).map((pattern) => pattern.slice(1))]);
  const found = new Set<string>();
  const isGit = await gitGuard(folder);
  for (const pattern of taken) {
    const literal = resolve(folder, pattern);
    const kind = await kindOfTarget(literal);
    if (kind !== undefined && (await isGit(literal))) continue;
    if (kind === 'file') addUnlessIgnored(relative(folder, literal));
    if (kind === 'folder') await walk(folder, literal, () => true, Number.POSITIVE_INFINITY, { ignored, isGit }, addUnlessIgnored);
    const scanned = picomatch.scan(toPosix(pattern).replace(/^(\.\/)+/, ''));
    if (!scanned.isGlob) continue;
    const base = resolve(folder, unescapePattern(scanned.base));
    if ((await kindOfTarget(base)) !== 'folder' || (await isGit(base))) continue;
    await walk(folder, base, picomatch(scanned.glob, MATCHING), depthOf(scanned.glob), { ignored, isGit }, addUnlessIgnored);
  }
  return [...found].sort(compareText);

  function addUnlessIgnored(path: string): void {
    const name = toPosix(path);
    if (!ignored(name)) found.add(name);
  }
}

/** `/` between segments. */
export function toPosix(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}

/** Matches paths relative to `folder` (`/` between segments) that a pattern matches or that lie below what a pattern names. */
export function ignorer(folder: string, patterns: readonly string[]): (path: string) => boolean {
  const matchers = patterns.map((pattern) => {
    const inside = isAbsolute(pattern) ? toPosix(relative(folder, pattern)) : toPosix(pattern);
    const bare = inside.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
    const matches = picomatch([bare, `${bare}/**`], MATCHING);
    return (path: string) => path === bare || path.startsWith(`${bare}/`) || matches(path);
  });
  return (path) => matchers.some((matches) => matches(path));
}

function isNegated(pattern: string): boolean {
  return pattern.startsWith('!') && !pattern.startsWith('!(');
}

function unescapePattern(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

/** Tells whether an absolute path is under a `.git` below the folder, or leads to one through links. What is above the folder does not count. */
async function gitGuard(folder: string): Promise<(path: string) => Promise<boolean>> {
  const root = await realpath(folder).catch(() => folder);
  const hasGit = (from: string, path: string) => isUnderGit(toPosix(relative(from, path)));
  return async (path) => hasGit(folder, path) || hasGit(root, await realpath(path).catch(() => path));
}

/** How many folders deep a match can lie. */
function depthOf(glob: string): number {
  if (glob.includes('**') || /[({]/.test(glob)) return Number.POSITIVE_INFINITY;
  return glob.split('/').length - 1;
}

async function kindOfTarget(path: string): Promise<'file' | 'folder' | 'other' | undefined> {
  try {
    const target = await stat(path);
    return target.isFile() ? 'file' : target.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(codeOf(error))) return undefined;
    return await explaining(path, 'a readable file or folder', () => Promise.reject(error));
  }
}

async function walk(
  folder: string,
  base: string,
  matches: (path: string) => boolean,
  maxDepth: number,
  { ignored, isGit }: { readonly ignored: (path: string) => boolean; readonly isGit: (path: string) => Promise<boolean> },
  take: (path: string) => void,
): Promise<void> {
  const fromFolder = toPosix(relative(folder, base));
  await drain([{ below: '', depth: 0 }], FOLDERS_AT_ONCE, async ({ below, depth }, add) => {
    const path = join(base, below);
    const entries = await explaining(path, 'a readable folder', () => readdir(path, { withFileTypes: true }));
    for (const entry of entries) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      const shown = fromFolder === '' ? name : `${fromFolder}/${name}`;
      if (entry.isDirectory()) {
        if (isGitName(entry.name) || depth >= maxDepth || ignored(shown)) continue;
        await refuseUnreadableName(path, entry.name);
        add({ below: name, depth: depth + 1 });
        continue;
      }
      if (isGitName(entry.name) || !matches(name) || ignored(shown)) continue;
      const isFile =
        entry.isFile() ||
        (entry.isSymbolicLink() && (await kindOfTarget(join(path, entry.name))) === 'file' && !(await isGit(join(path, entry.name))));
      if (entry.isFile()) await refuseUnreadableName(path, entry.name);
      if (isFile) take(shown);
    }
  });
}

/** A name that is no UTF-8 arrives with replacement characters and could not be opened; leaving it out in silence would hide a file from a gate. */
export async function refuseUnreadableName(folder: string, name: string): Promise<void> {
  if (!name.includes('\uFFFD') || (await kindOfTarget(join(folder, name))) !== undefined) return;
  throw new UserError({
    where: folder,
    found: `a file name that is not UTF-8: ${JSON.stringify(name)}`,
    expected: 'file names in UTF-8',
    todo: 'rename the file or leave it out of the patterns',
  });
}
