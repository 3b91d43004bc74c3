import type { SignatureFact } from '../decision/index.ts';

/** Finds out what the signature files of a bundle say; the cryptography is done there, whom to believe is judged by the decision. */
export type ReadSignatures = (files: ReadonlyMap<string, Uint8Array>) => Promise<readonly SignatureFact[]>;
