import type { DiffLine } from './formats/format.ts';
import type { FormatName } from './formats/names.ts';

/** One difference inside a file, at its smallest. Texts are cut for showing, and redacted where rules say so. */
export type Change =
  | {
      readonly kind: 'value-added' | 'value-removed' | 'value-changed' | 'value-moved';
      /** RFC 6901; the row and column of a table are segments too. */
      readonly pointer: string;
      /** Pointer in the baseline where it differs. */
      readonly basePointer?: string;
      readonly base?: string;
      readonly actual?: string;
      readonly distance?: string;
      readonly line?: number;
    }
  | { readonly kind: 'duplicate-key'; readonly side: Side; readonly pointer: string; readonly key: string }
  | { readonly kind: 'malformed'; readonly side: Side; readonly reason: string; readonly line?: number; readonly byte?: number }
  | {
      readonly kind: 'lines-changed';
      /** 1-based first line and number of lines on each side; the line before an insertion when there are none. */
      readonly baseLine: number;
      readonly baseCount: number;
      readonly line: number;
      readonly count: number;
    }
  | { readonly kind: 'lines-moved'; readonly baseLine: number; readonly line: number; readonly count: number }
  | { readonly kind: 'final-newline'; readonly side: Side }
  | { readonly kind: 'bytes'; readonly byte: number; readonly baseSize: number; readonly actualSize: number; readonly blocks: number }
  | { readonly kind: 'entry-kind'; readonly base: string; readonly actual: string };

export type Side = 'baseline' | 'actual';

/** What became of one path. */
export interface FileFact {
  /** Relative to the snapshot folder, `/` between segments; a member of an archive stands behind `!/`. */
  readonly path: string;
  readonly status: 'same' | 'equivalent' | 'different' | 'added' | 'removed' | 'conflicted' | 'unreadable';
  readonly format?: FormatName;
  /** The first changes; `total` counts all. */
  readonly changes?: readonly Change[];
  readonly total?: number;
  /** RFC 6902 patch from baseline to actual, as text. */
  readonly patch?: string;
  readonly lines?: readonly DiffLine[];
  /** Why it could not be read. */
  readonly problem?: string;
}

export type FolderState = 'present' | 'absent' | 'empty';

export interface Facts {
  readonly baseline: { readonly name: string; readonly state: FolderState };
  readonly actual: { readonly name: string; readonly state: FolderState };
  /** By path, in total order. */
  readonly files: readonly FileFact[];
  /** Paths that rules left out whole. */
  readonly ignored: number;
  /** Rules (1-based) whose `files` match no path on either side. */
  readonly unusedRules: readonly number[];
  /** Set in mode accept: how many files became the baseline. */
  readonly accepted?: number;
}
