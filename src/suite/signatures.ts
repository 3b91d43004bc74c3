import type { SignatureReader } from '../core/index.ts';
import type { Trust } from './trusted-workflows.ts';

/** Finds out what the signature files of a bundle say, and whom to believe; the cryptography is done there, who signed is judged by the decision. */
export interface TrustedSignatures extends SignatureReader {
  /** Workflows that may sign. */
  readonly signers: readonly string[];
  /** Everything that the default branch says about whom to believe. */
  readonly trust: Trust;
}
