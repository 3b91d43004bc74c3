import { z } from 'zod';
import { sha256 } from '../core/index.ts';

export const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
export const commitId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);

/** Where a document comes from. For a tag, policy and waivers come from the default branch, never from the commit that they judge. */
const origin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('default-branch'), commit: commitId }),
  z.strictObject({ kind: z.literal('commit'), commit: commitId }),
  z.strictObject({ kind: z.literal('workspace') }),
]);
export type Origin = z.infer<typeof origin>;

/** A file of the bundle by its digest; `name` is what messages call it. */
export const reference = z.strictObject({ name: z.string(), sha256: hex64, origin: origin.optional() });

export type DocumentReference = z.infer<typeof reference>;

/** A file with its bytes; `name` is what messages call it. */
export interface InputDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly origin?: Origin | undefined;
}

/** A document by its digest. */
export function referTo({ name, bytes, origin }: InputDocument): DocumentReference {
  return { name, sha256: sha256(bytes), ...(origin ? { origin } : {}) };
}

/** The same type, unchangeable all the way down. */
export type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;
