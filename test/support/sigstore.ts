import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, initializeTSA, rekorHandler, tsaHandler } from '@sigstore/mock';
import { readBody, startServer } from './http-server.ts';

/** Claims of the identity of a job, as GitHub's issuer states them. */
export interface JobIdentity {
  /** `owner/name/.github/workflows/testops-sign.yml@ref`: the workflow that signs, not the one that called it. */
  readonly workflow: string;
  readonly repository: string;
  readonly event?: string;
  readonly issuer?: string;
}

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
  const ctlog = await initializeCTLog(keys.ctlog);
  const ca = await initializeCA(keys.ca, ctlog);
  const tlog = await initializeTLog('https://rekor.sigstore.dev', keys.tlog);
  const tsa = await initializeTSA(keys.tsa);
  let issued = 0;
  const handlers = [fulcioHandler(ca, { subjectClaim: 'san' } as never), rekorHandler(tlog, {} as never), tsaHandler(tsa, {} as never)].map(
    ({ path, fn }) => ({ path, fn }),
  );
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
    const answer = await handler.fn(body.toString('utf8'));
    response.writeHead(answer.statusCode, { 'content-type': answer.contentType ?? 'text/plain' });
    response.end(answer.response);
  });
  const authority = (certificates: readonly Buffer[]) => ({
    subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
    uri: '',
    certChain: { certificates: certificates.map((rawBytes) => ({ rawBytes: rawBytes.toString('base64') })) },
    validFor: { start: '2020-01-01T00:00:00Z' },
  });
  const log = (publicKey: Buffer, id: Buffer, baseUrl: string) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: publicKey.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: '2020-01-01T00:00:00Z' },
    },
    logId: { keyId: id.toString('base64') },
  });
  const { createHash } = await import('node:crypto');
  const root = (own: object) =>
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      certificateAuthorities: [authority([ca.rootCertificate])],
      tlogs: [],
      ctlogs: [],
      timestampAuthorities: [],
      ...own,
    });
  return {
    trustedRoots: [
      root({
        tlogs: [log(tlog.publicKey, createHash('sha256').update(tlog.publicKey).digest(), 'https://rekor.sigstore.dev')],
        ctlogs: [log(ctlog.publicKey, ctlog.logID, 'https://ctfe.sigstore.dev')],
      }),
      root({ timestampAuthorities: [authority([tsa.intCertificate, tsa.rootCertificate])] }),
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

/** The mock reads the claims and checks no signature. */
function tokenOf({
  workflow,
  repository,
  event = 'workflow_dispatch',
  issuer = 'https://token.actions.githubusercontent.com',
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
    event_name: event,
    run_id: '1',
    run_attempt: '1',
  };
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2ln`;
}
