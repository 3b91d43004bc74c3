import type { Baselines } from '../../core/ports/baselines.ts';
import type { Files } from '../../core/ports/files.ts';
import type { Replica } from '../../core/ports/replica.ts';
import { createBranchReplica } from './branch.ts';
import { type ConnectOptions, connectGithub } from './connect.ts';
import { createReleaseReplica } from './release.ts';
import { createRemoteBaselines, type RestoreCache } from './remote-baselines.ts';
import type { GithubPlace } from './requests.ts';

export { createBranchReplica } from './branch.ts';
export { connectGithub } from './connect.ts';
export { createReleaseReplica } from './release.ts';
export { createRemoteBaselines } from './remote-baselines.ts';

/** Where snapshots may lie on GitHub: replicas, and baselines of earlier runs and releases; one connection serves both. */
export interface GithubSnapshots {
  /** `undefined`: no token, or no repository. */
  readonly openReplica: (where: { readonly release: string } | { readonly branch: string }) => Promise<Replica | undefined>;
  readonly baselines: Baselines;
}

export function createGithubSnapshots(
  options: ConnectOptions & { readonly files: Files; readonly restoreCache?: RestoreCache },
): GithubSnapshots {
  const { files, restoreCache } = options;
  const connect = connectGithub(options);
  return {
    openReplica: async (where) => {
      const place = await connect();
      return place && openGithubReplica(place, where);
    },
    baselines: createRemoteBaselines({ connect, files, restoreCache }),
  };
}

/** Opens a replica in a release (by its tag) or on a branch of one repository. */
export function openGithubReplica(place: GithubPlace, where: { readonly release: string } | { readonly branch: string }): Replica {
  return 'release' in where ? createReleaseReplica(place, where.release) : createBranchReplica(place, where.branch);
}
