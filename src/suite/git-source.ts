import { type Forge, isUserError, messageOf, type Repository, UserError } from '../core/index.ts';
import type { DefaultBranch } from '../decision/index.ts';
import type { History } from './tag/bases.ts';

/** Where documents are read from: commits of a clone or of the forge, never a work tree. */
export interface DocumentSource extends History, Pick<Forge, 'readFile' | 'listFiles'> {
  defaultBranch(): Promise<DefaultBranch>;
  /** Paths changed from an ancestor to a commit; undefined when there are more than can be listed. */
  changedPaths(from: string, to: string): Promise<readonly string[] | undefined>;
  /** Whether history is missing that nobody else can give. */
  isCutShort(): Promise<boolean>;
}

/** What the clone alone knows. Content under a commit id is the same wherever it is read. */
export function gitSource(repository: Repository): Omit<DocumentSource, 'defaultBranch'> {
  return {
    readFile: (path, commit) => repository.show(commit, path),
    listFiles: (commit) => repository.files(commit),
    changedPaths: (from, to) => repository.changedPaths(from, to),
    ancestorsAmong: (commits, of) => repository.ancestorsAmong(commits, of),
    isCutShort: () => repository.isShallow(),
    listTags: async () => {
      const tags: { name: string; commit: string }[] = [];
      for (const name of await repository.tags()) {
        if (!/^v\d.*-beta\./.test(name)) continue;
        const commit = await repository.resolve(`refs/tags/${name}`);
        if (commit !== undefined) tags.push({ name, commit });
      }
      return tags;
    },
  };
}

/**
 * The clone with the default branch that it knows: `named` (`--default-branch`), else `origin/HEAD`, else `HEAD`.
 * @throws UserError when `named` leads nowhere, or there is no commit.
 */
export function localSource(repository: Repository, named: string | undefined): DocumentSource {
  let found: Promise<DefaultBranch> | undefined;
  const defaultBranch = () => {
    // Found once: commands of the repository, which run between two questions, can move a branch of the clone.
    found ??= findLocalBranch(repository, named);
    return found;
  };
  return { ...gitSource(repository), defaultBranch };
}

async function findLocalBranch(repository: Repository, named: string | undefined): Promise<DefaultBranch> {
  if (named !== undefined) {
    const commit = await resolveBranch(repository, named);
    if (commit !== undefined) return { name: named, commit, source: 'flag' };
    throw new UserError({
      where: '--default-branch',
      found: `${JSON.stringify(named)}, which is no branch of this clone`,
      expected: 'a branch, such as origin/main, or a full commit id',
      todo: 'fetch the branch (`git fetch origin`), or correct the name',
    });
  }
  const origin = await repository.branchRef('refs/remotes/origin/HEAD');
  if (origin !== undefined) {
    const name = origin.replace(/^refs\/remotes\//, '');
    const commit = await repository.resolve(origin);
    if (commit !== undefined) return { name, commit, source: 'origin-head' };
    throw new UserError({
      where: 'origin/HEAD',
      found: `${name}, which is no branch of this clone`,
      expected: 'the default branch of origin',
      todo: 'run `git fetch origin` and `git remote set-head origin --auto`',
    });
  }
  const head = await repository.head();
  if (head !== undefined) return { name: 'HEAD', commit: head, source: 'head' };
  throw new UserError({
    where: 'the default branch',
    found: 'no commit in this repository',
    expected: 'a commit with the configuration of the gates',
    todo: 'commit the configuration first',
  });
}

/** Commit of a branch, of `branch~2` and the like, or of a full id; short names never mean a tag. */
async function resolveBranch(repository: Repository, named: string): Promise<string | undefined> {
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(named)) return repository.resolve(named);
  const [, name = '', steps = ''] = /^(.*?)((?:[~^][0-9]*)*)$/.exec(named) ?? [];
  const ref = await repository.branchRef(name);
  return ref === undefined ? undefined : repository.resolve(`${ref}${steps}`);
}

/** What the forge says about commits; where the default branch is, too. */
export function forgeSource(forge: Pick<Forge, 'readFile' | 'listFiles' | 'listTags' | 'compare' | 'defaultBranch'>): DocumentSource {
  return {
    readFile: (path, commit) => forge.readFile(path, commit),
    listFiles: (commit) => forge.listFiles(commit),
    listTags: () => forge.listTags(),
    defaultBranch: async () => ({ ...(await forge.defaultBranch()), source: 'forge' }),
    isCutShort: async () => false,
    changedPaths: async (from, to) => {
      const compared = await forge.compare(from, to);
      return compared.kind === 'ancestor' ? compared.paths : undefined;
    },
    ancestorsAmong: async (commits, of) => {
      const found: { commit: string; aheadBy: number }[] = [];
      for (const commit of commits) {
        const compared = commit === of ? undefined : await forge.compare(commit, of);
        if (compared?.kind === 'ancestor') found.push({ commit, aheadBy: compared.aheadBy });
      }
      // An ancestor of an ancestor has more commits between itself and the descendant.
      return found.sort((a, b) => a.aheadBy - b.aheadBy || (a.commit < b.commit ? -1 : 1)).map(({ commit }) => commit);
    },
  };
}

/**
 * The clone for every commit that it has, and the forge for others. Which commit the default branch is at only the forge says. A shallow clone knows neither
 * the tags nor which commit came before which: there the forge is asked, since an earlier beta that is not seen is one whose limits are not compared.
 */
export function clonedSource(repository: Repository, forge: Parameters<typeof forgeSource>[0]): DocumentSource {
  const git = gitSource(repository);
  const remote = forgeSource(forge);
  let shallow: Promise<boolean> | undefined;
  const isShallow = () => {
    shallow ??= repository.isShallow();
    return shallow;
  };
  const has = async (commit: string) => (await repository.resolve(commit)) === commit;
  const hasAll = async (commits: readonly string[]) => {
    for (const commit of commits) if (!(await has(commit))) return false;
    return true;
  };
  return {
    defaultBranch: remote.defaultBranch,
    isCutShort: async () => false,
    readFile: async (path, commit) => ((await has(commit)) ? git : remote).readFile(path, commit),
    listFiles: async (commit) => ((await has(commit)) ? git : remote).listFiles(commit),
    listTags: async () => ((await isShallow()) ? explainUnreachable(() => remote.listTags()) : git.listTags()),
    changedPaths: async (from, to) => ((await hasAll([from, to])) ? git : remote).changedPaths(from, to),
    ancestorsAmong: async (commits, of) => {
      // A commit that a whole clone lacks is no ancestor of one that it has.
      if (!(await isShallow()) && (await has(of))) return git.ancestorsAmong(commits, of);
      return explainUnreachable(() => remote.ancestorsAmong(commits, of));
    },
  };
}

/** History that is missing here and could not be had: a comparison without it would leave betas out. */
export function missingHistory(found: string, cause?: unknown): UserError {
  return new UserError(
    {
      where: 'the history of this clone',
      found,
      expected: 'every commit and tag, so that earlier betas can be compared with',
      todo: 'run `git fetch --unshallow --tags`; in a workflow, check out with fetch-depth: 0',
    },
    { cause },
  );
}

async function explainUnreachable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isUserError(error)) throw error;
    throw missingHistory(`a shallow clone, and GitHub could not be asked (${messageOf(error)})`, error);
  }
}
