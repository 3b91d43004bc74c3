import type { z } from 'zod';
import { UserError } from '../core/index.ts';
import type { Http, HttpRequest, HttpResult } from '../core/ports/http.ts';
import type { Secrets } from '../core/ports/secrets.ts';
import type { ServiceFailure, ServiceResult, TestopsService, TestopsServices } from '../core/ports/testops-service.ts';
import { previewDeployment, reportId, serviceHealth, serviceReport } from './schemas.ts';

/** How long a call may take where its caller does not say so. */
export interface ServiceLimits {
  readonly deployTimeoutMs: number;
  readonly reportTimeoutMs: number;
}

const DEFAULT_LIMITS: ServiceLimits = { deployTimeoutMs: 15_000, reportTimeoutMs: 30_000 };
const MAX_BYTES = 16 * 1024 * 1024;
const MOST_VIOLATIONS = 3;

/**
 * Services after src/testops-api/openapi.yaml, over the HTTP port. `TESTOPS_TOKEN`, when given, goes out as a bearer token, to the service's own origin
 * only (the port follows no redirect to another). Whatever a service does wrong is a failure as data.
 */
export function createServices(
  ports: { readonly http: Http; readonly secrets: Secrets },
  limits: Partial<ServiceLimits> = {},
): TestopsServices {
  return { at: (url) => openService(ports, url, { ...DEFAULT_LIMITS, ...limits }) };
}

/** @throws UserError for an address that cannot be one of a service, or a token that cannot be sent. */
function openService(ports: { readonly http: Http; readonly secrets: Secrets }, url: string, limits: ServiceLimits): TestopsService {
  const base = baseOf(url);
  const token = tokenOf(ports.secrets);
  const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const call = async <T>(
    request: Pick<HttpRequest, 'method' | 'body' | 'timeoutMs'> & { readonly path: string },
    accepted: readonly number[],
    schema: z.ZodType<T>,
  ): Promise<ServiceResult<T>> => {
    const { path, method, body, timeoutMs } = request;
    const result = await ports.http.request({
      method,
      url: `${base}${path}`,
      timeoutMs,
      maxBytes: MAX_BYTES,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    return readAnswer(result, accepted, schema);
  };
  return {
    deployPreview: ({ commit, version, flags }) => {
      const body = JSON.stringify({ commit, ...(version === undefined ? {} : { version }), flags });
      const request = { method: 'POST', path: '/v1/deploy/preview', body, timeoutMs: limits.deployTimeoutMs } as const;
      return call(request, [200, 201, 202], previewDeployment);
    },
    health: (timeoutMs) => call({ method: 'GET', path: '/v1/health', timeoutMs }, [200], serviceHealth),
    report: async (id) => {
      if (!reportId.safeParse(id).success) throw unusableReportId(id);
      const result = await call({ method: 'GET', path: `/v1/reports/${id}`, timeoutMs: limits.reportTimeoutMs }, [200], serviceReport);
      if (result.kind === 'failure' && result.status === 404) return { ...result, reason: 'not-found', detail: 'no report has this id' };
      if (result.kind === 'ok' && result.value.id !== id) return failure('contract', '/id: expected the id that was asked for');
      return result;
    },
  };
}

function readAnswer<T>(result: HttpResult, accepted: readonly number[], schema: z.ZodType<T>): ServiceResult<T> {
  if (result.kind === 'unreachable') {
    // The port's words name the time that was left, which differs from run to run.
    if (result.reason === 'timeout') return failure('timeout', 'no whole answer in time');
    return failure('unreachable', result.detail);
  }
  const { status } = result;
  if (!accepted.includes(status)) return { ...failure('status', `status ${status}, expected ${accepted.join(' or ')}`), status };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(result.body));
  } catch {
    return { ...failure('not-json', `${mediaTypeOf(result.headers['content-type'])} that is not JSON`), status };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'ok', value: parsed.data };
  return { ...failure('contract', describeViolations(parsed.error)), status };
}

function failure(reason: ServiceFailure['reason'], detail: string): ServiceFailure {
  return { kind: 'failure', reason, detail };
}

/** Only a well-formed media type is repeated, never other text of the answer. */
function mediaTypeOf(contentType: string | undefined): string {
  return /^[a-z]+\/[a-z0-9.+-]{1,60}/i.exec(contentType ?? '')?.[0].toLowerCase() ?? 'an answer';
}

/** Places and expectations; never the values that stand there. */
function describeViolations(error: z.ZodError): string {
  const described = error.issues.slice(0, MOST_VIOLATIONS).map(({ path, message }) => {
    const pointer = path
      .map(
        (part) =>
          `/${String(part)
            .replace(/[^\w.-]/g, '?')
            .slice(0, 40)}`,
      )
      .join('');
    return `${pointer === '' ? '/' : pointer}: ${message}`;
  });
  const more = error.issues.length - described.length;
  return more > 0 ? `${described.join('; ')}; and ${more} more` : described.join('; ');
}

/** The address without a trailing slash. */
function baseOf(url: string): string {
  const refuse = (found: string): never => {
    const todo = 'give the base address of the TestOps service; a token goes into TESTOPS_TOKEN';
    throw new UserError({ where: 'url', found, expected: 'http://HOST[:PORT][/PATH] or https://…', todo });
  };
  if (!URL.canParse(url)) return refuse(JSON.stringify(url.slice(0, 100)));
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return refuse(`an address with ${parsed.protocol}`);
  if (parsed.username !== '' || parsed.password !== '') return refuse('an address with a user or a password in it');
  if (parsed.search !== '' || parsed.hash !== '') return refuse('an address with a query or a fragment');
  return parsed.href.replace(/\/+$/, '');
}

function tokenOf(secrets: Secrets): string | undefined {
  const token = secrets.get('TESTOPS_TOKEN')?.trim();
  // RFC 6750: one word of visible characters; anything else could not be a header, or would be two.
  if (token === undefined || /^[\x21-\x7E]+$/.test(token)) return token;
  const todo = 'set it to the token alone, without spaces or line feeds inside';
  throw new UserError({ where: 'TESTOPS_TOKEN', found: 'characters that a bearer token cannot have', expected: 'one word', todo });
}

function unusableReportId(id: string): UserError {
  return new UserError({
    where: 'report-id',
    found: JSON.stringify(id.slice(0, 100)),
    expected: 'at most 64 letters, digits, dots, dashes and underscores, the first a letter or a digit',
    todo: 'give the id of a report as the service names it',
  });
}
