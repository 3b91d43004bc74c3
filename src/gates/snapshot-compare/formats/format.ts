import type { CompiledRules } from '../../../core/structural-diff-rules.ts';
import type { Change } from '../facts.ts';
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
  readonly ignoredLines: readonly RegExp[];
  readonly redactedLines: readonly LineRedaction[];
}

/** In lines that match `line`, what `match` (global) finds is blotted out. */
export interface LineRedaction {
  readonly line: RegExp;
  readonly match: RegExp;
}

/** A line of the side-by-side view. */
export interface DiffLine {
  readonly change: 'same' | 'removed' | 'added' | 'gap';
  readonly left?: number;
  readonly right?: number;
  readonly text: string;
}

/** Result of comparing two files that are not byte-equal. No changes: the rules make them equal. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** All changes, also those that are not listed. */
  readonly total: number;
  readonly patch?: string;
  readonly lines: readonly DiffLine[];
}

export interface Pair {
  readonly base: Content;
  readonly actual: Content;
  readonly rules: FileRules;
}

/** How files of one kind are compared. One format per file; the registry is index.ts. */
export interface Format {
  readonly name: FormatName;
  /** Lower-case ends of names, with the dot. */
  readonly extensions: readonly string[];
  compare(pair: Pair): Promise<Comparison>;
}

export const MAX_CHANGES_PER_FILE = 100;
export const MAX_SHOWN_CHARACTERS = 200;
export const MAX_DIFF_LINES = 200;
