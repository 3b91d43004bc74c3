import type { JsonObject } from '../json.ts';

/** How long a ledger is and the hash of its last entry; every evidence and decision carries it, so that a cut or rewritten tail shows. */
export interface LedgerHead {
  readonly length: number;
  /** Lower-case hexadecimal SHA-256; 64 zeros when the ledger is empty. */
  readonly hash: string;
}

/** One line: canonical JSON of `sequence` (from 1), `previous` (hash of the entry before), `body`, and the `hash` of those three. */
export interface LedgerEntry {
  readonly sequence: number;
  readonly previous: string;
  readonly hash: string;
  readonly body: JsonObject;
}

/** What is wrong with a ledger, by line (from 1). */
export interface LedgerProblem {
  readonly kind: 'unreadable' | 'edited' | 'removed' | 'reordered' | 'cut' | 'rewritten';
  readonly line: number;
}

export type LedgerRead =
  | {
      readonly kind: 'ok';
      readonly entries: readonly LedgerEntry[];
      readonly head: LedgerHead;
      /** Lines of a branch that are no entries: someone else wrote or changed them. They are skipped. Absent when there are none. */
      readonly foreign?: number;
    }
  | { readonly kind: 'broken'; readonly problem: LedgerProblem }
  /** It could not be read: no access, no network, no such place. A ledger that was never written to is `ok` and empty. */
  | { readonly kind: 'unavailable'; readonly reason: string };

export type LedgerAppended =
  | { readonly kind: 'appended'; readonly entry: LedgerEntry; readonly head: LedgerHead }
  /** The head is another than expected: read again, then try again. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly reason: string };

/** A file that is kept next to a ledger, by its path on the branch. */
export interface LedgerFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** An append-only list of entries, chained by their hashes. */
export interface Ledger {
  /** For messages: a path, or a branch. */
  readonly name: string;
  read(): Promise<LedgerRead>;
  /**
   * Writes one entry behind `expected`, wholly or not at all; never over anything that is there. A branch takes the files in the same commit; a file has no
   * place for them.
   */
  append(body: JsonObject, expected: LedgerHead, files?: readonly LedgerFile[]): Promise<LedgerAppended>;
  /** Every content that the files below a folder of the branch have or had; absent where a ledger keeps no files. */
  readFiles?(folder: string): Promise<readonly LedgerFile[]>;
}

/**
 * Who vouches for an entry: a signature by a trusted signer on the evidence that it repeats, or the run itself, which the code host still has. `unconfirmed`:
 * neither does, so that anyone who can write to the ledger may have invented it.
 */
export type EntryTrust = 'signed' | 'confirmed' | 'unconfirmed';

/** Opens ledgers by place: the path of a file, or `branch` for `slo.jsonl` on the branch `testops-ledger`. */
export interface Ledgers {
  open(place: string): Ledger;
  /**
   * Asks who vouches for entries; the answer is by their hash. Absent, or undefined, where no code host can be asked.
   * @throws when the code host does not answer: what is not known for want of an answer is never `unconfirmed`.
   */
  vouch?(entries: readonly LedgerEntry[], ledger: Ledger): Promise<ReadonlyMap<string, EntryTrust> | undefined>;
}
