import type { GateId } from '../../core/index.ts';

/** One gate that a repository has something for. */
export interface Suggestion {
  readonly gate: GateId;
  /** Why, in a few words for the person: what was found. */
  readonly because: string;
  /** Its section of testops.yml. */
  readonly section: { readonly [key: string]: string | number | readonly string[] };
}

/** A command that looks like a load test; it is suggested as a comment, since nobody knows whether its tool is installed. */
export interface LoadTest {
  readonly tool: string;
  readonly command: string;
}

/** What a repository holds that gates can look at. */
export interface Detected {
  readonly suggestions: readonly Suggestion[];
  readonly load: LoadTest | undefined;
  /** Next beta, when versions or tags say one. */
  readonly next: string | undefined;
  /** What could be added, for gates without anything to look at. */
  readonly missing: readonly { readonly gate: GateId; readonly add: string }[];
}

/** Folders that are never looked into. */
export const NOT_OURS = [
  '**/node_modules/**',
  '**/.git/**',
  '**/vendor/**',
  '**/.venv/**',
  '**/target/**',
  'testops-evidence/**',
  'testops-out/**',
] as const;
