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
  /** Makes a repeated call update instead of adding. */
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

/** Whether something was published; a read-only token is not an error of the run. */
export type Published =
  | { readonly kind: 'published'; readonly url: string }
  | { readonly kind: 'not-permitted'; readonly permission: string };

/** What other people see on GitHub. It receives finished text and judges nothing. */
export interface Publisher {
  checkRun(request: CheckRunRequest): Promise<Published>;
  status(request: StatusRequest): Promise<Published>;
  comment(request: CommentRequest): Promise<Published>;
}
