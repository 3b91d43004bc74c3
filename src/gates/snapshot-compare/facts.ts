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
  | { readonly kind: 'picture-size'; readonly base: string; readonly actual: string }
  | { readonly kind: 'pixels'; readonly pixels: number; readonly all: number; readonly allowed: number }
  | { readonly kind: 'entry-kind'; readonly base: string; readonly actual: string };

/** A picture for the report, PNG in base64. */
export interface Picture {
  readonly label: string;
  readonly pngBase64: string;
}

export type Side = 'baseline' | 'actual';

/** What became of one path. */
export interface FileFact {
  /** Relative to the snapshot folder, `/` between segments; a member of an archive stands behind `!/`. */
  readonly path: string;
  readonly status: 'same' | 'equivalent' | 'different' | 'added' | 'removed' | 'conflicted' | 'unreadable' | 'renamed';
  /** Where a renamed file stood in the baseline. */
  readonly from?: string;
  /** A rule accepts the new name. */
  readonly accepted?: boolean;
  readonly format?: FormatName;
  /** The first changes; `total` counts all. */
  readonly changes?: readonly Change[];
  readonly total?: number;
  /** RFC 6902 patch from baseline to actual, as text. */
  readonly patch?: string;
  readonly lines?: readonly DiffLine[];
  readonly pictures?: readonly Picture[];
  /** Set for an archive: its members that are not the same. */
  readonly members?: readonly FileFact[];
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
