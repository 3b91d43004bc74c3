import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, sha256 } from '../../../core/canonical-json.ts';
import { UserError } from '../../../core/errors.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const pointer = z.strictObject({
  version: z.literal(1),
  /** What the snapshot belongs to: a git tag, or another name. */
  tag: z.string().min(1),
  /** 1 for the first snapshot of a tag, one more for each that replaces it. */
  sequence: z.number().int().positive(),
  /** Merkle root of the manifest. */
  root: digest,
  /** Who accepted it, why, and when. */
  by: z.string().min(1),
  reason: z.string().min(1),
  at: z.iso.datetime(),
  /** SHA-256 of the pointer that it replaces. */
  previous: digest.optional(),
});

/** What a tag's snapshot is. Slots are written once: a new snapshot takes the next sequence number. */
export type Pointer = z.infer<typeof pointer>;

const signed = z.strictObject({ pointer, signature: z.base64() });

export interface Signer {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Reads an Ed25519 private key in PEM. @throws UserError */
export function readSigningKey(pem: string): Signer {
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType === 'ed25519') return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch {
    // Said below, without what was found: it may be a key.
  }
  throw badKey('TESTOPS_SIGNING_KEY', 'an Ed25519 private key in PEM', 'make one with: openssl genpkey -algorithm ed25519');
}

/** Reads an Ed25519 public key in PEM. @throws UserError */
export function readPublicKey(pem: string, where: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519' && !pem.includes('PRIVATE')) return key;
  } catch {
    // Said below.
  }
  throw badKey(where, 'an Ed25519 public key in PEM', 'print it with: openssl pkey -in key.pem -pubout');
}

function badKey(where: string, expected: string, todo: string): UserError {
  return new UserError({ where, found: 'something else (not shown)', expected, todo });
}

/** Bytes of a signed pointer: canonical JSON of the pointer and the Ed25519 signature of its canonical JSON. */
export function signPointer(value: Pointer, signer: Signer): Uint8Array {
  const signature = sign(null, Buffer.from(canonicalJson(value)), signer.privateKey).toString('base64');
  return new TextEncoder().encode(canonicalJson({ pointer: value, signature }));
}

/** The pointer of a slot; `undefined` when the bytes are damaged, signed by somebody else, or made for another slot. */
export function readPointer(bytes: Uint8Array, publicKey: KeyObject, tag: string, sequence: number): Pointer | undefined {
  try {
    const parsed = signed.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    if (!parsed.success) return undefined;
    const { pointer: value, signature } = parsed.data;
    if (value.tag !== tag || value.sequence !== sequence) return undefined;
    return verify(null, Buffer.from(canonicalJson(value)), publicKey, Buffer.from(signature, 'base64')) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Folder of a tag's slots; the name is hashed, since tags may hold what keys may not. */
export const pointerPrefix = (tag: string): string => `pointers/${sha256(tag)}/`;
/** Key of one slot; fixed width, so that keys sort by sequence. */
export const pointerKey = (tag: string, sequence: number): string => `${pointerPrefix(tag)}${String(sequence).padStart(10, '0')}`;

/** Sequence number of a slot's key. */
export function sequenceOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1));
}
