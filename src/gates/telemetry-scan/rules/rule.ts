import type { Window } from '../engine/window.ts';

/** From grave to slight. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Why a match was believed, or doubted (a `-` in front). */
export type Reason =
  | 'shape'
  | 'prefix'
  | 'checksum'
  | 'issuer'
  | 'country'
  | 'context'
  | 'field'
  | 'entropy'
  | 'structure'
  | 'library'
  | 'range'
  | 'known-test-value'
  | '-checksum'
  | '-context'
  | '-single-check-digit';

/** What a rule saw. `value` is the normalized text; it stays inside the scanner and ends as a fingerprint. */
export interface Match {
  readonly rule: string;
  readonly severity: Severity;
  /** Offsets in the window's text, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** 0 to 1. */
  readonly score: number;
  readonly reasons: readonly Reason[];
  readonly value: string;
}

/** What in the bytes makes a rule look: every kind is found by one pass of `findAnchors`. */
export interface Wish {
  /** An `@`. */
  readonly at?: true;
  /** Digits, with separators between them; the smallest and largest number of digits. */
  readonly digits?: readonly [least: number, most: number];
  /** Also digits that stand inside of a word, as an account after the letters of its country. */
  readonly insideWords?: true;
  /** Digits with three dots between them. */
  readonly dots?: true;
  /** Groups of letters and digits between colons: five in a row, or an empty one. */
  readonly colons?: true;
  /** Twenty or more letters and digits in a row. */
  readonly run?: true;
  /** A `$`, a `~`. */
  readonly dollar?: true;
  readonly tilde?: true;
  /**
   * Literals that begin with a letter or digit, of at least three characters, where a word begins (also at a hump, `userEmail`), found whatever their
   * case; with `|` at the end the word has to end there.
   */
  readonly literals?: readonly string[];
  /** Literals of at least four characters where a word ends. */
  readonly endings?: readonly string[];
  /** Which of the tests of the fast first pass tells the numbers, addresses and runs at which this rule may find anything. */
  readonly sieve?: Sieve;
}

/** Tests that anchors.assembly makes of a number or a run; a rule that asks for these and names no test has only the reference. */
export type Sieve =
  | 'social'
  | 'phone'
  | 'card'
  | 'iban'
  | 'eleven-digits'
  | 'address'
  | 'wallet'
  | 'twilio'
  | 'discord'
  | 'airtable'
  | 'telegram';

/** One kind of private value. `find` looks around an anchor, from `start` to `end` of the window's text, and reports what it recognizes. */
export interface Rule {
  readonly id: string;
  /** The gravest severity that the rule reports. */
  readonly severity: Severity;
  readonly wish: Wish;
  find(window: Window, start: number, end: number, report: (match: Match) => void): void;
}
