/** What differs from HEAD; paths relative to the workspace, sorted; `..` leads out of it. */
export interface WorkTreeChanges {
  readonly tracked: readonly string[];
  /** Not ignored. */
  readonly untracked: readonly string[];
}

/** The version control of the workspace. */
export interface Repository {
  /** `undefined` outside git. */
  head(): Promise<string | undefined>;
  /** Where the workspace lies in the repository: `.` at its top, else a path such as `services/api`; `undefined` outside git. */
  folder(): Promise<string | undefined>;
  /** Those of the paths that git ignores and does not track, sorted; a folder that need not be there ends with `/`. None outside git. */
  ignored(paths: readonly string[]): Promise<readonly string[]>;
  /** Full commit id of a revision, tags peeled; `undefined` when there is none. */
  resolve(revision: string): Promise<string | undefined>;
  changes(): Promise<WorkTreeChanges>;
  /** `owner/name` of the origin on github.com, if it has one. */
  origin(): Promise<string | undefined>;
  /** Whether history is missing here, as after a checkout of depth 1; outside git all of it is. */
  isShallow(): Promise<boolean>;
  tags(): Promise<readonly string[]>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** Paths changed between two commits, sorted. */
  changedPaths(from: string, to: string): Promise<readonly string[]>;
  /** Every file of a commit, relative to the workspace, sorted; `..` leads out of it. */
  files(revision: string): Promise<readonly string[]>;
  /** Bytes of a file at a revision; `undefined` when it is not there. */
  show(revision: string, path: string): Promise<Uint8Array | undefined>;
}
