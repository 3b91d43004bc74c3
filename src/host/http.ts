import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Http, HttpRequest, HttpResult } from '../core/ports/http.ts';
import { codeOf } from './file-errors.ts';

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
const MOST_REDIRECTS = 5;

type Unreachable = Extract<HttpResult, { kind: 'unreachable' }>;

/** HTTP and HTTPS, one connection per exchange, no proxy. Whatever goes wrong is a result with a reason; nothing is thrown. */
export function createHttp(): Http {
  return { request: (request) => exchange(request, performance.now() + request.timeoutMs) };
}

async function exchange(request: HttpRequest, endMs: number): Promise<HttpResult> {
  let current = request;
  for (let redirects = 0; ; redirects += 1) {
    const url = URL.canParse(current.url) ? new URL(current.url) : undefined;
    if (url === undefined) return unreachable('address', 'not an address');
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return unreachable('address', `${url.protocol} is neither http: nor https:`);
    const result = await send(current, url, endMs);
    if (result.kind !== 'answer') return result;
    const target = redirectTarget(result, url, current.method);
    if (target === undefined) return result;
    if (target === 'unusable') return unreachable('redirect', `${result.status} to an address that cannot be read`);
    if (target.origin !== url.origin) return unreachable('redirect', `${result.status} to another origin, ${target.origin}`);
    if (redirects === MOST_REDIRECTS) return unreachable('redirect', `more than ${MOST_REDIRECTS} redirects`);
    current = { ...current, url: target.href };
  }
}

/** Where to go next; a request that changes something is repeated only where the status says that method and body stay (307, 308). */
function redirectTarget(
  result: Extract<HttpResult, { kind: 'answer' }>,
  from: URL,
  method: HttpRequest['method'],
): URL | 'unusable' | undefined {
  const reads = method === 'GET' || method === 'HEAD';
  if (![307, 308, ...(reads ? [301, 302, 303] : [])].includes(result.status)) return undefined;
  const { location } = result.headers;
  if (location === undefined) return undefined;
  return URL.canParse(location, from.href) ? new URL(location, from) : 'unusable';
}

async function send(request: HttpRequest, url: URL, endMs: number): Promise<HttpResult> {
  const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES;
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  return await new Promise((resolve) => {
    let done = false;
    const finish = (result: HttpResult): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      resolve(result);
      outgoing?.destroy();
    };
    const timer = setTimeout(
      () => finish(unreachable('timeout', `no whole answer within ${request.timeoutMs} ms`)),
      Math.max(0, endMs - performance.now()),
    );
    const fail = (error: unknown): void => finish(explain(error, url));
    let outgoing: ReturnType<typeof plainRequest> | undefined;
    try {
      outgoing = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, {
        method: request.method,
        agent: false,
        headers: {
          'accept-encoding': 'identity',
          ...request.headers,
          ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }),
        },
      });
    } catch (error) {
      fail(error);
      return;
    }
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = [];
      let size = 0;
      incoming.on('data', (part: Buffer) => {
        size += part.length;
        if (size > maxBytes) finish(unreachable('too-large', `an answer of more than ${maxBytes} bytes`));
        else parts.push(part);
      });
      incoming.on('error', fail);
      incoming.on('aborted', () => finish(unreachable('closed', 'the connection was closed in the middle of the answer')));
      incoming.on('end', () => {
        if (!incoming.complete) return finish(unreachable('closed', 'the connection was closed in the middle of the answer'));
        finish({
          kind: 'answer',
          status: incoming.statusCode ?? 0,
          headers: headersOf(incoming.headers),
          body: Buffer.concat(parts, size),
        });
      });
    });
    outgoing.end(body);
  });
}

function headersOf(headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** Codes of node:net, node:tls and llhttp, by what they mean to the reader. */
function explain(error: unknown, url: URL): Unreachable {
  const code = codeOf(error);
  const host = url.host;
  if (code === 'ECONNREFUSED') return unreachable('refused', `nothing listens at ${host}`);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL')
    return unreachable('name', `the name ${url.hostname} is not known`);
  if (code === 'ETIMEDOUT') return unreachable('timeout', `${host} does not answer`);
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED') return unreachable('closed', `${host} closed the connection`);
  if (code.startsWith('HPE_')) return unreachable('closed', `${host} does not speak HTTP/1.1 (${code})`);
  if (/CERT|TLS|SSL|SIGNED|SIGNATURE|^EPROTO$|CRL/.test(code)) return unreachable('tls', `${host}: ${code}`);
  if (['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EINVAL'].includes(code)) {
    return unreachable('address', `${host} cannot be reached (${code})`);
  }
  return unreachable('closed', code === '' ? `${host}: the exchange failed` : `${host}: ${code}`);
}

function unreachable(reason: Unreachable['reason'], detail: string): Unreachable {
  return { kind: 'unreachable', reason, detail };
}
