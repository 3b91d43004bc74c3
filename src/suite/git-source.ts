import type { Forge, Repository } from '../core/index.ts';
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
 * is the same wherever it is read.
 */
export function clonedSource(repository: Repository, forge: Pick<Forge, 'defaultBranch' | 'readFile'>): DocumentSource {
  const git = gitSource(repository);
  return {
    ...git,
    defaultBranch: () => forge.defaultBranch(),
    readFile: async (path, commit) =>
      (await repository.resolve(commit)) === commit ? git.readFile(path, commit) : forge.readFile(path, commit),
  };
}
