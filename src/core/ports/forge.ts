/** A workflow run, as the forge itself tells it; what it is worth is judged elsewhere. */
export interface ForgeRun {
  readonly id: string;
  /** Of the newest attempt, counted from 1. */
  readonly attempt: number;
  /** `owner/name` that the run belongs to. */
  readonly repository: string;
  /** `owner/name` of the code that ran; null when the fork is gone. */
  readonly headRepository: string | null;
  readonly headSha: string;
  /** Name of the branch or tag whose push started it, or that it was started on. */
  readonly headBranch: string | null;
  readonly event: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  /** Workflow file of the run, `.github/workflows/testops-ci.yml`. */
  readonly path: string;
  /** Reusable workflows that it called, `owner/name/.github/workflows/testops-ci.yml@ref`. */
  readonly referencedWorkflows: readonly string[];
  /** When it last changed, ISO 8601. */
  readonly updatedAt: string;
  /** Page of the run. */
  readonly url: string;
}

/** An artifact of a run. */
export interface ForgeArtifact {
  readonly id: number;
  readonly name: string;
  /** Of the zip. */
  readonly sizeBytes: number;
  /** Hexadecimal SHA-256 of the zip, where the service recorded it. */
  readonly sha256: string | undefined;
}

/** What an archive may hold. Everything beyond is a reason to refuse the whole. */
export interface ArchiveLimits {
  readonly maxEntries: number;
  /** Of one file, unpacked. */
  readonly maxFileBytes: number;
  /** Of all files together, unpacked. */
  readonly maxTotalBytes: number;
  /** The only names that are accepted; relative, `/` between segments. */
  readonly names: RegExp;
}

/** An artifact on its way: unpacked in memory, or bytes other than those that were uploaded. */
export type FetchedArtifact =
  | { readonly kind: 'unpacked'; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'other-bytes'; readonly found: string; readonly expected: string };

/** Somebody's approval, in the words of `decision.json`. */
export interface ForgeApproval {
  readonly by: string;
  readonly kind: 'review' | 'environment';
  readonly state: 'approved' | 'changes-requested' | 'dismissed' | 'rejected' | 'commented';
  /** ISO 8601. */
  readonly at: string;
  /** Commit that it stands for; an approval of an environment has none. */
  readonly commit?: string;
  /** Environment that was approved. */
  readonly environment?: string;
  readonly link?: string;
}

/** Who answers for a commit. */
export interface ForgePeople {
  readonly approvals: readonly ForgeApproval[];
  /** Logins of those who wrote the commit, or a pull request that it belongs to. */
  readonly authors: readonly string[];
}

/** Whether a tag could be made; two that try at once cannot both. */
export type TagCreated = { readonly kind: 'created' } | { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly found: string };

/** Whether a tag is gone now; `kept` with what stood in the way, in words. */
export type TagRemoved = { readonly kind: 'removed' } | { readonly kind: 'kept'; readonly found: string };

/**
 * The place that holds the repository, its runs and its tags: what GitHub says through its API. It judges nothing. What is not there is `undefined`;
 * what cannot be had (no right, no answer) is thrown.
 */
export interface Forge {
  /** `owner/name`. */
  readonly repository: string;
  findRun(id: string): Promise<ForgeRun | undefined>;
  /** Completed runs on a commit, newest first. */
  listRuns(commit: string): Promise<readonly ForgeRun[]>;
  /** Ids of runs that the commit statuses of a context link to, newest first, each once. */
  listRunsNamedByStatus(commit: string, context: string): Promise<readonly string[]>;
  /** Artifacts that can still be had. */
  listArtifacts(runId: string): Promise<readonly ForgeArtifact[]>;
  /** @throws UserError for an archive that breaks the limits, is larger than `maxBytes`, or cannot be had. */
  fetchArtifact(artifact: ForgeArtifact, maxBytes: number, limits: ArchiveLimits): Promise<FetchedArtifact>;
  /** Commit at the tip of the default branch, and the branch's name. */
  defaultBranch(): Promise<{ readonly name: string; readonly commit: string }>;
  /** Bytes of a file at a commit. @throws UserError for one that is too large to be read so (1 MB), or is no file. */
  readFile(path: string, commit: string): Promise<Uint8Array | undefined>;
  /** Every file of a commit; undefined when there are more than the forge lists. */
  listFiles(commit: string): Promise<readonly string[] | undefined>;
  /** Commit that a tag leads to, annotated tags peeled. */
  findTag(name: string): Promise<string | undefined>;
  /** Every tag with the commit that it leads to. */
  listTags(): Promise<readonly { readonly name: string; readonly commit: string }[]>;
  /** Paths changed from an ancestor to a commit; `not-ancestor` when it is none; `paths` undefined when there are more than the forge lists. */
  compare(
    from: string,
    to: string,
  ): Promise<{ readonly kind: 'ancestor'; readonly paths: readonly string[] | undefined } | { readonly kind: 'not-ancestor' }>;
  /** Reviews of the pull requests of a commit, approvals of environments in a run, and the authors, whose approval is none. */
  findPeople(commit: string, runId: string | undefined): Promise<ForgePeople>;
  /** Environments whose deployment people approved in a run. */
  listApprovedEnvironments(runId: string): Promise<readonly string[]>;
  /** How many reviewers an environment requires; undefined when there is no such environment. */
  countReviewers(environment: string): Promise<number | undefined>;
  /** Login of the person whose token this is; undefined for an app's. */
  findPerson(): Promise<string | undefined>;
  /** Removes a tag while it leads to this commit, unless a ruleset or an immutable release forbids it. */
  removeTag(name: string, commit: string): Promise<TagRemoved>;
  createTag(name: string, commit: string): Promise<TagCreated>;
  /** Starts a workflow of this repository on its default branch; the page of the run, where the forge tells it. @throws UserError when it cannot. */
  dispatch(workflow: string, inputs: Readonly<Record<string, string>>): Promise<string | undefined>;
}
