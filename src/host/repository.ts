import { lstat } from 'node:fs/promises';
import { posix, resolve as resolvePath } from 'node:path';
import { compareText, UserError } from '../core/index.ts';
import type { CommandResult, Processes } from '../core/ports/processes.ts';
import type { Repository } from '../core/ports/repository.ts';

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;
/** Nothing that the repository's own configuration names is run: no file system monitor, no hooks. */
const ALWAYS = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false'];
/** Variables that would point git at another repository, as inside a hook. */
const MISLEADING =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|EXTERNAL_DIFF)$/;

/** The git repository around the workspace. Throws a `UserError` when git is missing or refuses for another reason than that there is no repository. */
export function createRepository(workspace: string, processes: Processes): Repository {
  const exists = async (path: string): Promise<boolean> => (await lstat(resolvePath(workspace, path)).catch(() => undefined)) !== undefined;
  const env = {
    ...Object.fromEntries(Object.entries(processes.repositoryEnvironment).filter(([name]) => !MISLEADING.test(name))),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  };
  const git = async (args: readonly string[], stdin?: string): Promise<CommandResult> => {
    const argv = ['git', ...ALWAYS, ...args] as const;
    const result = await processes.run({
      argv,
      folder: workspace,
      env,
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      ...(stdin === undefined ? {} : { stdin }),
    });
    if (result.startError !== undefined) throw failure(args, result.startError, 'install git, or put it into PATH');
    if (result.timedOut) throw failure(args, `no answer within ${TIMEOUT_MS} ms`, 'look for a lock or a very slow disk');
    if (result.stdout.truncated) throw failure(args, `more than ${MAX_OUTPUT_BYTES} bytes`, 'name a smaller file or a smaller range');
    return result;
  };
  /** Standard output, or `undefined` when git says no with one of `no`. */
  const askWith = async (stdin: string | undefined, no: readonly number[], ...args: readonly string[]): Promise<Uint8Array | undefined> => {
    const result = await git(args, stdin);
    if (result.exitCode === 0) return result.stdout.bytes;
    if (result.exitCode !== undefined && no.includes(result.exitCode)) return undefined;
    const said = Buffer.from(result.stderr.bytes).toString('utf8').trim();
    if (said.includes('not a git repository')) return undefined;
    throw failure(
      args,
      said.split('\n')[0]?.slice(0, 300) || `exit ${result.exitCode ?? result.signal}`,
      'run the same git command here to see why',
    );
  };
  const ask = (no: readonly number[], ...args: readonly string[]): Promise<Uint8Array | undefined> => askWith(undefined, no, ...args);
  const line = (bytes: Uint8Array | undefined): string | undefined => {
    const text = bytes === undefined ? '' : Buffer.from(bytes).toString('utf8').replace(/\n$/, '');
    return text === '' ? undefined : text;
  };
  const fields = (bytes: Uint8Array | undefined): readonly string[] =>
    bytes === undefined
      ? []
      : Buffer.from(bytes)
          .toString('utf8')
          .split('\0')
          .filter((field) => field !== '');
  const resolve = async (revision: string): Promise<string | undefined> =>
    line(await ask([1], 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`));
  /** git names paths from the top of the repository; we name them from the workspace. */
  const fromWorkspace = async (paths: readonly string[]): Promise<readonly string[]> => {
    const prefix = line(await ask([], 'rev-parse', '--show-prefix')) ?? '';
    return [...new Set(paths.map((path) => posix.relative(prefix, path)))].sort(compareText);
  };
  /**
   * Tracked files that git was told not to look at: `assume-unchanged` (a lower-case tag), or `skip-worktree` (S) though they are there. Nothing vouches
   * for their content, so they count as changed.
   */
  const hiddenFiles = async (): Promise<readonly string[]> => {
    const tagged = fields(await ask([], 'ls-files', '-v', '-z', '--full-name', '--', ':/'));
    const top = (line(await ask([], 'rev-parse', '--show-cdup')) ?? '.').replace(/\/$/, '');
    const skipped = tagged.filter((entry) => entry.startsWith('S ')).map((entry) => entry.slice(2));
    const present = await Promise.all(skipped.map((path) => exists(`${top}/${path}`)));
    return [
      ...tagged.filter((entry) => /^[a-z] /.test(entry)).map((entry) => entry.slice(2)),
      ...skipped.filter((_, index) => present[index]),
    ];
  };
  const commitOf = async (revision: string): Promise<string> => {
    const commit = await resolve(revision);
    if (commit === undefined) {
      const todo = 'fetch it: in a workflow, check out with fetch-depth: 0';
      throw new UserError({ where: `git revision ${revision}`, found: 'nothing of that name here', expected: 'a commit', todo });
    }
    return commit;
  };
  return {
    head: () => resolve('HEAD'),
    folder: async () => {
      // At the top git answers with an empty line, outside with nothing at all.
      const prefix = await ask([], 'rev-parse', '--show-prefix');
      return prefix === undefined ? undefined : (line(prefix)?.replace(/\/$/, '') ?? '.');
    },
    ignored: async (paths) => {
      const stdin = paths.map((path) => `${path}\0`).join('');
      return paths.length === 0 ? [] : [...fields(await askWith(stdin, [1], 'check-ignore', '-z', '--stdin'))].sort(compareText);
    },
    resolve,
    changes: async () => {
      // Porcelain v1 with -z: two letters of state, a space, the path from the top; renames are off, so no second path follows.
      const status = fields(
        await ask([], 'status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=none'),
      );
      const pathOf = (entry: string) => entry.slice(3).replace(/\/$/, '');
      const isUntracked = (entry: string) => entry.startsWith('?? ');
      return {
        tracked: await fromWorkspace([...status.filter((entry) => !isUntracked(entry)).map(pathOf), ...(await hiddenFiles())]),
        untracked: await fromWorkspace(status.filter(isUntracked).map(pathOf)),
      };
    },
    origin: async () => {
      const url = line(await ask([1], 'config', '--get', 'remote.origin.url'));
      return url === undefined ? undefined : nameOnGithub(url);
    },
    isShallow: async () => line(await ask([], 'rev-parse', '--is-shallow-repository')) !== 'false',
    tags: async () => {
      const text = line(await ask([], 'for-each-ref', '--format=%(refname:strip=2)', 'refs/tags'));
      return (text?.split('\n') ?? []).sort(compareText);
    },
    isAncestor: async (ancestor, descendant) =>
      (await ask([1], 'merge-base', '--is-ancestor', await commitOf(ancestor), await commitOf(descendant))) !== undefined,
    changedPaths: async (from, to) => {
      const [left, right] = [await commitOf(from), await commitOf(to)];
      const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--no-ext-diff', '--no-textconv', left, right];
      return await fromWorkspace(fields(await ask([], ...args)));
    },
    files: async (revision) =>
      await fromWorkspace(fields(await ask([], 'ls-tree', '-r', '-z', '--name-only', '--full-tree', await commitOf(revision)))),
    show: async (revision, path) => {
      const commit = await resolve(revision);
      if (commit === undefined) return undefined;
      const object = line(
        await ask([1, 128], 'rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}:./${posix.normalize(path)}`),
      );
      if (object === undefined || line(await ask([], 'cat-file', '-t', object)) !== 'blob') return undefined;
      return await ask([], 'cat-file', 'blob', object);
    },
  };
}

/** `owner/name` of an address on github.com, in any of the forms that git accepts. */
export function nameOnGithub(url: string): string | undefined {
  const match =
    /^(?:(?:https?|ssh|git):\/\/(?:[^@/]*@)?(?:ssh\.)?github\.com(?::\d+)?\/|(?:[^@/:]*@)?github\.com:\/?)([^/]+\/[^/]+?)(?:\.git)?\/?$/i.exec(
      url,
    );
  return match?.[1];
}

function failure(args: readonly string[], found: string, todo: string): UserError {
  return new UserError({ where: `git ${args.join(' ').slice(0, 120)}`, found, expected: 'an answer of git', todo });
}
