import type { Level } from '../finding.ts';

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly level: Level;
  readonly title: string;
  readonly message: string;
}

export interface CheckRunRequest {
  /** `testops/<gate>` or `testops/decision`. */
  readonly name: string;
  readonly commit: string;
  readonly conclusion: 'success' | 'failure';
  readonly title: string;
  /** Finished Markdown. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  /** A repeated call of the same process publishes once. */
  readonly key: string;
}

export interface StatusRequest {
  readonly commit: string;
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  /** At most 140 characters. */
  readonly description: string;
  readonly url?: string;
}

export interface CommentRequest {
  readonly issue: number;
  /** Hidden marker that finds the one comment again. */
  readonly marker: string;
  /** Finished Markdown, or what makes it of the body that the comment had before (undefined: there was none). */
  readonly body: string | ((previous: string | undefined) => string);
}

/** An incident that must stand open, once. */
export interface IncidentIssue {
  /** `testops:2.5.0:latency-breach`; the same gives the same issue. */
  readonly fingerprint: string;
  readonly title: string;
  /** Finished Markdown; what people write around it stays. */
  readonly body: string;
  readonly labels: readonly string[];
  /** When the decision behind it was taken, ISO 8601: an earlier one changes nothing any more. */
  readonly decidedAt: string;
  /** Finished Markdown of the entry in the timeline, for an incident that is there already, and what tells it from every other entry. */
  readonly note: string;
  readonly noteKey: string;
}

/** Incidents that a later GO ends. */
export interface IncidentsEnd {
  /** `testops:2.5.0:`. */
  readonly fingerprintPrefix: string;
  readonly decidedAt: string;
  readonly note: string;
  readonly noteKey: string;
}

export interface ReleaseNotesRequest {
  readonly tag: string;
  /** Name of the block in the notes. */
  readonly name: string;
  /** Finished Markdown. */
  readonly body: string;
}

/** Whether something was published; a read-only token is not an error of the run. */
export type Published =
  | {
      readonly kind: 'published';
      readonly url: string;
      /** Addresses of check runs that somebody made under the same key before. */
      readonly strangers?: readonly string[];
    }
  | { readonly kind: 'not-permitted'; readonly permission: string };

/** What other people see on GitHub. It receives finished text and judges nothing. */
export interface Publisher {
  checkRun(request: CheckRunRequest): Promise<Published>;
  status(request: StatusRequest): Promise<Published>;
  comment(request: CommentRequest): Promise<Published>;
  /** Opens the incident, or finds it again, updates and reopens it. */
  incident(request: IncidentIssue): Promise<Published>;
  /** Closes the open incidents of a release; one result for each. */
  endIncidents(request: IncidentsEnd): Promise<readonly Published[]>;
  /** Writes the block in the notes of a release, and nothing else of them; undefined when there is no such release. */
  releaseNotes(request: ReleaseNotesRequest): Promise<Published | undefined>;
}
