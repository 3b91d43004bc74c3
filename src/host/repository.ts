import { lstat } from 'node:fs/promises';
import { posix, resolve as resolvePath } from 'node:path';
import { compareText, gitCommand, gitEnvironment, UserError } from '../core/index.ts';
import type { CommandResult, Processes } from '../core/ports/processes.ts';
import type { Repository, TreeEntry } from '../core/ports/repository.ts';

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

/** The git repository around the workspace. Throws a `UserError` when git is missing or refuses for another reason than that there is no repository. */
export function createRepository(workspace: string, processes: Processes): Repository {
  const exists = async (path: string): Promise<boolean> => (await lstat(resolvePath(workspace, path)).catch(() => undefined)) !== undefined;
  const env = gitEnvironment(processes.repositoryEnvironment);
  const git = async (args: readonly string[], stdin?: string, more: Readonly<Record<string, string>> = {}): Promise<CommandResult> => {
    const result = await processes.run({
      argv: gitCommand(args),
      folder: workspace,
      env: { ...env, ...more },
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
  const answerOf = (result: CommandResult, no: readonly number[], args: readonly string[]): Uint8Array | undefined => {
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
  const ask = async (no: readonly number[], ...args: readonly string[]): Promise<Uint8Array | undefined> =>
    answerOf(await git(args), no, args);
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
  /** Settings of filters in the repository's own configuration, with their values. */
  const localSettings = async (): Promise<readonly Setting[]> => {
    const listed = fields(await ask([1], 'config', '--show-scope', '-z', '--get-regexp', '^filter[.]'));
    return listed.flatMap((scope, index) => {
      if (index % 2 === 1 || scope === 'global' || scope === 'system') return [];
      const [key = '', value = ''] = split(listed[index + 1] ?? '');
      return [{ key, value }];
    });
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
      if (paths.length === 0) return [];
      const args = ['check-ignore', '-z', '--stdin'];
      const result = await git(args, paths.map((path) => `${path}\0`).join(''));
      return [...fields(answerOf(result, [1], args))].sort(compareText);
    },
    resolve,
    changes: async () => {
      // Porcelain v1 with -z: two letters of state, a space, the path from the top; renames are off, so no second path follows.
      const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=none'];
      const status = fields(answerOf(await git(args, undefined, withoutFilters(await localSettings(), env)), [], args));
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
    refsContaining: async (commit) => {
      const listed = await ask(
        [128, 129],
        'for-each-ref',
        `--contains=${commit}`,
        '--format=%(refname)',
        'refs/heads',
        'refs/remotes',
        'refs/tags',
      );
      return listed === undefined
        ? []
        : Buffer.from(listed)
            .toString('utf8')
            .split('\n')
            .filter((name) => name !== '');
    },
    isAncestor: async (ancestor, descendant) =>
      (await ask([1], 'merge-base', '--is-ancestor', await commitOf(ancestor), await commitOf(descendant))) !== undefined,
    ancestorsAmong: async (commits, of) => {
      const wanted = new Set(commits);
      if (wanted.size === 0) return [];
      const target = await commitOf(of);
      const history = line(await ask([], 'rev-list', '--topo-order', target))?.split('\n') ?? [];
      return history.filter((commit) => commit !== target && wanted.has(commit));
    },
    branchRef: async (name) => {
      // git's own order puts a tag, or a local branch, of the same short name first; anyone who may push can make one.
      const candidates = /^refs\/|^HEAD$/.test(name) ? [name] : [`refs/remotes/${name}`, `refs/heads/${name}`];
      for (const ref of candidates) {
        const target = line(await ask([1, 128], 'symbolic-ref', '--quiet', ref)) ?? ref;
        if (target !== ref) return target;
        if (line(await ask([1, 128], 'show-ref', '--verify', '--hash', '--end-of-options', ref)) !== undefined) return ref;
      }
      return undefined;
    },
    changedPaths: async (from, to) => {
      const [left, right] = [await commitOf(from), await commitOf(to)];
      const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--no-ext-diff', '--no-textconv', left, right];
      return await fromWorkspace(fields(await ask([], ...args)));
    },
    files: async (revision) =>
      await fromWorkspace(fields(await ask([], 'ls-tree', '-r', '-z', '--name-only', '--full-tree', await commitOf(revision)))),
    tree: async (revision) => {
      const entries = fields(await ask([], 'ls-tree', '-r', '-z', '--full-tree', await commitOf(revision)));
      const prefix = line(await ask([], 'rev-parse', '--show-prefix')) ?? '';
      return entries.map((entry) => readTreeEntry(entry, prefix));
    },
    committedMs: async (revision) => Number(line(await ask([], 'show', '-s', '--format=%ct', await commitOf(revision)))) * 1000,
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

/** A line of `git ls-tree -r -z`: `<mode> <type> <id>\t<path>`. */
function readTreeEntry(entry: string, prefix: string): TreeEntry {
  const tab = entry.indexOf('\t');
  const [mode, type, id = ''] = entry.slice(0, tab).split(' ');
  const file = mode === '120000' ? 'link' : 'file';
  return { path: posix.relative(prefix, entry.slice(tab + 1)), kind: type === 'commit' ? 'commit' : file, id };
}

interface Setting {
  readonly key: string;
  readonly value: string;
}

/** What `git lfs install --local` writes, as actions/checkout does: it runs the git-lfs of the machine and nothing else. */
const OF_GIT_LFS: readonly Setting[] = [
  { key: 'filter.lfs.clean', value: 'git-lfs clean -- %f' },
  { key: 'filter.lfs.smudge', value: 'git-lfs smudge -- %f' },
  { key: 'filter.lfs.process', value: 'git-lfs filter-process' },
];

/**
 * Variables that switch off the filters which a configuration file in the repository names: `git status` would run them on every file whose times changed.
 * A file that only its filter makes equal to the commit then counts as changed. Filters of the person's and the machine's own configuration stay.
 */
function withoutFilters(settings: readonly Setting[], env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const isOfLfs = ({ key, value }: Setting) => OF_GIT_LFS.some((known) => known.key === key && known.value === value);
  const programs = settings.filter(({ key }) => /\.(clean|smudge|process)$/.test(key));
  const drivers = [...new Set(programs.filter((one) => !isOfLfs(one)).map(({ key }) => key.replace(/\.[^.]*$/, '')))];
  const given = Number(env.GIT_CONFIG_COUNT ?? 0) || 0;
  const off = drivers.flatMap((driver) => [
    [`${driver}.clean`, ''],
    [`${driver}.smudge`, ''],
    [`${driver}.process`, ''],
    [`${driver}.required`, 'false'],
  ]);
  return Object.fromEntries([
    ...off.flatMap(([key = '', value = ''], index) => [
      [`GIT_CONFIG_KEY_${given + index}`, key],
      [`GIT_CONFIG_VALUE_${given + index}`, value],
    ]),
    ['GIT_CONFIG_COUNT', String(given + off.length)],
  ]);
}

/** `key` and value of one entry of `git config -z`, which a line feed parts. */
function split(entry: string): readonly [string, string] {
  const at = entry.indexOf('\n');
  return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
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
