/** A baseline that lies in another place than the workspace or the store. */
export type BaselineSource =
  /** Snapshots that a workflow run uploaded. */
  | { readonly kind: 'run'; readonly runId: string }
  /** An asset of a release. */
  | { readonly kind: 'release'; readonly tag: string }
  /** An artifact by its name; the newest one of the default branch. */
  | { readonly kind: 'artifact'; readonly name: string }
  | { readonly kind: 'cache'; readonly key: string };

export type FetchedBaseline =
  | { readonly kind: 'fetched' }
  /** Looked, and it is not there. */
  | { readonly kind: 'absent'; readonly detail: string }
  /** Could not look. */
  | { readonly kind: 'unreachable'; readonly detail: string };

/** Brings baselines from elsewhere. */
export interface Baselines {
  /** Fills an empty folder (absolute path) with the files of a baseline. */
  fetch(source: BaselineSource, folder: string): Promise<FetchedBaseline>;
}
