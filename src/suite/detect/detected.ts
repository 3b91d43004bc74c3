import type { GateId } from '../../core/index.ts';

/** One gate that a repository has something for. */
export interface Suggestion {
  readonly gate: GateId;
  /** Why, in a few words for the person: what was found. */
  readonly because: string;
  /** Its section of testops.yml. */
  readonly section: { readonly [key: string]: string | number | readonly string[] };
  /** Files that it looks at and that lie here already, relative to the workspace; not those that its command makes. */
  readonly reads: readonly string[];
}

/** A command that looks like a load test; it is suggested as a comment, since nobody knows whether its tool is installed. */
export interface LoadTest {
  readonly tool: string;
  readonly command: string;
}

/** A command that builds, with the globs of what it writes; none when nothing says what that is. */
export interface Build {
  readonly command: string;
  /** Where the command was found. */
  readonly because: string;
  readonly outputs: readonly string[];
}

/** A gate without anything to look at, and what to add for it. */
export interface Missing {
  readonly gate: GateId;
  readonly add: string;
}

/** What a repository holds that gates can look at. */
export interface Detected {
  readonly suggestions: readonly Suggestion[];
  /** Installs what commands of the repository need, on a machine that has nothing. */
  readonly setup: string | undefined;
  readonly load: LoadTest | undefined;
  /** A build, whether it is known what it writes or not. */
  readonly build: Build | undefined;
  /** Next beta, when versions or tags say one. */
  readonly next: string | undefined;
  readonly missing: readonly Missing[];
  readonly git: GitState;
}

/** How the workspace lies in git. */
export interface GitState {
  /** A decision stands on a commit only. */
  readonly committed: boolean;
  /** Files that gates look at and that git ignores: a machine that checks the commit out does not have them. */
  readonly ignored: readonly string[];
  /** Whether git ignores what a run writes. */
  readonly ignoresOutputs: boolean;
}

/** Folders that a run writes. */
export const OUTPUT_FOLDERS = ['testops-evidence/', 'testops-out/'] as const;

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
