import type { DiffLine } from './formats/format.ts';
import type { FormatName } from './formats/names.ts';
import type { ScrubReport } from './store/scrub.ts';
import type { Trouble } from './store/store.ts';

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

/** Who made a stored snapshot, and which it is. */
export interface Origin {
  readonly tag: string;
  readonly sequence: number;
  readonly root: string;
  readonly by: string;
}

export interface CompareFacts {
  readonly kind: 'compare';
  readonly baseline: {
    readonly name: string;
    readonly state: FolderState | 'unreachable';
    /** What to name as the baseline to make the first one. */
    readonly acceptAs?: string;
    readonly detail?: string;
    readonly origin?: Origin;
  };
  readonly actual: { readonly name: string; readonly state: FolderState };
  /** Links make both sides one folder, or one a part of the other. */
  readonly linked?: true;
  /** By path, in total order. */
  readonly files: readonly FileFact[];
  /** Paths that rules left out whole, by name or by all that they hold. */
  readonly ignored: number;
  /** Rules (1-based) whose `files` match no path on either side. */
  readonly unusedRules: readonly number[];
  /** Replicas that were damaged or out of reach while others served. */
  readonly troubles: readonly Trouble[];
}

/** Modes update and accept: something was written, nothing was judged. */
export interface WrittenFacts {
  readonly kind: 'written';
  readonly mode: 'update' | 'accept';
  readonly actual: { readonly name: string; readonly state: FolderState };
  readonly target: string;
  /** Changes that wait, or files that were accepted. */
  readonly count: number;
}

export interface ScrubFacts {
  readonly kind: 'scrub';
  readonly report: ScrubReport;
  /** Replicas that make a majority. */
  readonly needed: number;
}

export interface RestoreFacts {
  readonly kind: 'restore';
  readonly tag: string;
  readonly folder: string;
  readonly state: 'restored' | 'lost' | 'absent' | 'no-quorum' | 'undecided';
  readonly files: number;
  /** Paths that no replica has a good copy of. */
  readonly lost: readonly string[];
  readonly origin?: Origin;
  readonly troubles: readonly Trouble[];
}

export type Facts = CompareFacts | WrittenFacts | ScrubFacts | RestoreFacts;
