import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sortBy } from '../core/index.ts';
import type { Tree, TreeEntry, Trees } from '../core/ports/trees.ts';
import { codeOf, explainFileError, explaining } from './file-errors.ts';
import { refuseUnreadableName } from './glob.ts';

const BUFFER_BYTES = 1024 * 1024;
/** Other work of the process waits no longer than about this. */
const LONGEST_BLOCK_MS = 20;

/**
 * Folders of a workspace. The calls are synchronous, a few milliseconds at a time: for small files a round trip through the thread pool takes
 * many times longer than the work itself.
 */
export function createTrees(workspace: string): Trees {
  const at = (path: string) => resolve(workspace, path);
  return {
    read: (folder) => explaining(folder, 'a readable folder', () => readTree(at(folder))),
    findSame: (left, right, paths, onProgress) => findSame(at(left), at(right), paths, onProgress),
  };
}

async function readTree(folder: string): Promise<Tree> {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return { state: 'absent', entries: [] };
  const entries: TreeEntry[] = [];
  const pending = [''];
  let since = performance.now();
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below + entry.name;
      if (entry.isDirectory()) pending.push(`${path}/`);
      else {
        if (entry.name.includes('\uFFFD')) await refuseUnreadableName(join(folder, below), entry.name);
        entries.push(describe(join(folder, path), path, entry));
      }
    }
    if (performance.now() - since > LONGEST_BLOCK_MS) {
      await setImmediate();
      since = performance.now();
    }
  }
  return { state: entries.length === 0 ? 'empty' : 'present', entries: sortBy(entries, ({ path }) => path) };
}

function describe(
  full: string,
  path: string,
  entry: { isFile(): boolean; isSymbolicLink(): boolean; isFIFO(): boolean; isSocket(): boolean },
): TreeEntry {
  if (entry.isFile()) {
    // Asked for only where contents differ: for a hundred thousand equal files it would be half the work.
    return {
      path,
      kind: 'file',
      get size() {
        return sizeOf(full);
      },
    };
  }
  if (entry.isSymbolicLink()) {
    const target = statSync(full, { throwIfNoEntry: false });
    if (target?.isFile()) return { path, kind: 'file', size: target.size };
    return { path, kind: 'link', target: readlinkSync(full) };
  }
  return { path, kind: 'other', what: entry.isFIFO() ? 'fifo' : entry.isSocket() ? 'socket' : 'device' };
}

function sizeOf(full: string): number {
  try {
    return statSync(full).size;
  } catch (error) {
    throw explainFileError(error, full, 'a readable file');
  }
}

async function findSame(
  left: string,
  right: string,
  paths: readonly string[],
  onProgress: (done: number) => void = () => undefined,
): Promise<Set<string>> {
  const same = new Set<string>();
  const [a, b] = [Buffer.allocUnsafe(BUFFER_BYTES), Buffer.allocUnsafe(BUFFER_BYTES)];
  let since = performance.now();
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index] as string;
    const opened = openBoth(`${left}/${path}`, `${right}/${path}`);
    if (opened === undefined) continue;
    try {
      let block = compareBlock(opened, a, b);
      for (; block === 'same so far'; block = compareBlock(opened, a, b)) await setImmediate();
      if (block === 'same') same.add(path);
    } finally {
      closeSync(opened[0]);
      closeSync(opened[1]);
    }
    // The clock costs more than a small file.
    if (index % 64 !== 0) continue;
    if (performance.now() - since > LONGEST_BLOCK_MS) {
      onProgress(index);
      await setImmediate();
      since = performance.now();
    }
  }
  return same;
}

/** Two open files; `undefined` when one of them cannot be opened: whoever compares the pair next finds out what is wrong, and says so. */
function openBoth(left: string, right: string): readonly [number, number] | undefined {
  let one: number | undefined;
  try {
    one = openSync(left, 'r');
    return [one, openSync(right, 'r')];
  } catch (error) {
    if (one !== undefined) closeSync(one);
    if (codeOf(error) === '') throw error;
    return undefined;
  }
}

/** Compares the next block. A short read is the end of a regular file. */
function compareBlock([one, other]: readonly [number, number], a: Buffer, b: Buffer): 'same' | 'different' | 'same so far' {
  try {
    const length = readSync(one, a, 0, BUFFER_BYTES, null);
    const second = readSync(other, b, 0, BUFFER_BYTES, null);
    if (length !== second || a.compare(b, 0, second, 0, length) !== 0) return 'different';
    return length < BUFFER_BYTES ? 'same' : 'same so far';
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return 'different';
  }
}
