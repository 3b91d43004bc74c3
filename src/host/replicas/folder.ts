import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareText } from '../../core/order.ts';
import { type Replica, type ReplicaEntry, ReplicaFailure } from '../../core/ports/replica.ts';
import { drain } from '../bounded.ts';

/** Suffix of files that are being written; a crash leaves them, and nobody reads them. */
const PARTIAL = '.partial';
/** File systems join syncs that come together. */
const WRITES_AT_ONCE = 32;

/** Told before each step that changes the disk; a test ends the process there. */
export type StepObserver = (step: 'write' | 'sync' | 'rename' | 'link' | 'unlink' | 'sync folder') => void;

/** A replica in a folder (absolute path) that exists, also on a network drive that supports hard links. */
export function createFolderReplica(folder: string, onStep: StepObserver = () => undefined): Replica {
  const at = (key: string) => join(folder, ...key.split('/'));
  return {
    name: `folder ${folder}`,
    read: (key) => guarded(folder, () => readOrNothing(at(key))),
    write: (items) =>
      guarded(folder, async () => {
        await drain([...items], WRITES_AT_ONCE, async ({ key, bytes }) => {
          const partial = await writePartial(at(key), bytes, onStep);
          onStep('rename');
          await rename(partial, at(key));
        });
        await syncFolders(
          items.map(({ key }) => at(key)),
          onStep,
        );
      }),
    claim: ({ key, bytes }) => guarded(folder, () => claimFile(at(key), bytes, onStep)),
    list: (prefix) => guarded(folder, () => listKeys(folder, prefix)),
  };
}

async function claimFile(path: string, bytes: Uint8Array, onStep: StepObserver): Promise<boolean> {
  const partial = await writePartial(path, bytes, onStep);
  try {
    // A hard link appears whole, and fails where something stands: rename would replace it.
    onStep('link');
    await link(partial, path);
    await syncFolders([path], onStep);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    onStep('unlink');
    await unlink(partial);
  }
}

async function writePartial(path: string, bytes: Uint8Array, onStep: StepObserver): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${randomBytes(6).toString('hex')}${PARTIAL}`;
  onStep('write');
  const handle = await open(partial, 'wx');
  try {
    await handle.writeFile(bytes);
    onStep('sync');
    await handle.sync();
  } finally {
    await handle.close();
  }
  return partial;
}

/** A name is durable when its folder is. */
async function syncFolders(paths: readonly string[], onStep: StepObserver): Promise<void> {
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    onStep('sync folder');
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function readOrNothing(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function listKeys(folder: string, prefix: string): Promise<readonly ReplicaEntry[]> {
  const entries: ReplicaEntry[] = [];
  const pending = [prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/') + 1) : ''];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    for (const entry of await listOrNothing(join(folder, below))) {
      const key = `${below}${entry.name}`;
      if (entry.isDirectory()) pending.push(`${key}/`);
      else if (key.startsWith(prefix) && !key.endsWith(PARTIAL)) entries.push({ key, size: (await stat(join(folder, key))).size });
    }
  }
  return entries.sort((a, b) => compareText(a.key, b.key));
}

async function listOrNothing(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A folder that is not there is a replica out of reach (a drive that is not mounted), not an empty one: writing below it would fill the wrong disk. */
async function guarded<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    if (!(await stat(folder)).isDirectory()) throw new ReplicaFailure('unreachable', 'not a folder');
    return await work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string' || syscall === undefined) throw error;
    const reason =
      code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'denied'
        : code === 'ENOSPC' || code === 'EDQUOT'
          ? 'full'
          : 'unreachable';
    throw new ReplicaFailure(reason, `${code} at ${syscall}`, { cause: error });
  }
}
