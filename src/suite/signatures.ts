import type { SignatureFact } from '../decision/index.ts';

/** Finds out what the signature files of a bundle say, and whom to believe; the cryptography is done there, who signed is judged by the decision. */
export interface TrustedSignatures {
  /** Workflows that may sign. */
  readonly signers: readonly string[];
  /** Ids of keys that may sign. */
  readonly keyIds: readonly string[];
  read(files: ReadonlyMap<string, Uint8Array>): Promise<readonly SignatureFact[]>;
}
