import type { Baselines } from './baselines.ts';
import type { Clock } from './clock.ts';
import type { Files } from './files.ts';
import type { Http } from './http.ts';
import type { Ledgers } from './ledger.ts';
import type { Processes } from './processes.ts';
import type { Progress } from './progress.ts';
import type { Random } from './random.ts';
import type { Replicas } from './replica.ts';
import type { Repository } from './repository.ts';
import type { Secrets } from './secrets.ts';
import type { TestopsServices } from './testops-service.ts';
import type { Trees } from './trees.ts';
import type { Workers } from './workers.ts';

/** Everything that a gate may ask for; it receives only what it names. */
export interface Ports {
  readonly clock: Clock;
  readonly files: Files;
  readonly http: Http;
  readonly ledgers: Ledgers;
  /** Folders of the workspace that the suite itself writes: no part of what is tested. */
  readonly ownFolders: readonly string[];
  readonly processes: Processes;
  readonly progress: Progress;
  readonly random: Random;
  readonly repository: Repository;
  readonly secrets: Secrets;
  readonly services: TestopsServices;
  readonly trees: Trees;
  readonly workers: Workers;
  /** Copies of a snapshot store; absent where a face has none to offer. */
  readonly replicas?: Replicas;
  /** Baselines from runs, releases, artifacts and caches; absent where a face cannot reach them. */
  readonly baselines?: Baselines;
  /**
   * The beta that `tag:previous` stands for: the base with the highest version. Absent where nobody resolved the bases: then the nearest
   * ancestor that a beta tag leads to.
   */
  readonly previousBeta?: () => Promise<{ readonly tag: string; readonly commit: string } | undefined>;
}

export type PortName = keyof Ports;

/** The machine: what src/host implements. */
export type Host = Omit<Ports, 'services'>;

export type * from './clock.ts';
export type * from './files.ts';
export type * from './forge.ts';
export type * from './http.ts';
export type * from './processes.ts';
export type * from './progress.ts';
export type * from './publisher.ts';
export type * from './random.ts';
export type * from './repository.ts';
export type * from './secrets.ts';
export type * from './signatures.ts';
export type * from './testops-service.ts';
export type * from './workers.ts';
