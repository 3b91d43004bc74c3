import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { bundleFromJSON, isBundleWithDsseEnvelope } from '@sigstore/bundle';
import type { X509Certificate } from '@sigstore/core';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { messageOf, type SignatureFact, type SignatureReader, UserError } from '../core/index.ts';
import { digestFor, type Envelope, encodeForSigning, INTOTO_PAYLOAD, keyIdOf } from './signing.ts';
import { SIGSTORE_ROOT } from './sigstore-root.ts';

/** Extensions of a certificate by Fulcio. Source: github.com/sigstore/fulcio, docs/oid-info.md. */
const ISSUER = '1.3.6.1.4.1.57264.1.8';
const BUILD_SIGNER_DIGEST = '1.3.6.1.4.1.57264.1.10';
const RUNNER_ENVIRONMENT = '1.3.6.1.4.1.57264.1.11';
const SOURCE_REPOSITORY = '1.3.6.1.4.1.57264.1.12';
const BUILD_CONFIG_URI = '1.3.6.1.4.1.57264.1.18';
const BUILD_CONFIG_DIGEST = '1.3.6.1.4.1.57264.1.19';
const BUILD_TRIGGER = '1.3.6.1.4.1.57264.1.20';
const RUN_INVOCATION_URI = '1.3.6.1.4.1.57264.1.21';

export interface SignatureTrust {
  /** Trusted roots of Sigstore as JSON, one or several lines (`gh attestation trusted-root`); default that of the public instance. */
  readonly trustedRoots?: string | undefined;
  /** Public keys, PEM. */
  readonly publicKeys?: readonly string[];
}

/** @throws UserError for a trusted root or a public key that cannot be read. */
export function createSignatureReader({ trustedRoots, publicKeys = [] }: SignatureTrust): SignatureReader {
  const keys = publicKeys.map(readPublicKey);
  const verifiers = readTrustedRoots(trustedRoots ?? SIGSTORE_ROOT);
  return {
    keyIds: keys.map(keyIdOf),
    read: async (files) =>
      [...files].flatMap(([file, bytes]) => {
        if (/^[^/]+\.sigstore\.json$/.test(file)) return [guard(file, () => readSigstore(file, bytes, verifiers))];
        if (/^[^/]+\.dsse\.json$/.test(file)) return [guard(file, () => readEnvelope(file, bytes, keys))];
        return [];
      }),
  };
}

/** Bytes that were made to break a reader are an invalid signature, nothing else. */
function guard(file: string, read: () => SignatureFact): SignatureFact {
  try {
    return read();
  } catch (error) {
    return { kind: 'invalid', file, reason: messageOf(error).slice(0, 200) };
  }
}

function readSigstore(file: string, bytes: Uint8Array, verifiers: readonly Verifier[]): SignatureFact {
  const bundle = bundleFromJSON(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  if (!isBundleWithDsseEnvelope(bundle)) throw new Error('it signs no statement');
  const { payload, payloadType } = bundle.content.dsseEnvelope;
  if (payloadType !== INTOTO_PAYLOAD) throw new Error(`it signs ${JSON.stringify(payloadType)}`);
  const entity = toSignedEntity(bundle);
  if (entity.key.$case !== 'certificate') throw new Error('it has no certificate');
  const refusals: string[] = [];
  const verified = verifiers.some((verifier) => {
    try {
      verifier.verify(entity);
      return true;
    } catch (error) {
      refusals.push(messageOf(error));
      return false;
    }
  });
  if (!verified) throw new Error(`no trusted root answers for it: ${[...new Set(refusals)].join('; ')}`);
  const { certificate } = entity.key;
  const issuer = extensionOf(certificate, ISSUER);
  const workflow = certificate.subjectAltName;
  if (issuer === undefined || workflow === undefined) throw new Error('its certificate names no signer');
  const config = { workflow: extensionOf(certificate, BUILD_CONFIG_URI), commit: extensionOf(certificate, BUILD_CONFIG_DIGEST) };
  return {
    kind: 'sigstore',
    file,
    payload: new Uint8Array(payload),
    issuer,
    workflow,
    repository: extensionOf(certificate, SOURCE_REPOSITORY)?.replace(/^https:\/\/[^/]+\//, ''),
    event: extensionOf(certificate, BUILD_TRIGGER),
    workflowCommit: extensionOf(certificate, BUILD_SIGNER_DIGEST),
    runnerEnvironment: extensionOf(certificate, RUNNER_ENVIRONMENT),
    buildConfig:
      config.workflow === undefined || config.commit === undefined ? undefined : { workflow: config.workflow, commit: config.commit },
    runAttempt: extensionOf(certificate, RUN_INVOCATION_URI),
    review: 'not-asked',
  };
}

/** A UTF8String inside the extension. */
function extensionOf(certificate: X509Certificate, oid: string): string | undefined {
  const text = certificate.extension(oid)?.valueObj.subs[0]?.value;
  return text === undefined ? undefined : text.toString('utf8');
}

function readEnvelope(file: string, bytes: Uint8Array, keys: readonly KeyObject[]): SignatureFact {
  const { payload, payloadType, signatures } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Partial<Envelope>;
  const [signature] = signatures ?? [];
  if (typeof payload !== 'string' || signature === undefined || signatures?.length !== 1)
    throw new Error('it is no envelope with one signature');
  if (payloadType !== INTOTO_PAYLOAD) throw new Error(`it signs ${JSON.stringify(payloadType)}`);
  if (keys.length === 0) throw new Error('there is no public key to check it with (--public-key)');
  const body = Buffer.from(payload, 'base64');
  const key = keys.find((one) => verify(digestFor(one), encodeForSigning(body), one, Buffer.from(signature.sig, 'base64')));
  if (key) return { kind: 'key', file, payload: new Uint8Array(body), keyId: keyIdOf(key) };
  // A claim only: it names a key that nobody gave, and so is not believed.
  if (!keys.map(keyIdOf).includes(signature.keyid))
    return { kind: 'key', file, payload: new Uint8Array(body), keyId: String(signature.keyid) };
  throw new Error('the signature is not that of the key that it names');
}

/** The public instance vouches by certificate and transparency logs, GitHub's own by time stamps. */
function readTrustedRoots(text: string): readonly Verifier[] {
  try {
    const whole = readJson(text);
    const roots =
      whole === undefined
        ? text
            .split('\n')
            .filter((line) => line.trim() !== '')
            .map((line) => JSON.parse(line) as unknown)
        : [whole];
    if (roots.length === 0) throw new Error('it is empty');
    return roots.map((root) => {
      const trusted = TrustedRoot.fromJSON(root);
      if (trusted.certificateAuthorities.length === 0) throw new Error('it names no certificate authority');
      const logged = trusted.tlogs.length > 0;
      return new Verifier(toTrustMaterial(trusted), {
        ctlogThreshold: trusted.ctlogs.length > 0 ? 1 : 0,
        tlogThreshold: logged ? 1 : 0,
        tsaThreshold: logged ? 0 : 1,
      });
    });
  } catch (error) {
    throw new UserError(
      {
        where: 'the trusted root',
        found: messageOf(error).slice(0, 200),
        expected: 'trusted roots of Sigstore as JSON, one a line',
        todo: 'write the file with `gh attestation trusted-root > trusted-root.jsonl`',
      },
      { cause: error },
    );
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readPublicKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    if (/PRIVATE KEY/.test(pem)) throw new Error('private');
    key = createPublicKey(pem);
  } catch {
    throw new UserError({
      where: 'the public key',
      found: 'no public key that can be read',
      expected: 'a public key as PEM',
      todo: 'write it with `openssl pkey -in signing-key.pem -pubout`',
    });
  }
  digestFor(key);
  return key;
}
