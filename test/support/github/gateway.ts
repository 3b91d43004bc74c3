import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { RESOURCE_NOT_ACCESSIBLE } from '../faults.ts';
import type { Forwarded } from './corrections.ts';
import type { GithubEmulator } from './emulator.ts';
import { isForwarded } from './forwarded.ts';
import { answerGraphql } from './graphql.ts';
import { ACTIONS_BOT, type Json } from './objects.ts';
import type { GithubOpenapi } from './openapi.ts';
import { grants, permissionsFor, type TokenPermissions } from './permissions.ts';
import type { Room } from './room.ts';
import { type Answer, NOT_FOUND } from './route.ts';

/** What decides about a request. */
export interface GatewayParts {
  readonly openapi: GithubOpenapi;
  readonly emulator: GithubEmulator;
  /** By `owner/name`. */
  readonly rooms: ReadonlyMap<string, Room>;
  readonly tokens: ReadonlyMap<string, TokenPermissions>;
  readonly isPrivate: boolean;
  readonly violate: (violation: string) => void;
  readonly deviations: Set<string>;
}

export interface GatewayRequest {
  readonly baseUrl: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** JSON, or the bytes of anything else. */
  readonly body: unknown;
  readonly raw: Buffer;
}

/** Checks a request against GitHub's description and the token's permissions, then answers it from a route of our own or from the emulator. */
export function createGateway(parts: GatewayParts): (request: GatewayRequest) => Promise<Answer | Forwarded> {
  const { openapi, emulator, rooms, tokens, violate, deviations } = parts;
  const report = (violation: string, status: number, message: string): Answer => {
    violate(violation);
    return { status, body: { message, documentation_url: 'https://docs.github.com/rest' } };
  };
  return async (request) => {
    const url = new URL(request.path, request.baseUrl);
    const token = request.headers.authorization?.replace(/^(bearer|token) /i, '');
    const permissions = token === undefined ? undefined : tokens.get(token);
    const isKnown = permissions !== undefined || token === emulator.ownerToken || token?.startsWith('eyJ') === true;
    if (token !== undefined && !isKnown) return unauthorized('Bad credentials');
    if (request.method === 'POST' && url.pathname === '/graphql') {
      if (token === undefined) return unauthorized('Requires authentication');
      return answerGraphql(request.body, rooms, permissions, violate);
    }
    const matched = openapi.match(request.method, url.pathname);
    if (matched === undefined) return report(`${request.method} ${url.pathname} is no operation of GitHub's API`, 404, 'Not Found');
    const { operation, params } = matched;
    const name = `${operation.method} ${operation.template}`;
    const query = url.searchParams;
    const problems = openapi.checkRequest(operation, query, Buffer.isBuffer(request.body) ? undefined : request.body);
    if (problems.length > 0) {
      for (const problem of problems) violate(`${name}: request ${problem}`);
      return { status: 422, body: { message: 'Invalid request.', errors: problems, documentation_url: 'https://docs.github.com/rest' } };
    }
    if (token === undefined && (operation.method !== 'GET' || parts.isPrivate)) return unauthorized('Requires authentication');
    const needed = permissionsFor(operation.method, operation.template);
    const isGuarded = needed !== undefined && permissions !== undefined && (needed.access === 'write' || parts.isPrivate);
    if (isGuarded && !grants(permissions, needed.names, needed.access)) return RESOURCE_NOT_ACCESSIBLE as Answer;

    const room = rooms.get(`${params.owner}/${params.repo}`);
    const body = (Buffer.isBuffer(request.body) ? {} : (request.body ?? {})) as Json;
    const own = room?.routes[name];
    if (room !== undefined && own !== undefined) {
      const actor = permissions === undefined ? room.world.owner : { login: ACTIONS_BOT, id: 41898282 };
      const answered = await own({ params, query, body, actor });
      // A 302 to a download and a 204 without details are what GitHub sends, though its description leaves out some of them.
      if (answered.status < 300 && answered.status !== 204) {
        for (const problem of openapi.checkResponse(operation, answered.status, answered.body)) violate(`${name}: our own ${problem}`);
      }
      return answered;
    }
    if (params.repo !== undefined && room === undefined) return NOT_FOUND;
    if (!isForwarded(operation.method, operation.template)) return report(`${name} is not emulated`, 501, `${name} is not emulated`);
    if (room === undefined) return forward(emulator.url, request);
    const call = { name, params, query, body, accept: request.headers.accept ?? '', raw: request.raw };
    const instead = await room.corrections.answerBefore(call);
    if (instead !== undefined) return instead;
    const corrected = await room.corrections.correct(call, await forward(emulator.url, request));
    if (corrected.json !== undefined && corrected.status < 400) {
      for (const problem of openapi.checkResponse(operation, corrected.status, corrected.json))
        deviations.add(`${name}: ${problem.replace(/\/\d+/g, '/n')}`);
    }
    return corrected;
  };
}

async function forward(emulatorUrl: string, request: GatewayRequest): Promise<Forwarded> {
  const headers: Record<string, string> = {};
  for (const name of ['authorization', 'content-type', 'accept', 'if-none-match']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const body = request.raw.length === 0 ? {} : { body: request.raw as Uint8Array<ArrayBuffer> };
  const response = await fetch(`${emulatorUrl}${request.path}`, { method: request.method, headers, redirect: 'manual', ...body });
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type') ?? '';
  const kept: Record<string, string> = {};
  for (const name of ['link', 'location', 'etag', 'content-type']) {
    const value = response.headers.get(name);
    if (value !== null) kept[name] = value.replaceAll(emulatorUrl, request.baseUrl);
  }
  if (!type.includes('json') || bytes.length === 0) return { status: response.status, bytes, headers: kept };
  return { status: response.status, json: JSON.parse(bytes.toString('utf8').replaceAll(emulatorUrl, request.baseUrl)), headers: kept };
}

/** Writes an answer with the rate limit headers that clients look at. */
export function sendAnswer(response: ServerResponse, answered: Answer | Forwarded): void {
  const json = 'json' in answered ? answered.json : 'body' in answered ? answered.body : undefined;
  const bytes = 'bytes' in answered ? answered.bytes : undefined;
  const body = json === undefined ? bytes : Buffer.from(JSON.stringify(json));
  const limits = {
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': '999',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
  };
  response.writeHead(answered.status, {
    ...(json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...limits,
    ...answered.headers,
  });
  response.end(body);
}

/** JSON where the body is JSON, bytes otherwise, undefined when empty. */
export function parseBody(raw: Buffer, contentType: string | undefined): unknown {
  if (raw.length === 0) return undefined;
  // Octokit sends JSON as `application/json; charset=utf-8`; an uploaded asset may itself be JSON but is sent with its own type.
  if (contentType === undefined || !/^application\/json\b/.test(contentType)) return raw;
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    return raw;
  }
}

function unauthorized(message: string): Answer {
  return { status: 401, body: { message, documentation_url: 'https://docs.github.com/rest', status: '401' } };
}
