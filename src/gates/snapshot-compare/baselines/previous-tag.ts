import { compare, parse, type SemVer } from 'semver';
import type { Repository } from '../../../core/ports/repository.ts';

/** The tag before the one that is being made, and the one that is being made where HEAD has it. */
export interface Neighbours {
  readonly current?: string;
  readonly previous?: string;
}

/**
 * `previous` is the highest version tag that is lower than the version at HEAD (if HEAD has a version tag) and an ancestor of HEAD. A tag on HEAD itself is
 * never previous.
 */
export async function findNeighbours(repository: Repository): Promise<Neighbours> {
  const head = await repository.head();
  if (head === undefined) return {};
  const versions = (await repository.tags())
    .flatMap((tag) => {
      const version = parse(tag, { loose: false });
      return version ? [{ tag, version }] : [];
    })
    .sort((a, b) => compareVersions(b, a));
  let current: string | undefined;
  let limit: SemVer | undefined;
  for (const { tag, version } of versions) {
    const commit = await repository.resolve(`refs/tags/${tag}`);
    if (commit === head) {
      current ??= tag;
      limit ??= version;
    }
  }
  for (const { tag, version } of versions) {
    if (limit && compare(version, limit) >= 0) continue;
    const commit = await repository.resolve(`refs/tags/${tag}`);
    if (commit === undefined || commit === head || !(await repository.isAncestor(commit, head))) continue;
    return { previous: tag, ...(current === undefined ? {} : { current }) };
  }
  return current === undefined ? {} : { current };
}

function compareVersions(a: { tag: string; version: SemVer }, b: { tag: string; version: SemVer }): number {
  return compare(a.version, b.version) || (a.tag < b.tag ? -1 : 1);
}
