import type { Replica } from '../../core/ports/replica.ts';
import { createBranchReplica } from './branch.ts';
import { createReleaseReplica } from './release.ts';
import type { GithubPlace } from './requests.ts';

export { createBranchReplica } from './branch.ts';
export { connectGithub } from './connect.ts';
export { createReleaseReplica } from './release.ts';
export { createRemoteBaselines } from './remote-baselines.ts';

/** Opens a replica in a release (by its tag) or on a branch of one repository. */
export function openGithubReplica(place: GithubPlace, where: { readonly release: string } | { readonly branch: string }): Replica {
  return 'release' in where ? createReleaseReplica(place, where.release) : createBranchReplica(place, where.branch);
}
