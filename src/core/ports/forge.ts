/** A reusable workflow that a run called. */
export interface ForgeReferencedWorkflow {
  /** `owner/name/.github/workflows/testops-ci.yml@ref`. */
  readonly path: string;
  /** Commit that the file was read at. */
  readonly sha: string;
  readonly ref: string | undefined;
}

/** A step of a job. Its name is the evaluated one: expressions in it are replaced. */
export interface ForgeStep {
  readonly name: string;
  readonly number: number;
  readonly status: string;
  readonly conclusion: string | null;
}

/** A job in one attempt of a run. */
export interface ForgeJob {
  readonly id: string;
  /** `decide`, or `beta / decide` for a job of a workflow that the job `beta` calls. */
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  /** Names of the runner and of its group; undefined before the job started. */
  readonly runnerName: string | undefined;
  readonly runnerGroup: string | undefined;
  readonly labels: readonly string[];
  readonly steps: readonly ForgeStep[];
}

/** The top of the tree of a commit: names of files and folders, with the ids of their git objects. */
export interface ForgeState {
  readonly commit: string;
  readonly entries: ReadonlyMap<string, string>;
}

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
  /** Reusable workflows that it called. */
  readonly referencedWorkflows: readonly ForgeReferencedWorkflow[];
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

/** A signed summary of a decision as some place keeps it: the bytes of a Sigstore bundle or of a DSSE envelope. Nobody has verified it yet. */
export interface ForgeSummary {
  /** The place, for messages: `the ledger branch`. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** A commit status that links to a run of this repository. Anyone who may write can set one; nobody can take one away. */
export interface ForgeStatus {
  readonly runId: string;
  readonly state: string;
  /** Whatever follows `#` in the link. */
  readonly mark: string | undefined;
  /** When it was set, ISO 8601. */
  readonly at: string;
}

/** A tag, and a commit that it leads or once led to. */
export interface ForgeTagged {
  readonly tag: string;
  readonly commit: string;
}

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
  /** Role in the repository: `maintain`, `admin`, or another; given where commits are not attributed to anyone. */
  readonly role?: string;
}

/** Someone whose approval does not count, and why. */
export interface ForgeExcluded {
  readonly by: string;
  readonly reason: 'started-run' | 'opened-pull-request' | 'signed-commit' | 'wrote-commit' | 'co-authored';
}

/** Who answers for a commit. */
export interface ForgePeople {
  readonly approvals: readonly ForgeApproval[];
  /** Logins of everybody whose approval does not count. */
  readonly authors: readonly string[];
  /** The same with reasons. */
  readonly excluded: readonly ForgeExcluded[];
  /** Commits since the bases that have neither a pull request of a person nor a verified signature, at most 100. */
  readonly unattributed: readonly string[];
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
  /** Every run on a commit, whether it is over or not, newest first. */
  listRuns(commit: string): Promise<readonly ForgeRun[]>;
  /** Every job in an attempt of a run, whether it is over or not. */
  listJobs(runId: string, attempt: number): Promise<readonly ForgeJob[]>;
  /** The top of the tree of a commit; undefined when there is no such commit. */
  findState(commit: string): Promise<ForgeState | undefined>;
  /** What the default branch has and had: its first-parent history, newest first. It ends early where the forge's patience ends. */
  listHistory(): AsyncIterable<ForgeState>;
  /** Every file below a git tree, by its path from there, with the id of its blob. */
  listTree(id: string): Promise<ReadonlyMap<string, string>>;
  readBlob(id: string): Promise<Uint8Array>;
  /** Runs that pushes of beta tags started, newest first; with a name those of that tag only. */
  listTagPushes(tag?: string): Promise<readonly ForgeRun[]>;
  /** Every status of a context on a commit that links to a run, newest first. */
  listStatuses(commit: string, context: string): Promise<readonly ForgeStatus[]>;
  /** Attestations whose statement names a subject with this SHA-256. */
  listAttestations(sha256: string): Promise<readonly ForgeSummary[]>;
  /** Files about a tag on the ledger branch, and those that were there once. */
  listLedgerSummaries(tag: string): Promise<readonly ForgeSummary[]>;
  /**
   * Tags and commits that lines of the ledger of decisions name, and tags that have files there. Anyone who may write can add to it: it proves nothing.
   */
  listLedgerTags(): Promise<{ readonly lines: readonly ForgeTagged[]; readonly folders: readonly string[] }>;
  /** Signed summaries among the assets of the release of a tag. */
  listReleaseSummaries(tag: string): Promise<readonly ForgeSummary[]>;
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
  /**
   * Paths changed from an ancestor to a commit, and how many commits lie between them; `not-ancestor` when it is none; `paths` undefined when there are
   * more than the forge lists.
   */
  compare(
    from: string,
    to: string,
  ): Promise<
    | { readonly kind: 'ancestor'; readonly paths: readonly string[] | undefined; readonly aheadBy: number }
    | { readonly kind: 'not-ancestor' }
  >;
  /**
   * Reviews of the pull requests of a commit, approvals of environments in a run, and everybody whose approval does not count: who started the run, and who
   * contributed to the commits since the bases (none: to the commit itself).
   */
  findPeople(commit: string, runId: string | undefined, since: readonly string[]): Promise<ForgePeople>;
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
