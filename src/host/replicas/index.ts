import { resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Replica, Replicas } from '../../core/ports/replica.ts';
import { createFolderReplica } from './folder.ts';
import { createS3Replica } from './s3.ts';

export interface ReplicaOptions {
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Opens places on GitHub, where a client is at hand. */
  readonly openOnGithub?: (place: { readonly release: string } | { readonly branch: string }) => Promise<Replica | undefined>;
}

/** Opens replicas: folders and buckets here, releases and branches through the client that is given. */
export function createReplicas({ workspace, environment, openOnGithub }: ReplicaOptions): Replicas {
  return {
    open: async (place) => {
      if ('folder' in place) return createFolderReplica(resolve(workspace, place.folder));
      if ('s3' in place) return createS3Replica({ ...place.s3, environment });
      const replica = await openOnGithub?.(place);
      if (replica) return replica;
      throw new UserError({
        where: 'testops.yml: snapshot-compare.store.replicas',
        found: JSON.stringify(place),
        expected: 'a replica that can be reached from here',
        todo: 'set GITHUB_TOKEN and run inside the repository, or use folders and buckets only',
      });
    },
  };
}
