import type { SignatureFact } from '../decision/index.ts';

/** Finds out what the signature files of a bundle say; the cryptography is done there, whom to believe is judged by the decision. */
export type ReadSignatures = (files: ReadonlyMap<string, Uint8Array>) => Promise<readonly SignatureFact[]>;

/**
 * Whether a tag may only stand on a decision that is signed: what `verify TAG`, a pushed tag and `mode: cut` ask for. It becomes true with the workflow
 * that signs.
 */
export const TAGS_NEED_SIGNATURE = false;

/** Looks at no signature: a bundle that has one is then refused as unchecked, and one that has none is unsigned. */
export const readNoSignatures: ReadSignatures = async () => [];
