import type { SignatureFact } from '../decision/index.ts';

/** Finds out what the signature files of a bundle say; the cryptography is done there, whom to believe is judged by the decision. */
export type ReadSignatures = (files: ReadonlyMap<string, Uint8Array>) => Promise<readonly SignatureFact[]>;

/** Looks at no signature: a bundle that has one is then refused as unchecked, and one that has none is unsigned. */
export const readNoSignatures: ReadSignatures = async () => [];
