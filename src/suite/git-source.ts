import type { Repository } from '../core/index.ts';
import type { DocumentSource } from './gather-documents.ts';

/** What commits hold, read from the clone: content under a commit id is the same wherever it is read. */
export function gitSource(repository: Repository): Omit<DocumentSource, 'defaultBranch'> {
  return {
    readFile: (path, commit) => repository.show(commit, path),
    listFiles: (commit) => repository.files(commit),
    compare: async (from, to) =>
      (await repository.isAncestor(from, to))
        ? { kind: 'ancestor', paths: await repository.changedPaths(from, to) }
        : { kind: 'not-ancestor' },
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
 * The clone for every commit that it has, and the forge for others. Which commit the default branch is at only the forge says; what that commit holds
 * is the same wherever it is read. A shallow clone knows neither the tags nor who came before whom: there the forge is asked, since an earlier beta that
 * nobody sees is one whose limits nobody compares.
 */
export function clonedSource(repository: Repository, forge: DocumentSource): DocumentSource {
  const git = gitSource(repository);
  let shallow: Promise<boolean> | undefined;
  const isShallow = () => {
    shallow ??= repository.isShallow();
    return shallow;
  };
  const has = async (commit: string) => (await repository.resolve(commit)) === commit;
  return {
    defaultBranch: () => forge.defaultBranch(),
    readFile: async (path, commit) => ((await has(commit)) ? git : forge).readFile(path, commit),
    listFiles: async (commit) => ((await has(commit)) ? git : forge).listFiles(commit),
    listTags: async () => ((await isShallow()) ? forge : git).listTags(),
    compare: async (from, to) => {
      const here = !(await isShallow()) && (await has(from)) && (await has(to));
      return (here ? git : forge).compare(from, to);
    },
  };
}
