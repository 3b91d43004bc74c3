import type { CompiledRules } from '../../../core/structural-diff-rules.ts';
import type { Change, FileFact, Picture } from '../facts.ts';
import type { FormatName } from './names.ts';

/** One side of a pair of files. */
export interface Content {
  readonly size: number;
  read(): Promise<Uint8Array>;
  stream(range?: { readonly start?: number; readonly end?: number }): AsyncIterable<Uint8Array>;
}

/** What rules say about one path. */
export interface FileRules {
  readonly ignored: boolean;
  readonly format?: FormatName | undefined;
  readonly values: CompiledRules;
  /** Columns that identify a row of a table. */
  readonly keyColumns?: readonly string[] | undefined;
  readonly image?: ImageLimits | undefined;
  readonly acceptsRename: boolean;
  readonly ignoredLines: readonly RegExp[];
  readonly redactedLines: readonly LineRedaction[];
}

/** In lines that match `line`, what `match` (global) finds is blotted out. */
export interface LineRedaction {
  readonly line: RegExp;
  readonly match: RegExp;
}

/** How far two pictures may be apart. Without it every pixel counts. */
export interface ImageLimits {
  /** Colour distance at which two pixels differ, 0 to 1. */
  readonly threshold: number;
  /** So many pixels may differ. */
  readonly pixels: number;
  /** Or this share of them, 0 to 1. */
  readonly rate: number;
  readonly antialiasing: 'ignore' | 'count';
}

/** A line of the side-by-side view. */
export interface DiffLine {
  readonly change: 'same' | 'removed' | 'added' | 'gap';
  readonly left?: number;
  readonly right?: number;
  readonly text: string;
}

/** Result of comparing two files that are not byte-equal. No changes and no members that differ: the rules make them equal. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** All changes, also those that are not listed. */
  readonly total: number;
  /** Rules left out all that there was on either side: nothing was compared. */
  readonly nothingLeft?: true;
  readonly patch?: string;
  readonly lines?: readonly DiffLine[];
  readonly pictures?: readonly Picture[];
  /** Members of an archive that are not the same, under their full names. */
  readonly members?: readonly FileFact[];
}

export interface Pair {
  readonly path: string;
  readonly base: Content;
  readonly actual: Content;
  readonly rules: FileRules;
  /** Compares two lists of members as folders are compared: under the rules for their full names, moves found by content. */
  compareMembers(base: readonly Member[], actual: readonly Member[]): Promise<readonly FileFact[]>;
}

/** A member of an archive. */
export interface Member {
  /** Inside the archive, `/` between segments. */
  readonly name: string;
  readonly entry:
    | { readonly kind: 'file'; readonly content: Content; readonly mode?: number }
    | { readonly kind: 'other'; readonly what: string };
}

/** How files of one kind are compared. One format per file; the registry is index.ts. */
export interface Format {
  readonly name: FormatName;
  /** Lower-case ends of names, with the dot. */
  readonly extensions: readonly string[];
  compare(pair: Pair): Promise<Comparison>;
}

export const NOTHING: Comparison = { changes: [], total: 0 };
export const NOTHING_LEFT: Comparison = { ...NOTHING, nothingLeft: true };
export const MAX_CHANGES_PER_FILE = 100;
export const MAX_SHOWN_CHARACTERS = 200;
export const MAX_DIFF_LINES = 200;

/** The comparison of two sides of which at least one cannot be read as what it should be. */
export function malformed(changes: readonly Change[]): Comparison {
  return { changes: changes.slice(0, 10), total: changes.length };
}
