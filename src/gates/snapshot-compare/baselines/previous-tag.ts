import { compare, parse, rcompare, type SemVer } from 'semver';
import type { Repository } from '../../../core/ports/repository.ts';

const BETA_TAG = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)-beta\.(0|[1-9]\d*)$/;

/**
 * The nearest proper ancestor of HEAD that a beta tag leads to; of several tags there the one with the highest version. A tag on HEAD itself, without `v`, with
 * build metadata or with more than `beta.N` is no previous beta.
 */
export async function findNearestBeta(repository: Repository): Promise<{ readonly tag: string; readonly commit: string } | undefined> {
  const head = await repository.head();
  if (head === undefined) return undefined;
  const tags = new Map<string, string[]>();
  for (const tag of (await repository.tags()).filter((name) => BETA_TAG.test(name))) {
    const commit = await repository.resolve(`refs/tags/${tag}`);
    if (commit !== undefined) tags.set(commit, [...(tags.get(commit) ?? []), tag]);
  }
  const [commit] = await repository.ancestorsAmong([...tags.keys()], head);
  const [tag] = (tags.get(commit ?? '') ?? []).sort(rcompare);
  return commit === undefined || tag === undefined ? undefined : { tag, commit };
}

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
