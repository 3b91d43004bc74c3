import { createHmac } from 'node:crypto';

/** What a runtime token says about the job that holds it. */
export interface RuntimeClaims {
  readonly runBackendId: string;
  readonly jobBackendId: string;
  /** Cache scopes in the order in which they are searched; permission 1 reads, 2 writes. */
  readonly cacheScopes: readonly { readonly Scope: string; readonly Permission: number }[];
}

const KEY = 'loopback only';

/** A JWT shaped as the runner's: `scp` names run and job, `ac` the cache scopes as a JSON text. */
export function signRuntimeToken(claims: RuntimeClaims): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const payload = {
    scp: `Actions.ExampleScope Actions.Results:${claims.runBackendId}:${claims.jobBackendId}`,
    ac: JSON.stringify(claims.cacheScopes),
    nbf: nowSeconds - 60,
    exp: nowSeconds + 6 * 60 * 60,
  };
  const signed = [{ alg: 'HS256', typ: 'JWT' }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign(signed)}`;
}

/** The claims of a token that this process signed; undefined for anything else. */
export function readRuntimeToken(authorization: string | undefined): RuntimeClaims | undefined {
  const [header, payload, signature] = (/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '').split('.');
  if (payload === undefined || signature !== sign(`${header}.${payload}`)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { scp: string; ac: string };
  const [, runBackendId, jobBackendId] = /Actions\.Results:([^: ]+):([^: ]+)/.exec(claims.scp) ?? [];
  if (runBackendId === undefined || jobBackendId === undefined) return undefined;
  return { runBackendId, jobBackendId, cacheScopes: JSON.parse(claims.ac) as RuntimeClaims['cacheScopes'] };
}

function sign(text: string): string {
  return createHmac('sha256', KEY).update(text).digest('base64url');
}

/** Backend ids are UUIDs; these carry the run's number, so that it can be read back. */
export function toBackendId(runId: number): string {
  return `00000000-0000-4000-8000-${String(runId).padStart(12, '0')}`;
}

/** Inverse of `toBackendId`. */
export function toRunId(backendId: string): number {
  return Number(backendId.slice(-12));
}
