import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fulcioHandler, initializeCA, initializeTLog, initializeTSA, rekorHandler, tsaHandler } from '@sigstore/mock';
import { readBody, startServer } from './http-server.ts';

/** Claims of the identity of a job, as GitHub's issuer states them. */
export interface JobIdentity {
  /** `owner/name/.github/workflows/testops-sign.yml@ref`: the workflow that signs, not the one that called it. */
  readonly workflow: string;
  readonly repository: string;
  readonly event?: string;
  readonly issuer?: string;
  /** Commit of that workflow; default its ref where that is an id. */
  readonly workflowSha?: string;
  /** Workflow file of the run, `owner/name/.github/workflows/sign.yml@ref`, and the commit that it was read at. */
  readonly callerWorkflow?: string;
  readonly callerSha?: string;
  readonly runnerEnvironment?: string;
}

type View = Pick<ArrayBufferView, 'buffer' | 'byteOffset' | 'byteLength'>;

/** Fulcio, Rekor, a time stamp authority and GitHub's issuer of identities on loopback. */
export interface SigstoreService extends AsyncDisposable {
  /** Trusted roots of the public instance and of GitHub's own, a line each, as `gh attestation trusted-root` writes them. */
  readonly trustedRoots: string;
  /** Variables of a job with `id-token: write` whose calls to Sigstore come here. */
  env(identity: JobIdentity): Readonly<Record<string, string>>;
  /** How many certificates were issued. */
  readonly issued: number;
}

/** Starts the mock of Sigstore. */
export async function startSigstore(): Promise<SigstoreService> {
  const pair = (namedCurve: string): KeyPairKeyObjectResult => generateKeyPairSync('ec', { namedCurve });
  const keys = { ca: pair('P-384'), ctlog: pair('P-256'), tlog: pair('P-256'), tsa: pair('P-384') };
  const ctlog = createCertificateLog(keys.ctlog);
  const ca = await initializeCA(keys.ca, ctlog);
  // GitHub's own instance keeps no public log of its certificates.
  const ownCa = await initializeCA(pair('P-384'));
  const tlog = await initializeTLog('https://rekor.sigstore.dev', keys.tlog);
  const tsa = await initializeTSA(keys.tsa);
  let issued = 0;
  const handlers = [fulcioHandler(ca, { subjectClaim: 'san' } as never), rekorHandler(tlog, {} as never), tsaHandler(tsa, {} as never)].map(
    ({ path, fn }) => ({ path, fn }),
  );
  const ownFulcio = fulcioHandler(ownCa, { subjectClaim: 'san' } as never);
  const server = await startServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const body = await readBody(request);
    if (url.pathname === '/token') {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ value: tokenOf(JSON.parse(url.searchParams.get('identity') ?? '{}') as JobIdentity) }));
    }
    const handler = handlers.find(({ path }) => path === url.pathname);
    if (!handler) {
      response.writeHead(404);
      return void response.end();
    }
    if (handler === handlers[0]) issued += 1;
    const isOwn = handler === handlers[0] && request.headers['x-meant-for'] === 'fulcio.githubapp.com';
    const { fn } = isOwn ? ownFulcio : handler;
    const answer = await fn(handler === handlers[1] ? toEntry(body.toString('utf8')) : body.toString('utf8'));
    response.writeHead(answer.statusCode, { 'content-type': answer.contentType ?? 'text/plain' });
    response.end(answer.response);
  });
  const base64 = ({ buffer, byteOffset, byteLength }: View) => Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  const authority = (certificates: readonly View[]) => ({
    subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
    uri: '',
    certChain: { certificates: certificates.map((rawBytes) => ({ rawBytes: base64(rawBytes) })) },
    validFor: { start: '2020-01-01T00:00:00Z' },
  });
  const log = (publicKey: View, id: View, baseUrl: string) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: base64(publicKey),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: '2020-01-01T00:00:00Z' },
    },
    logId: { keyId: base64(id) },
  });
  const root = (own: object) =>
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [],
      ctlogs: [],
      timestampAuthorities: [],
      ...own,
    });
  return {
    trustedRoots: [
      root({
        certificateAuthorities: [authority([ca.rootCertificate])],
        tlogs: [log(tlog.publicKey, createHash('sha256').update(tlog.publicKey).digest(), 'https://rekor.sigstore.dev')],
        ctlogs: [log(ctlog.publicKey, ctlog.logID, 'https://ctfe.sigstore.dev')],
      }),
      root({
        certificateAuthorities: [authority([ownCa.rootCertificate])],
        timestampAuthorities: [authority([tsa.intCertificate, tsa.rootCertificate])],
      }),
    ].join('\n'),
    env: (identity) => ({
      ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/token?identity=${encodeURIComponent(JSON.stringify(identity))}`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
      TESTOPS_TEST_SIGSTORE: server.url,
      NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/support/sigstore-preload.mjs')).href}`,
    }),
    get issued() {
      return issued;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** What Rekor keeps of a proposed envelope; the mock would keep the proposal. Source: github.com/sigstore/rekor, pkg/types/dsse/v0.0.1. */
function toEntry(proposed: string): string {
  const { kind, apiVersion, spec } = JSON.parse(proposed);
  const hash = (bytes: string | Buffer) => ({ algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') });
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope);
  return JSON.stringify({
    kind,
    apiVersion,
    spec: {
      envelopeHash: hash(envelope),
      payloadHash: hash(Buffer.from(payload, 'base64')),
      signatures: signatures.map(({ sig }: { sig: string }, index: number) => ({ signature: sig, verifier: verifiers[index] })),
    },
  });
}

/** A log of certificates. The mock's own leaves its signature out with pkijs 3.4. Source of the encoding: RFC 6962, section 3.2. */
function createCertificateLog(pair: KeyPairKeyObjectResult) {
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' });
  const logID = createHash('sha256').update(publicKey).digest();
  const number = (value: number, bytes: number) => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeUIntBE(value, bytes > 6 ? bytes - 6 : 0, Math.min(bytes, 6));
    return buffer;
  };
  return {
    publicKey,
    logID,
    log: async (certificate: ArrayBuffer, issuerId: ArrayBuffer): Promise<ArrayBuffer> => {
      const tbs = firstElementOf(Buffer.from(certificate));
      const time = number(Date.now(), 8);
      const [version, certificateTimestamp, noExtensions] = [number(0, 1), number(0, 1), number(0, 2)];
      const signed = [version, certificateTimestamp, time, number(1, 2), Buffer.from(issuerId), number(tbs.length, 3), tbs, noExtensions];
      const signature = sign('sha256', Buffer.concat(signed), pair.privateKey);
      const sha256WithEcdsa = Buffer.from([4, 3]);
      const sct = Buffer.concat([version, logID, time, noExtensions, sha256WithEcdsa, number(signature.length, 2), signature]);
      // The mock puts the length of the list before it; the length of its one element is ours.
      return new Uint8Array(Buffer.concat([number(sct.length, 2), sct])).buffer;
    },
  };
}

/** The first element inside of a DER sequence, header included: of a certificate, what is signed. */
function firstElementOf(der: Buffer): Buffer {
  const header = (at: number) => {
    const first = der[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first - 0x80;
    return { size: 2 + more, length: more === 0 ? first : der.readUIntBE(at + 2, more) };
  };
  const start = header(0).size;
  const { size, length } = header(start);
  return der.subarray(start, start + size + length);
}

/** The mock reads the claims and checks no signature. */
function tokenOf({
  workflow,
  repository,
  event = 'workflow_dispatch',
  issuer = 'https://token.actions.githubusercontent.com',
  workflowSha = /@([0-9a-f]{40})$/.exec(workflow)?.[1] ?? 'f'.repeat(40),
  callerWorkflow = `${repository}/.github/workflows/testops-sign.yml@refs/heads/main`,
  callerSha = 'e'.repeat(40),
  runnerEnvironment = 'github-hosted',
}: JobIdentity): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: issuer,
    sub: `repo:${repository}:ref:refs/heads/main`,
    san: `https://github.com/${workflow}`,
    aud: 'sigstore',
    exp: Math.floor(Date.now() / 1000) + 600,
    repository,
    job_workflow_ref: workflow,
    job_workflow_sha: workflowSha,
    workflow: 'testops-sign',
    workflow_ref: callerWorkflow,
    workflow_sha: callerSha,
    ref: 'refs/heads/main',
    sha: callerSha,
    runner_environment: runnerEnvironment,
    repository_id: '1',
    repository_owner: repository.split('/')[0],
    repository_owner_id: '2',
    repository_visibility: 'public',
    event_name: event,
    run_id: '1',
    run_attempt: '1',
  };
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2ln`;
}
