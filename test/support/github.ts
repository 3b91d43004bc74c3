import { applyFault, createFaults, type Faults, isLost } from './faults.ts';
import { ALL_PERMISSIONS, startEmulator } from './github/emulator.ts';
import { createGateway, parseBody, sendAnswer } from './github/gateway.ts';
import type { Account, Json } from './github/objects.ts';
import { loadGithubOpenapi } from './github/openapi.ts';
import type { People } from './github/people.ts';
import type { TokenPermissions } from './github/permissions.ts';
import { pushRepository } from './github/push.ts';
import { createRoom, type Room } from './github/room.ts';
import type { GithubWorld } from './github/route.ts';
import type { Dispatch, RunSeed } from './github/runs.ts';
import type { SarifUpload } from './github/sarifs.ts';
import { readBody, startServer } from './http-server.ts';
import { createRepository } from './repository.ts';
import type { ResultsService } from './results-service.ts';

export { RESOURCE_NOT_ACCESSIBLE, rateLimited } from './faults.ts';
export type { TokenPermissions } from './github/permissions.ts';
export type { Dispatch, JobSeed, RunSeed } from './github/runs.ts';

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
  /** The token of a person: the owner of the repositories. */
  readonly ownerToken: string;
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
  /** Roles, and what GitHub knows about commits and pull requests of the first repository. */
  readonly people: Pick<People, 'setRole' | 'describeCommit' | 'describePull'>;
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
  const rooms = new Map<string, Room>();
  const violate = (violation: string): void => void violations.push(violation);
  const answer = createGateway({ openapi, emulator, rooms, tokens, isPrivate: options.private ?? false, violate, deviations });

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
    const answered = await answer({
      baseUrl: server.url,
      method: recorded.method,
      path: recorded.path,
      headers: request.headers,
      body: recorded.body,
      raw,
    });
    if (fault !== undefined && isLost(fault)) {
      if ('destroy' in fault) response.destroy();
      return;
    }
    recorded.status = answered.status;
    sendAnswer(response, answered);
  });

  const sarifs: SarifUpload[] = [];
  let lastId = 1000;
  for (const fullName of repositories) {
    const { body } = await emulator.ask('GET', `/repos/${fullName}`);
    const { id, owner } = body as { id: number; owner: Account };
    const resolveCommit = async (ref: string): Promise<string | undefined> => {
      const found = await emulator.ask('GET', `/repos/${fullName}/commits/${encodeURI(ref.replace(/^refs\/(heads|tags)\//, ''))}`);
      return found.status === 200 ? ((found.body as Json).sha as string) : undefined;
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
      now: () => new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    };
    rooms.set(fullName, createRoom(world, dispatches, sarifs));
  }
  const room = rooms.get(main) as Room;

  const github: EmulatedGithub = {
    url: server.url,
    owner: room.world.owner.login,
    repo: room.world.repo,
    repositoryId: room.world.repositoryId,
    ownerToken: emulator.ownerToken,
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
    people: room.people,
    dispatches,
    sarifs,
    read: async (path) => {
      const own = openapi.match('GET', new URL(path, server.url).pathname);
      const route =
        own === undefined ? undefined : rooms.get(`${own.params.owner}/${own.params.repo}`)?.routes[`GET ${own.operation.template}`];
      if (own === undefined || route === undefined) {
        const { status, body } = await emulator.ask('GET', path);
        return status === 404 ? undefined : body;
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

async function seedSmallRepository(github: EmulatedGithub): Promise<void> {
  await using repository = await createRepository({ 'README.md': '# demo\n' });
  await repository.branch('topic');
  await repository.commit('Change of the topic', { 'topic.txt': 'topic\n' });
  await github.push(repository.path);
  await github.openPullRequest('topic');
}
