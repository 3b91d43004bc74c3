/** The version control of the workspace. */
export interface Repository {
  /** `undefined` outside git. */
  head(): Promise<string | undefined>;
  /** Full commit id of a revision, tags peeled; `undefined` when there is none. */
  resolve(revision: string): Promise<string | undefined>;
  /** Tracked files that differ from HEAD and unignored untracked files, relative to the workspace, sorted; `..` leads out of it. */
  changes(): Promise<readonly string[]>;
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
