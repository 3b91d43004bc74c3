import type { AcceptedException, ExceptionState } from '../../core/index.ts';
import type { Encoding } from './engine/decode.ts';
import type { Reason, Severity } from './rules/rule.ts';

/** The same value, seen by the same rule in the same file; the place is that of the first. Nothing here tells the value. */
export interface Group {
  readonly rule: string;
  readonly severity: Severity;
  readonly score: number;
  readonly reasons: readonly Reason[];
  readonly encodings: readonly Encoding[];
  /** HMAC-SHA-256 of the normalized value under the salt, hexadecimal. */
  readonly hmac: string;
  /** Bytes. */
  readonly length: number;
  readonly occurrences: number;
  /** As it may be shown: segments that a rule matches are replaced. */
  readonly file: string;
  readonly member?: readonly string[];
  readonly line: number;
  readonly byte: number;
  readonly pointer?: string;
  /** Name of the field that holds the value. */
  readonly field?: string;
  /** OpenTelemetry's `service.name`, or its like in other formats. */
  readonly service?: string;
}

/** How often a rule matched at a severity; the groups may be fewer, because their number is bounded. */
export interface Tally {
  readonly rule: string;
  readonly severity: Severity;
  readonly occurrences: number;
  /** Of them, how many match an accepted fingerprint. */
  readonly accepted: number;
}

/** What kept a file, or a part of it, from being scanned as what it is. */
export interface Obstacle {
  readonly kind:
    | 'truncated'
    | 'corrupt'
    | 'unreadable'
    | 'changed'
    | 'not-utf-8'
    | 'binary'
    | 'too-deep'
    | 'too-many-members'
    | 'expands-too-far'
    | 'unsafe-name';
  readonly file: string;
  readonly member?: readonly string[];
  /** Byte at which it was noticed. */
  readonly byte?: number;
}

export interface ScannedFile {
  readonly file: string;
  readonly bytes: number;
  readonly findings: number;
}

/** What was scanned and found: of one file, of one part, of everything. */
export interface Scanned {
  readonly files: number;
  readonly emptyFiles: number;
  /** After decompression. */
  readonly bytes: number;
  readonly groups: readonly Group[];
  /** Groups beyond the number that is kept. */
  readonly groupsLeftOut: number;
  readonly tallies: readonly Tally[];
  readonly obstacles: readonly Obstacle[];
  readonly obstaclesLeftOut: number;
  /** Files with most findings first; bounded. */
  readonly worstFiles: readonly ScannedFile[];
}

export interface Facts extends Scanned {
  /** Patterns that matched no file. */
  readonly unmatched: readonly string[];
  /** `undefined`: no salt was given, so fingerprints hold for this run only. */
  readonly key?: { readonly id: string; readonly epoch: number };
  readonly accepted: readonly (AcceptedException & { readonly state: ExceptionState; readonly used: boolean })[];
  /** A shard: this is not the whole, and no verdict can stand on it. */
  readonly shard?: { readonly index: number; readonly of: number };
  /** Parts that a merge did not find. */
  readonly missingParts?: readonly number[];
  /** Accepted entries under the previous salt whose values were not seen, so that they could not be re-keyed. */
  readonly notRekeyed?: readonly string[];
  /** Own rules that were not used, because they look at paths alone. */
  readonly rulesLeftOut?: readonly string[];
  readonly quarantined?: { readonly files: number; readonly records: number; readonly values: number };
}
