import type { IncomingMessage, ServerResponse } from 'node:http';
import { applyFault, createFaults, type Faults, RESOURCE_NOT_ACCESSIBLE } from './faults.ts';
import { createAssetStore } from './github/assets.ts';
import { createAttestationRoutes } from './github/attestations.ts';
import { createCacheRoutes } from './github/caches.ts';
import { createDeploymentRoutes } from './github/deployments.ts';
import { ALL_PERMISSIONS, completeCheckRuns, startEmulator } from './github/emulator.ts';
import { isForwarded } from './github/forwarded.ts';
import { ACTIONS_APP_ID, ACTIONS_BOT, type Account, type Json } from './github/objects.ts';
import { loadGithubOpenapi } from './github/openapi.ts';
import { grants, permissionsFor, type TokenPermissions } from './github/permissions.ts';
import { pushRepository } from './github/push.ts';
import { createRepositoryFactRoutes } from './github/repository-facts.ts';
import { type Answer, type GithubWorld, NOT_FOUND, type Routes } from './github/route.ts';
import { createRulesetRoutes } from './github/rulesets.ts';
import { createRuns, type Dispatch, type RunSeed } from './github/runs.ts';
import { createSarifRoutes, type SarifUpload } from './github/sarifs.ts';
import { createStatusRoutes } from './github/statuses.ts';
import { readBody, startServer } from './http-server.ts';
import { createRepository } from './repository.ts';
import type { ResultsService } from './results-service.ts';

export { RESOURCE_NOT_ACCESSIBLE, rateLimited } from './faults.ts';
export type { TokenPermissions } from './github/permissions.ts';
export type { Dispatch, RunSeed } from './github/runs.ts';

export interface GithubOptions {
  /** `owner/name`, the first being the one under test; all of one owner. Default `octo-org/demo`. */
  readonly repositories?: readonly string[];
  readonly private?: boolean;
  /** Work tree whose branches and tags are pushed into the first repository; default a small one with `main`, `topic` and pull request 1. */
  readonly repositoryPath?: string;
  /** Its artifacts and caches show up in the REST API. */
  readonly results?: ResultsService;
}

/** A request that reached the API. */
export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly hasToken: boolean;
  /** JSON where the body is JSON, bytes otherwise, undefined when empty. */
  readonly body: unknown;
  /** Filled in when it was answered; undefined for a connection that was closed or left hanging. */
  status: number | undefined;
}

/** GitHub's REST API on loopback. Closing it throws when a request or an answer of our own broke GitHub's description. */
export interface EmulatedGithub extends AsyncDisposable {
  /** What `GITHUB_API_URL` has to be. */
  readonly url: string;
  readonly owner: string;
  readonly repo: string;
  readonly repositoryId: number;
  /** A token of the GitHub Actions app that may do everything. */
  readonly token: string;
  /** A token of the GitHub Actions app with just these permissions, as a workflow's `permissions:` gives it; `{}` is a fork's. */
  issueToken(permissions: TokenPermissions): Promise<string>;
  readonly requests: readonly RecordedRequest[];
  readonly faults: Faults;
  /** Breaches of GitHub's description so far, one line each. */
  readonly violations: readonly string[];
  /** Forgets the breaches that a test provokes on purpose; returns them. */
  takeViolations(): readonly string[];
  /** Where answers of the emulator differ from GitHub's description; told, never failed on. */
  readonly deviations: ReadonlySet<string>;
  /** Pushes all branches and tags of a work tree; ids stay, but for those of annotated tag objects. */
  push(repositoryPath: string, repository?: string): Promise<void>;
  openPullRequest(head: string, base?: string, title?: string): Promise<{ readonly number: number; readonly headSha: string }>;
  addRun(run: RunSeed, repository?: string): void;
  readonly dispatches: readonly Dispatch[];
  readonly sarifs: readonly SarifUpload[];
  /** Reads as the owner, unrecorded and without faults; undefined for 404. For assertions. */
  read(path: string): Promise<unknown>;
  /** The commit that a ref names; for assertions. */
  resolveCommit(ref: string): Promise<string | undefined>;
}

/** Starts the emulator and, before it, the server that adds what it lacks. */
export async function startGithub(options: GithubOptions = {}): Promise<EmulatedGithub> {
  const repositories = options.repositories ?? ['octo-org/demo'];
  const main = repositories[0] ?? '';
  const openapi = loadGithubOpenapi();
  const emulator = await startEmulator(repositories, options.private ?? false);
  const faults = createFaults();
  const requests: RecordedRequest[] = [];
  let violations: string[] = [];
  const deviations = new Set<string>();
  const tokens = new Map<string, TokenPermissions>();
  const dispatches: Dispatch[] = [];
  const issueToken = async (permissions: TokenPermissions): Promise<string> => {
    const token = await emulator.issueToken(permissions);
    tokens.set(token, permissions);
    return token;
  };
  const assets = createAssetStore();
  const rooms = new Map<string, Room>();

  const answer = async (recorded: RecordedRequest, request: IncomingMessage, raw: Buffer): Promise<Answer | Forwarded> => {
    const url = new URL(recorded.path, server.url);
    const authorization = request.headers.authorization;
    const token = authorization?.replace(/^(bearer|token) /i, '');
    const permissions = token === undefined ? undefined : tokens.get(token);
    const isOwner = token === emulator.ownerToken;
    const isApp = token?.startsWith('eyJ') === true;
    if (token !== undefined && permissions === undefined && !isOwner && !isApp) return unauthorized('Bad credentials');
    const matched = openapi.match(recorded.method, url.pathname);
    if (matched === undefined) return report(`${recorded.method} ${url.pathname} is no operation of GitHub's API`, 404, 'Not Found');
    const { operation, params } = matched;
    const name = `${operation.method} ${operation.template}`;
    const isJson = Buffer.isBuffer(recorded.body) === false;
    const problems = openapi.checkRequest(operation, url.searchParams, isJson ? recorded.body : undefined);
    if (problems.length > 0) {
      violations.push(...problems.map((problem) => `${name}: request ${problem}`));
      return { status: 422, body: { message: 'Invalid request.', errors: problems, documentation_url: 'https://docs.github.com/rest' } };
    }
    const needed = permissionsFor(operation.method, operation.template);
    if (token === undefined && (operation.method !== 'GET' || options.private === true)) return unauthorized('Requires authentication');
    if (
      needed !== undefined &&
      permissions !== undefined &&
      (needed.access === 'write' || options.private === true) &&
      !grants(permissions, needed.names, needed.access)
    ) {
      return RESOURCE_NOT_ACCESSIBLE as Answer;
    }
    const room = rooms.get(`${params['owner']}/${params['repo']}`);
    const own = room?.routes[name];
    if (own !== undefined) {
      const actor: Account =
        permissions === undefined ? { login: repositories[0]?.split('/')[0] ?? '', id: 1 } : { login: ACTIONS_BOT, id: 41898282 };
      const answered = await own({ params, query: url.searchParams, body: (recorded.body ?? {}) as Json, actor });
      // 302 of a download and 204 of a dispatch without details are what GitHub sends, though its description leaves out the second.
      const described = answered.status === 204 || openapi.checkResponse(operation, answered.status, answered.body);
      if (described !== true && answered.status !== 302 && answered.status < 400)
        violations.push(...described.map((problem) => `${name}: our own ${problem}`));
      return answered;
    }
    if (params['repo'] !== undefined && room === undefined) return NOT_FOUND;
    if (!isForwarded(operation.method, operation.template)) return report(`${name} is not emulated`, 501, `${name} is not emulated`);
    const kept = assets.serve(operation.template, operation.method, params['asset_id'], request.headers.accept);
    if (kept !== undefined) return kept;
    const forwarded = await forward(emulator.url, server.url, recorded, request, raw);
    assets.keep(operation.template, operation.method, params['asset_id'], forwarded, raw);
    if (forwarded.json !== undefined) {
      const body = assets.complete(completeCheckRuns(server.url, forwarded.json));
      if (forwarded.status < 400) {
        for (const problem of openapi.checkResponse(operation, forwarded.status, body))
          deviations.add(`${name}: ${problem.replace(/\/\d+/g, '/n')}`);
      }
      return { ...forwarded, json: body };
    }
    return forwarded;
  };
  const report = (violation: string, status: number, message: string): Answer => {
    violations.push(violation);
    return { status, body: { message, documentation_url: 'https://docs.github.com/rest' } };
  };

  const server = await startServer(async (request, response) => {
    const raw = await readBody(request);
    const recorded: RecordedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      hasToken: request.headers.authorization !== undefined,
      body: parseBody(raw, request.headers['content-type']),
      status: undefined,
    };
    requests.push(recorded);
    const fault = faults.take(recorded.method, recorded.path);
    if (fault !== undefined && (await applyFault(fault, response))) {
      recorded.status = 'status' in fault ? fault.status : undefined;
      return;
    }
    const answered = await answer(recorded, request, raw);
    recorded.status = answered.status;
    send(response, answered);
  });

  const sarifs: SarifUpload[] = [];
  let lastId = 1000;
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  for (const fullName of repositories) {
    const { body } = await emulator.ask('GET', `/repos/${fullName}`);
    const { id, owner } = body as { id: number; owner: Account };
    const resolveCommit = async (ref: string): Promise<string | undefined> => {
      const found = await emulator.ask('GET', `/repos/${fullName}/commits/${encodeURI(ref.replace(/^refs\/(heads|tags)\//, ''))}`);
      return found.status === 200 ? ((found.body as Json)['sha'] as string) : undefined;
    };
    const world: GithubWorld = {
      baseUrl: server.url,
      owner: { login: owner.login, id: owner.id },
      repo: fullName.split('/')[1] ?? '',
      repositoryId: id,
      defaultBranch: 'main',
      private: options.private ?? false,
      results: options.results,
      emulated: emulator.ask,
      resolveCommit,
      nextId: () => ++lastId,
      now: () => now,
    };
    rooms.set(fullName, createRoom(world, dispatches, sarifs));
  }
  const room = rooms.get(main) as Room;

  const github: EmulatedGithub = {
    url: server.url,
    owner: room.world.owner.login,
    repo: room.world.repo,
    repositoryId: room.world.repositoryId,
    token: await issueToken(Object.fromEntries(ALL_PERMISSIONS.map((name) => [name, 'write']))),
    issueToken,
    requests,
    faults,
    get violations() {
      return violations;
    },
    takeViolations: () => {
      const taken = violations;
      violations = [];
      return taken;
    },
    deviations,
    push: (path, repository = main) => pushRepository(emulator.ask, repository, path),
    openPullRequest: async (head, base = 'main', title = `Changes of ${head}`) => {
      const { status, body } = await emulator.ask('POST', `/repos/${main}/pulls`, { title, head, base });
      if (status !== 201) throw new Error(`no pull request: ${status} ${JSON.stringify(body)}`);
      const pull = body as { number: number; head: { sha: string } };
      return { number: pull.number, headSha: pull.head.sha };
    },
    addRun: (run, repository = main) => rooms.get(repository)?.runs.add(run),
    dispatches,
    sarifs,
    read: async (path) => {
      const own = openapi.match('GET', new URL(path, server.url).pathname);
      const route =
        own === undefined ? undefined : rooms.get(`${own.params['owner']}/${own.params['repo']}`)?.routes[`GET ${own.operation.template}`];
      if (own === undefined || route === undefined) {
        const { status, body } = await emulator.ask('GET', path);
        return status === 404 ? undefined : completeCheckRuns(server.url, body);
      }
      const answered = await route({
        params: own.params,
        query: new URL(path, server.url).searchParams,
        body: {},
        actor: room.world.owner,
      });
      return answered.status === 404 ? undefined : answered.body;
    },
    resolveCommit: room.world.resolveCommit,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await emulator.close();
      if (violations.length > 0)
        throw new Error(`GitHub's API description was broken:\n${violations.map((line) => `  ${line}`).join('\n')}`);
    },
  };
  try {
    if (options.repositoryPath === undefined) await seedSmallRepository(github);
    else await github.push(options.repositoryPath);
  } catch (error) {
    await github[Symbol.asyncDispose]();
    throw error;
  }
  return github;
}

interface Room {
  readonly world: GithubWorld;
  readonly routes: Routes;
  readonly runs: ReturnType<typeof createRuns>;
}

function createRoom(world: GithubWorld, dispatches: Dispatch[], sarifUploads: SarifUpload[]): Room {
  const runs = createRuns(world, dispatches);
  const routes = {
    ...createStatusRoutes(world),
    ...createRulesetRoutes(world, ACTIONS_APP_ID),
    ...createAttestationRoutes(world),
    ...createDeploymentRoutes(world),
    ...createCacheRoutes(world),
    ...createRepositoryFactRoutes(world),
    ...createSarifRoutes(world, sarifUploads),
    ...runs.routes,
  };
  return { world, routes, runs };
}

async function seedSmallRepository(github: EmulatedGithub): Promise<void> {
  await using repository = await createRepository({ 'README.md': '# demo\n' });
  await repository.branch('topic');
  await repository.commit('Change of the topic', { 'topic.txt': 'topic\n' });
  await github.push(repository.path);
  await github.openPullRequest('topic');
}

/** An answer of the emulator on its way to the client. */
export interface Forwarded {
  readonly status: number;
  readonly json?: unknown;
  readonly bytes?: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

async function forward(
  emulatorUrl: string,
  baseUrl: string,
  recorded: RecordedRequest,
  request: IncomingMessage,
  raw: Buffer,
): Promise<Forwarded> {
  const headers: Record<string, string> = {};
  for (const name of ['authorization', 'content-type', 'accept', 'if-none-match']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const response = await fetch(`${emulatorUrl}${recorded.path}`, {
    method: recorded.method,
    headers,
    redirect: 'manual',
    ...(raw.length === 0 ? {} : { body: raw as Uint8Array<ArrayBuffer> }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type') ?? '';
  const kept: Record<string, string> = {};
  for (const name of ['link', 'location', 'etag', 'content-type']) {
    const value = response.headers.get(name);
    if (value !== null) kept[name] = value.replaceAll(emulatorUrl, baseUrl);
  }
  if (!type.includes('json') || bytes.length === 0) return { status: response.status, bytes, headers: kept };
  return { status: response.status, json: JSON.parse(bytes.toString('utf8').replaceAll(emulatorUrl, baseUrl)), headers: kept };
}

function send(response: ServerResponse, answered: Answer | Forwarded): void {
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

function parseBody(raw: Buffer, contentType: string | undefined): unknown {
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
