import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson, isUserError, type SignatureFact } from '../../src/core/index.ts';
import { judgeSignatures, SUMMARY_FILE } from '../../src/decision/index.ts';
import { createSignatureReader } from '../../src/github/signatures.ts';

const shared = ['../../../shared/data', '../../../../shared/data']
  .map((path) => join(import.meta.dirname, path))
  .find((path) => existsSync(path));
if (shared === undefined) console.warn('skipped: ../shared/data is not there, so no signatures of others are checked');
const suite = shared === undefined ? describe.skip : describe;
const gh = (name: string) => readFileSync(join(shared ?? '', 'attest/cli+cli/pkg/cmd/attestation/test/data', name));
const js = (name: string) => readFileSync(join(shared ?? '', 'attest/sigstore+sigstore-js/tests/bundles', name));

const read = async (bytes: Uint8Array, trust: Parameters<typeof createSignatureReader>[0] = {}): Promise<SignatureFact> => {
  const [fact] = await createSignatureReader(trust).read(new Map([['decision.vsa.sigstore.json', bytes]]));
  if (!fact) throw new Error('no reading');
  return fact;
};
const firstLine = (bytes: Uint8Array) => new TextEncoder().encode(new TextDecoder().decode(bytes).split('\n')[0]);
const subjectsOf = (fact: SignatureFact) =>
  fact.kind === 'invalid'
    ? []
    : (JSON.parse(new TextDecoder().decode(fact.payload)) as { subject: { digest: Record<string, string> }[] }).subject.map(
        ({ digest }) => digest,
      );
const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');

/** Signer, source repository and artifact as the tests of GitHub's command line name them (cli/cli, pkg/cmd/attestation/verify). */
const REUSABLE = {
  workflow: 'github/artifact-attestations-workflows/.github/workflows/attest.yml',
  commit: '09b495c3f12c7881b3cc17209a327792065c1a1d',
  repository: 'malancas/attest-demo',
};

suite('signatures that others made with Sigstore’s public instance', () => {
  it('GitHub’s attestation by a reusable workflow: signer, caller and artifact', async () => {
    const fact = await read(gh('reusable-workflow-attestation.sigstore.json'));
    expect(fact).toMatchObject({
      kind: 'sigstore',
      issuer: 'https://token.actions.githubusercontent.com',
      workflow: `https://github.com/${REUSABLE.workflow}@${REUSABLE.commit}`,
      repository: REUSABLE.repository,
      event: 'workflow_dispatch',
    });
    expect(subjectsOf(fact)).toEqual([{ sha256: digest('sha256', gh('reusable-workflow-artifact')) }]);
  });

  it('an enterprise’s own issuer', async () => {
    const fact = await read(gh('custom-issuer.sigstore.json'));
    expect(fact).toMatchObject({ issuer: 'https://token.actions.githubusercontent.com/hammer-time', repository: 'too-legit/attest' });
    expect(subjectsOf(fact)).toEqual([{ sha256: digest('sha256', gh('custom-issuer-artifact')) }]);
  });

  it.each(['sigstore-js-2.1.0-bundle.json', 'sigstore-js-2.1.0-bundle-v0.1.json'])('npm’s provenance, %s', async (name) => {
    const fact = await read(gh(name));
    expect(fact).toMatchObject({
      workflow: 'https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main',
      repository: 'sigstore/sigstore-js',
      event: 'push',
    });
    expect(subjectsOf(fact)).toContainEqual({ sha512: digest('sha512', gh('sigstore-js-2.1.0.tgz')) });
  });

  it.each([
    'bundleV01-dsse-no-proof.sigstore',
    'bundleV01-dsse-with-proof.sigstore',
    'bundleV01-full-cert-chain.sigstore',
    'bundleV01-intoto-with-proof.sigstore',
    'bundleV02-dsse.sigstore',
    'bundleV02-intoto.sigstore',
    'bundleV03-dsse.sigstore',
    'bundleV03-intoto.sigstore',
  ])('sigstore-js’s %s, signed by a person: valid, and no workflow', async (name) => {
    const fact = await read(js(name));
    expect(fact).toMatchObject({ kind: 'sigstore', issuer: 'https://github.com/login/oauth', repository: undefined });
    const codes = judgeSignatures([fact], new Map(), {
      required: true,
      repository: 'octo-org/demo',
      workflows: [REUSABLE.workflow],
      keyIds: [],
    }).map(({ code }) => code.replace('decision-record/', ''));
    expect(codes).toEqual([
      'signature-other-document',
      'signer-foreign-issuer',
      'signer-foreign',
      'signer-foreign-repository',
      'signer-self-hosted',
      'signer-unreviewed',
      'signed-for-pull-request',
    ]);
  });

  it.each([
    ['without a certificate', 'github_provenance_demo-0.0.12-py3-none-any-bundle-missing-cert.jsonl'],
    ['without anything to verify with', 'github_provenance_demo-0.0.12-py3-none-any-bundle-missing-verification-material.jsonl'],
    ['by GitHub’s own instance, whose root was not given', 'github_provenance_demo-0.0.12-py3-none-any-bundle.jsonl'],
    ['with an invalid signature', 'sigstoreBundle-invalid-signature.json'],
    ['that is a trusted root', 'trusted_root.json'],
  ])('refuses one %s', async (_name, file) => {
    expect((await read(firstLine(gh(file)))).kind).toBe('invalid');
  });

  it('refuses it when any signed byte is another', async () => {
    const text = new TextDecoder().decode(gh('reusable-workflow-attestation.sigstore.json'));
    // `rootHash` is signed nowhere; what counts is the root in the signed checkpoint, to which the hashes must lead.
    const fields = ['rawBytes', 'payload', 'sig', 'signedEntryTimestamp', 'canonicalizedBody', 'hashes'];
    for (const field of fields) {
      const changed = text.replace(new RegExp(`("${field}":\\s*\\[?\\s*")([^"]{8,})`), (_all, before: string, value: string) => {
        const bytes = Buffer.from(value, 'base64');
        const at = Math.floor(bytes.length / 2);
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        return `${before}${bytes.toString('base64')}`;
      });
      expect({ field, differs: changed !== text }).toEqual({ field, differs: true });
      expect({ field, kind: (await read(new TextEncoder().encode(changed))).kind }).toEqual({ field, kind: 'invalid' });
    }
  });

  it('refuses it where another root is trusted', async () => {
    const fact = await read(gh('reusable-workflow-attestation.sigstore.json'), {
      trustedRoots: new TextDecoder().decode(gh('trusted_root.json')).replace(/"tlogs":\s*\[[^\]]*\]/s, '"tlogs": []'),
    });
    expect(fact.kind).toBe('invalid');
  });

  // What `gh attestation verify --repo … --signer-workflow …` holds a certificate against, done by our rules on a certificate that GitHub issued.
  it.each<readonly [string, { workflow?: string; repository?: string }, readonly string[]]>([
    ['the workflow and the repository', {}, []],
    ['the workflow at its commit', { workflow: `${REUSABLE.workflow}@${REUSABLE.commit}` }, []],
    ['the repository in another case', { repository: 'Malancas/Attest-Demo' }, []],
    ['the workflow at another commit', { workflow: `${REUSABLE.workflow}@${'0'.repeat(40)}` }, ['signer-foreign']],
    ['the caller, which did not sign itself', { workflow: 'malancas/attest-demo/.github/workflows/attest.yml' }, ['signer-foreign']],
    [
      'the repository of the signer, for which it was not signed',
      { repository: 'github/artifact-attestations-workflows' },
      ['signer-foreign-repository', 'signer-unreviewed'],
    ],
  ])('is judged against %s', async (_name, wanted, codes) => {
    const fact = await read(gh('reusable-workflow-attestation.sigstore.json'));
    const payload = fact.kind === 'invalid' ? new Uint8Array() : fact.payload;
    const summary = new TextEncoder().encode(canonicalJson(JSON.parse(new TextDecoder().decode(payload))));
    // Whether a default branch calls these workflows is asked elsewhere.
    const reviewed = { ...fact, review: { build: true, signer: 'held', selfHosted: false } } as const;
    const findings = judgeSignatures([reviewed], new Map([[SUMMARY_FILE, summary]]), {
      required: true,
      repository: wanted.repository ?? REUSABLE.repository,
      workflows: [wanted.workflow ?? REUSABLE.workflow],
      keyIds: [],
    });
    expect(findings.map(({ code }) => code.replace('decision-record/', ''))).toEqual(codes);
  });
});

describe('what is given to trust', () => {
  const refusal = (trust: Parameters<typeof createSignatureReader>[0]): unknown => {
    try {
      createSignatureReader(trust);
    } catch (error) {
      return isUserError(error) ? error.problem.where : error;
    }
    return 'accepted';
  };
  const privateKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

  it.each([
    ['an empty root', '', 'the trusted root'],
    ['no JSON', 'hello', 'the trusted root'],
    ['a root without an authority', '{"certificateAuthorities":[],"tlogs":[]}', 'the trusted root'],
    ['one good line and one bad', '{"certificateAuthorities":[]}\n{', 'the trusted root'],
  ])('refuses %s', (_name, trustedRoots, where) => expect(refusal({ trustedRoots })).toBe(where));

  it('refuses a private key, and what is no key, as a public key', () => {
    expect(refusal({ publicKeys: [privateKey] })).toBe('the public key');
    expect(refusal({ publicKeys: ['no key'] })).toBe('the public key');
    expect(refusal({})).toBe('accepted');
  });
});
