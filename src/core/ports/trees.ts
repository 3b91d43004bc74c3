/** What stands at one path of a folder; `size` is looked up when it is asked for. Links to files count as the files; other links by where they point. */
export type TreeEntry =
  | { readonly path: string; readonly kind: 'file'; readonly size: number }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'other'; readonly what: string };

export interface Tree {
  readonly state: 'present' | 'absent' | 'empty';
  /** Everything that is no folder, in total order of paths, relative to the folder, `/` between segments. */
  readonly entries: readonly TreeEntry[];
}

/** Whole folders at once, for work on a hundred thousand files. */
export interface Trees {
  /** Lists everything below a folder. An absent folder is a state, not an error. */
  read(folder: string): Promise<Tree>;
  /** Of files that stand in both folders, the paths of those with equal bytes. What cannot be read is left out. */
  findSame(left: string, right: string, paths: readonly string[], onProgress?: (done: number) => void): Promise<ReadonlySet<string>>;
}
