import { createHash } from 'node:crypto';
import { UserError } from '../../../core/errors.ts';
import { gitCommand, gitEnvironment } from '../../../core/git.ts';
import type { Ports } from '../../../core/ports/index.ts';
import type { Item } from '../compare-lists.ts';
import type { Content } from '../formats/format.ts';

const TIMEOUT_MS = 120_000;
const MAX_LIST_BYTES = 256 * 1024 * 1024;
const MAX_FILE_BYTES = 1024 * 1024 * 1024;

/** A folder as git has it at a commit. */
export interface GitTree {
  readonly items: ReadonlyMap<string, Item>;
  /** Object id of each regular file. */
  readonly objects: ReadonlyMap<string, string>;
}

/** Lists a folder of a commit; `undefined` when it has no such folder. File contents are read only when asked for. */
export async function readGitTree(ports: Pick<Ports, 'processes' | 'files'>, commit: string, folder: string): Promise<GitTree | undefined> {
  const path = folder.replace(/^\.\//, '').replace(/\/+$/, '');
  const listing = await git(ports, ['ls-tree', '-r', '-l', '-z', '--full-name', `${commit}:./${path}`], MAX_LIST_BYTES);
  if (listing === undefined) return undefined;
  const items = new Map<string, Item>();
  const objects = new Map<string, string>();
  for (const line of Buffer.from(listing).toString('utf8').split('\0')) {
    const match = /^(\d+) (\w+) ([0-9a-f]+) +(-|\d+)\t(.*)$/s.exec(line);
    if (!match) continue;
    const [, mode, , id = '', size = '0', name = ''] = match;
    if (mode === '120000')
      items.set(name, {
        kind: 'other',
        what: `a link to ${JSON.stringify(Buffer.from((await readObject(ports, id)) ?? []).toString('utf8'))}`,
      });
    else if (mode === '160000') items.set(name, { kind: 'other', what: 'a submodule' });
    else {
      items.set(name, { kind: 'file', content: gitContent(ports, id, Number(size), name) });
      objects.set(name, id);
    }
  }
  return { items, objects };
}

/** Object id that git gives to a content, in SHA-1 or SHA-256 as the given id. */
export async function gitObjectId(content: Content, like: string): Promise<string> {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1').update(`blob ${content.size}\0`);
  for await (const chunk of content.stream()) hash.update(chunk);
  return hash.digest('hex');
}

function gitContent(ports: Pick<Ports, 'processes' | 'files'>, id: string, size: number, name: string): Content {
  const read = async () => {
    const bytes = await readObject(ports, id);
    if (!bytes)
      throw new UserError({ where: name, found: `git cannot read object ${id}`, expected: 'a whole repository', todo: 'run git fsck' });
    return bytes;
  };
  return {
    size,
    read,
    stream: async function* ({ start = 0, end = size } = {}) {
      yield (await read()).subarray(start, end);
    },
  };
}

function readObject(ports: Pick<Ports, 'processes' | 'files'>, id: string): Promise<Uint8Array | undefined> {
  return git(ports, ['cat-file', 'blob', id], MAX_FILE_BYTES);
}

async function git(
  { processes, files }: Pick<Ports, 'processes' | 'files'>,
  args: readonly string[],
  maxOutputBytes: number,
): Promise<Uint8Array | undefined> {
  const env = gitEnvironment(processes.repositoryEnvironment);
  const result = await processes.run({ argv: gitCommand(args), folder: files.workspace, env, timeoutMs: TIMEOUT_MS, maxOutputBytes });
  if (result.startError !== undefined)
    throw new UserError({
      where: 'git',
      found: result.startError,
      expected: 'git in PATH',
      todo: 'install git, or use a folder as the baseline',
    });
  return result.exitCode === 0 && !result.stdout.truncated ? result.stdout.bytes : undefined;
}
