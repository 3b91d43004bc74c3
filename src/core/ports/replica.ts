/** Bytes to be kept under a key: segments of letters, digits, `.`, `_` and `-` with `/` between them. */
export interface ReplicaItem {
  readonly key: string;
  readonly bytes: Uint8Array;
}

export interface ReplicaEntry {
  readonly key: string;
  readonly size: number;
}

/** A replica that could not do what was asked. Absence is no failure. `detail` holds nothing private. */
export class ReplicaFailure extends Error {
  readonly reason: 'unreachable' | 'denied' | 'full' | 'contract';

  constructor(reason: ReplicaFailure['reason'], detail: string, options?: ErrorOptions) {
    super(`${reason}: ${detail}`, options);
    this.name = 'ReplicaFailure';
    this.reason = reason;
  }
}

/**
 * One copy of a store: a folder, a bucket, a release, a branch. It keeps bytes under keys and knows nothing of what they mean; readers check digests.
 * Every method throws a `ReplicaFailure` when the replica cannot be used.
 */
export interface Replica {
  /** How messages name it, e.g. `folder /backup/snapshots`. */
  readonly name: string;
  /** `undefined`: nothing stands under the key. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Writes each item whole or not at all; they are durable when it resolves. What stood under a key is replaced. */
  write(items: readonly ReplicaItem[]): Promise<void>;
  /** Writes only where nothing stands under the key, atomically against every other writer; `false`: something stands there. */
  claim(item: ReplicaItem): Promise<boolean>;
  /** Every key that begins with the prefix, sorted. */
  list(prefix: string): Promise<readonly ReplicaEntry[]>;
}

/** Where a replica lies, as the configuration says it. */
export type ReplicaPlace =
  | { readonly folder: string }
  | {
      readonly s3: {
        readonly bucket: string;
        readonly prefix?: string | undefined;
        readonly region?: string | undefined;
        readonly endpoint?: string | undefined;
      };
    }
  | { readonly release: string }
  | { readonly branch: string };

/** Opens replicas by their place. */
export interface Replicas {
  open(place: ReplicaPlace): Promise<Replica>;
}
