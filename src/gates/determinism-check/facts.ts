import type { Compared, VariationId } from './inputs.ts';

/** How a run ended. */
export type Ending =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'timeout'; readonly seconds: number }
  | { readonly kind: 'not-started'; readonly detail: string };

/** What is compared: an output by its path, a stream, or how the run ended. */
export type Target = { readonly type: 'file'; readonly path: string } | { readonly type: Exclude<Compared, 'outputs'> };

/** In what respect a target differs from the first run. */
export type Aspect = 'content' | 'mode' | 'kind' | 'missing' | 'extra' | 'ending';

/** Why a variation could not be applied. */
export type NotAppliedReason =
  | { readonly kind: 'no-tool'; readonly tool: string }
  | { readonly kind: 'not-permitted'; readonly what: string }
  | { readonly kind: 'no-choice'; readonly what: string }
  | { readonly kind: 'no-outputs' };

export type VariationFacts =
  | { readonly id: VariationId; readonly applied: true; readonly setting: string }
  | { readonly id: VariationId; readonly applied: false; readonly reason: NotAppliedReason };

export type RunKind = 'unvaried' | 'varied' | 'terminal' | 'search' | 'repeat';

export interface RunFacts {
  readonly kind: RunKind;
  readonly ending: Ending;
  /** Variations of a `search` run; of others by their kind. */
  readonly varied?: readonly string[];
  /** Whether anything that is compared differed from the first run. */
  readonly differs: boolean;
}

/** One variation, or one of its variables. */
export interface Culprit {
  readonly variation: VariationId;
  readonly variable?: string;
}

/** How often runs of one kind differed from the first run. */
export interface Rate {
  readonly of: string;
  readonly diverged: number;
  readonly runs: number;
}

export type Attribution =
  /** Unvaried runs differ among themselves. */
  | { readonly kind: 'intrinsic'; readonly diverged: number; readonly comparisons: number }
  /** Each set alone makes it differ; everything else together does not. */
  | { readonly kind: 'named'; readonly culprits: readonly (readonly Culprit[])[] }
  | { readonly kind: 'not-attributed'; readonly rates: readonly Rate[] };

/** Where two versions part. Lines and columns from 1, bytes from 0, in the innermost text that could be opened. */
export interface FirstDifference {
  readonly byte: number;
  readonly line: number;
  /** Archive members, outermost first. */
  readonly member?: readonly string[];
  /** JSON pointer, or `row N, column name`, or a header field of an archive member. */
  readonly pointer?: string;
}

export interface DiffLine {
  readonly change: 'same' | 'removed' | 'added' | 'gap';
  readonly left?: number;
  readonly right?: number;
  readonly text: string;
}

export interface CauseFacts {
  readonly id: string;
  /** A short piece of the difference that speaks for this cause. */
  readonly sign: string;
}

export interface Explanation {
  readonly first?: FirstDifference;
  readonly diff: readonly DiffLine[];
  /** Most likely first. */
  readonly causes: readonly CauseFacts[];
  /** Why it goes no deeper, when it does not. */
  readonly limit?: 'too-large' | 'too-many' | 'binary';
}

export interface DifferenceFacts {
  readonly target: Target;
  readonly aspects: readonly Aspect[];
  readonly attribution: Attribution;
  /** Further runs that its search made (others may have served it before), and the most that it may take. */
  readonly search?: { readonly runs: number; readonly bound: number };
  readonly explanation: Explanation;
  /** The first run and one that differs, when it is the ending that differs or a mode. */
  readonly values?: { readonly left: string; readonly right: string };
}

export interface AcceptedState {
  readonly match: string;
  readonly state: 'effective' | 'not-yet' | 'expired';
}

/** What was found at one machine or read from a manifest. */
export interface ManifestFacts {
  readonly name: string;
  readonly platform: string;
  readonly part?: string;
  readonly entries: number;
  readonly merkleRoot: string;
  readonly verdict: 'pass' | 'warn' | 'fail' | 'inconclusive';
  /** What decided there, in a few words. */
  readonly headline?: string;
}

export interface ManifestDifference {
  readonly left: string;
  readonly right: string;
  readonly target: Target;
  readonly aspect: Aspect;
}

export interface RunsFacts {
  readonly variations: readonly VariationFacts[];
  readonly runs: readonly RunFacts[];
  /** Comparisons of unvaried runs with the first, and how many of them differed anywhere. */
  readonly comparisons: number;
  readonly diverged: number;
  /** Unvaried runs that `max-divergence-rate` needs. */
  readonly neededUnvaried?: number;
  readonly stoppedEarly?: 'diverged' | 'fails' | 'timed-out';
  /** Further runs for attribution. */
  readonly furtherRuns: number;
  readonly outputs: { readonly files: number; readonly bytes: number; readonly merkleRoot: string };
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  /** Patterns that no run made a file for. */
  readonly emptyPatterns: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** What could not be carried out, so that nothing was measured by it. */
  readonly trouble: readonly { readonly run: string; readonly detail: string }[];
  readonly leftRunning: readonly string[];
  /** Files of the workspace itself that changed while the runs went on. */
  readonly changedOutside: readonly string[];
  readonly differences: readonly DifferenceFacts[];
}

export interface Facts {
  readonly runs?: RunsFacts;
  readonly manifests?: {
    readonly read: readonly ManifestFacts[];
    readonly emptyPatterns: readonly string[];
    readonly missingParts: readonly string[];
    readonly incomparable: readonly string[];
    readonly differences: readonly ManifestDifference[];
    readonly furtherDifferences: number;
  };
  readonly accepted: readonly AcceptedState[];
}
