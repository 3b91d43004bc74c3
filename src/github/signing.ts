import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { messageOf, UserError } from '../core/index.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';

/** Type of the payload of an envelope that holds an in-toto statement. Source: DSSE, in-toto attestation envelope v1. */
export const INTOTO_PAYLOAD = 'application/vnd.in-toto+json';

/** A DSSE envelope. Source: github.com/secure-systems-lab/dsse, envelope.md. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

interface Statement {
  readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[];
  readonly predicateType: string;
  readonly predicate: object;
}

/** A signature by Sigstore, and whether GitHub keeps it too. */
export interface SigstoreSignature {
  /** The Sigstore bundle as JSON. */
  readonly bundle: Uint8Array;
  /** The certificate that it was signed with, PEM. */
  readonly certificate: string;
}

/**
 * Signs an in-toto statement with Sigstore, as the workflow that runs (`id-token: write`): the public instance for a public repository, GitHub's own
 * otherwise. Nothing is stored yet.
 * @throws UserError when the job has no identity, or Sigstore does not answer.
 */
export async function signWithSigstore(statement: Uint8Array, token: string): Promise<SigstoreSignature> {
  const { subject, predicateType, predicate } = JSON.parse(new TextDecoder().decode(statement)) as Statement;
  // The library is large, and reads the runner's variables when it is imported.
  const { attest } = await import('@actions/attest');
  try {
    const { bundle, certificate } = await attest({
      subjects: subject.map(({ name, digest }) => ({ name, digest: { ...digest } })),
      predicateType,
      predicate,
      token,
      skipWrite: true,
    });
    return { bundle: new TextEncoder().encode(`${JSON.stringify(bundle)}\n`), certificate };
  } catch (error) {
    throw new UserError(
      {
        where: 'signing with Sigstore',
        found: messageOf(error),
        expected: 'an identity of this job (id-token: write), and an answer of Sigstore',
        todo: 'grant `id-token: write` to the job, run it again, or sign with a key (TESTOPS_SIGNING_KEY)',
      },
      { cause: error },
    );
  }
}

/** What became of an attestation that was offered to GitHub. */
export type Stored = { readonly kind: 'stored'; readonly id: string } | { readonly kind: 'not-stored'; readonly reason: string };

/** Stores a Sigstore bundle with the repository, where the plan and the token allow it; `gh attestation verify` finds it there. */
export async function storeAttestation(client: GithubClient, repository: RepositoryName, bundle: Uint8Array): Promise<Stored> {
  try {
    const { data } = await client.request('POST /repos/{owner}/{repo}/attestations', {
      ...repository,
      bundle: JSON.parse(new TextDecoder().decode(bundle)),
    });
    return { kind: 'stored', id: String(data.id) };
  } catch (error) {
    const status = statusOf(error);
    if (status !== 403 && status !== 404 && status !== 422) throw error;
    return { kind: 'not-stored', reason: `status ${status}: ${messageOf(error)}` };
  }
}

/** Signs a statement with a key: Ed25519, or ECDSA on P-256 or P-384, as a PEM of PKCS #8 (or SEC 1). @throws UserError for any other key. */
export function signWithKey(statement: Uint8Array, pem: string): Envelope {
  const key = readPrivateKey(pem);
  return {
    payloadType: INTOTO_PAYLOAD,
    payload: Buffer.from(statement).toString('base64'),
    signatures: [{ keyid: keyIdOf(createPublicKey(key)), sig: sign(digestFor(key), encodeForSigning(statement), key).toString('base64') }],
  };
}

/** The bytes that are signed. Source: DSSE, protocol.md: `PAE(type, body)`. */
export function encodeForSigning(body: Uint8Array, type: string = INTOTO_PAYLOAD): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);
}

/** Hexadecimal SHA-256 of the public key's SubjectPublicKeyInfo. */
export function keyIdOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}

/** Ed25519 hashes by itself. Undefined for a key of another kind. */
export function digestFor(key: KeyObject): string | null {
  if (key.asymmetricKeyType === 'ed25519') return null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'ec' && curve === 'prime256v1') return 'sha256';
  if (key.asymmetricKeyType === 'ec' && curve === 'secp384r1') return 'sha384';
  throw new UserError({
    where: 'the key',
    found: `a key of the kind ${key.asymmetricKeyType ?? 'unknown'}${curve === undefined ? '' : ` on ${curve}`}`,
    expected: 'Ed25519, or ECDSA on P-256 or P-384',
    todo: 'make one with `openssl genpkey -algorithm ed25519`',
  });
}

function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The message of the library may repeat what it was given.
    throw new UserError({
      where: 'TESTOPS_SIGNING_KEY',
      found: 'no private key that can be read',
      expected: 'a private key as PEM, without a passphrase',
      todo: 'make one with `openssl genpkey -algorithm ed25519`, and store the whole file as the secret',
    });
  }
}
