/** What differs from HEAD; paths relative to the workspace, sorted; `..` leads out of it. */
export interface WorkTreeChanges {
  readonly tracked: readonly string[];
  /** Not ignored. */
  readonly untracked: readonly string[];
}

/** A file of a commit. */
export interface TreeEntry {
  /** Relative to the workspace; `..` leads out of it. */
  readonly path: string;
  /** A commit is a submodule. */
  readonly kind: 'file' | 'link' | 'commit';
  /** Id of the object. */
  readonly id: string;
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
  /** Full names of the branches, remote ones too, and tags that contain a commit. */
  refsContaining(commit: string): Promise<readonly string[]>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** Those of the commits that are proper ancestors of another one, descendants before their ancestors. @throws UserError where history is missing. */
  ancestorsAmong(commits: readonly string[], of: string): Promise<readonly string[]>;
  /**
   * Full name of a branch with a short name, `refs/remotes/origin/main` for `origin/main`, symbolic ones (`origin/HEAD`) followed. Remote branches come before
   * local ones, and tags are never meant. A branch that a symbolic one leads to need not be there.
   */
  branchRef(name: string): Promise<string | undefined>;
  /** Paths changed between two commits, sorted. */
  changedPaths(from: string, to: string): Promise<readonly string[]>;
  /** Every file of a commit, relative to the workspace, sorted; `..` leads out of it. */
  files(revision: string): Promise<readonly string[]>;
  /** Every file, link and submodule of a commit, in the order of git. */
  tree(revision: string): Promise<readonly TreeEntry[]>;
  /** When a commit was made (committer time, to the second), in milliseconds since the epoch. */
  committedMs(revision: string): Promise<number>;
  /** Bytes of a file at a revision; `undefined` when it is not there. */
  show(revision: string, path: string): Promise<Uint8Array | undefined>;
}
