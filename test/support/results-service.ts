import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BlobStore, startBlobStore } from './blob-store.ts';
import { applyFault, createFaults, type Faults } from './faults.ts';
import { readBody, startServer } from './http-server.ts';
import { type CacheEntries, createCacheEntries } from './results-caches.ts';
import { type RuntimeClaims, readRuntimeToken, signRuntimeToken, toBackendId, toRunId } from './results-token.ts';

/** A finished upload. */
export interface StoredArtifact {
  readonly id: number;
  readonly runId: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** `sha256:<hex>` of the stored bytes, as the client announced it and as it was checked here. */
  readonly digest: string;
  readonly mimeType: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly expired: boolean;
}

export interface RuntimeOptions {
  readonly runId?: number;
  readonly job?: string;
  /** Ref whose cache scope the job may write; default `refs/heads/main`. */
  readonly ref?: string;
  readonly defaultRef?: string;
  /** As for runs that forks or bots started: caches can be read, not written. */
  readonly readOnlyCache?: boolean;
}

/** The results service of GitHub Actions on loopback, for the real `@actions/artifact` and `@actions/cache` clients. */
export interface ResultsService extends AsyncDisposable {
  readonly url: string;
  readonly faults: Faults;
  /** The variables that a runner gives to an action of one job. */
  env(options?: RuntimeOptions): Record<string, string>;
  /** Finished artifacts by id; all runs, or one. */
  artifacts(runId?: number): readonly StoredArtifact[];
  /** The stored bytes: for an archived artifact, the zip. */
  readArtifact(id: number): Promise<Buffer>;
  /** A loopback URL from which the bytes can be had without a token for an hour. */
  signArtifact(id: number): Promise<string>;
  /** Puts an artifact into a run as another job would have; `digest` may lie. */
  plantArtifact(artifact: {
    readonly runId: number;
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly digest?: string;
    readonly mimeType?: string;
  }): Promise<StoredArtifact>;
  deleteArtifact(id: number): Promise<void>;
  /** Keeps the entry but no longer serves it, as after its retention. */
  expireArtifact(id: number): void;
  readonly caches: CacheEntries;
  /** Service and method of every call so far, such as `ArtifactService/CreateArtifact`. */
  readonly calls: readonly string[];
}

const PACKAGE = 'github.actions.results.api.v1';
const RETENTION_MS = 90 * 24 * 60 * 60 * 1000;

interface ArtifactRow {
  readonly id: number;
  readonly runBackendId: string;
  readonly jobBackendId: string;
  readonly name: string;
  readonly mimeType: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly blob: string;
  finalized?: { readonly sizeBytes: number; readonly digest: string };
  expired: boolean;
}

/** A Twirp error: code and HTTP status belong together (https://twitchtv.github.io/twirp/docs/errors.html). */
export interface TwirpError {
  readonly status: number;
  readonly code: string;
  readonly msg: string;
}

type Message = Readonly<Record<string, unknown>>;
type Answer = { readonly ok: Message } | { readonly error: TwirpError };

/** Starts the service and its blob store. */
export async function startResultsService(): Promise<ResultsService> {
  const store = await startBlobStore();
  const faults = createFaults();
  const calls: string[] = [];
  const rows: ArtifactRow[] = [];
  const caches = createCacheEntries(store);
  const methods: Readonly<Record<string, (message: Message, claims: RuntimeClaims) => Promise<Answer>>> = {
    ...artifactMethods(rows, store),
    ...caches.methods,
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const call = new RegExp(`^/twirp/${PACKAGE.replaceAll('.', '\\.')}\\.(\\w+/\\w+)$`).exec(request.url ?? '')?.[1];
    if (call !== undefined) calls.push(call);
    const fault = faults.take(request.method ?? '', request.url ?? '');
    if (fault !== undefined && (await applyFault(fault, response))) return;
    const method = call === undefined ? undefined : methods[call];
    const claims = readRuntimeToken(request.headers.authorization);
    let answer: Answer;
    if (request.method !== 'POST' || method === undefined)
      answer = fail(404, 'bad_route', `no handler for ${request.method} ${request.url}`);
    else if (claims === undefined) answer = fail(401, 'unauthenticated', 'invalid token');
    else answer = await method(JSON.parse(body.toString('utf8')) as Message, claims);
    response.writeHead('ok' in answer ? 200 : answer.error.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify('ok' in answer ? answer.ok : { code: answer.error.code, msg: answer.error.msg }));
  };

  const server = await startServer(handle);
  const find = (id: number): ArtifactRow => {
    const row = rows.find((each) => each.id === id);
    if (row === undefined) throw new Error(`no artifact ${id}`);
    return row;
  };
  return {
    url: server.url,
    faults,
    calls,
    caches,
    env: (options = {}) => {
      const ref = options.ref ?? 'refs/heads/main';
      const token = signRuntimeToken({
        runBackendId: toBackendId(options.runId ?? 1),
        jobBackendId: options.job ?? 'job',
        cacheScopes: [
          { Scope: ref, Permission: options.readOnlyCache === true ? 1 : 3 },
          { Scope: options.defaultRef ?? 'refs/heads/main', Permission: 1 },
        ],
      });
      return {
        ACTIONS_RESULTS_URL: `${server.url}/`,
        ACTIONS_RUNTIME_URL: `${server.url}/`,
        ACTIONS_CACHE_URL: `${server.url}/`,
        ACTIONS_RUNTIME_TOKEN: token,
        ACTIONS_CACHE_SERVICE_V2: 'True',
      };
    },
    artifacts: (runId) =>
      rows.filter((row) => row.finalized !== undefined && (runId === undefined || toRunId(row.runBackendId) === runId)).map(toArtifact),
    readArtifact: (id) => store.read(find(id).blob),
    signArtifact: (id) => signDownload(store, find(id)),
    plantArtifact: async ({ runId, name, bytes, digest, mimeType = 'application/zip' }) => {
      const row = createRow(rows, toBackendId(runId), 'planted', name, mimeType);
      await store.write(row.blob, bytes, mimeType);
      row.finalized = { sizeBytes: bytes.byteLength, digest: digest ?? sha256(bytes) };
      return toArtifact(row);
    },
    deleteArtifact: async (id) => {
      const row = find(id);
      rows.splice(rows.indexOf(row), 1);
      await store.remove(row.blob);
    },
    expireArtifact: (id) => {
      find(id).expired = true;
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** The five methods that `@actions/artifact` calls; field names as in its protobuf descriptions, 64-bit integers as strings. */
function artifactMethods(
  rows: ArtifactRow[],
  store: BlobStore,
): Readonly<Record<string, (message: Message, claims: RuntimeClaims) => Promise<Answer>>> {
  const findIn = (message: Message, claims: RuntimeClaims): ArtifactRow | undefined =>
    rows.find(
      (row) => row.runBackendId === claims.runBackendId && row.name === message.name && row.finalized !== undefined && !row.expired,
    );
  const guarded =
    (act: (message: Message, claims: RuntimeClaims) => Promise<Answer>) =>
    async (message: Message, claims: RuntimeClaims): Promise<Answer> =>
      message.workflow_run_backend_id === claims.runBackendId
        ? act(message, claims)
        : fail(403, 'permission_denied', 'the token belongs to another run');
  return {
    'ArtifactService/CreateArtifact': guarded(async (message, claims) => {
      const name = message.name;
      if (typeof name !== 'string' || name === '' || /[":<>|*?\r\n\\/]/.test(name))
        return fail(400, 'invalid_argument', `artifact name ${JSON.stringify(name)} is not valid`);
      if (rows.some((row) => row.runBackendId === claims.runBackendId && row.name === name)) {
        return fail(409, 'already_exists', 'an artifact with this name already exists on the workflow run');
      }
      const mimeType = typeof message.mime_type === 'string' ? message.mime_type : 'application/zip';
      const row = createRow(rows, claims.runBackendId, claims.jobBackendId, name, mimeType, message.expires_at);
      return { ok: { ok: true, signed_upload_url: await store.signUpload(row.blob) } };
    }),
    'ArtifactService/FinalizeArtifact': guarded(async (message, claims) => {
      const row = rows.find((each) => each.runBackendId === claims.runBackendId && each.name === message.name);
      if (row === undefined) return fail(404, 'not_found', 'artifact was not created');
      const bytes = await store.read(row.blob);
      // The service behind GitHub believes the client; here a wrong size or digest is an error, so that tests see it.
      if (String(bytes.byteLength) !== String(message.size ?? '0'))
        return fail(400, 'invalid_argument', `size is ${bytes.byteLength}, not ${message.size}`);
      if (message.hash !== undefined && message.hash !== sha256(bytes))
        return fail(400, 'invalid_argument', 'the digest is not that of the stored bytes');
      row.finalized = { sizeBytes: bytes.byteLength, digest: sha256(bytes) };
      return { ok: { ok: true, artifact_id: String(row.id) } };
    }),
    'ArtifactService/ListArtifacts': guarded(async (message, claims) => {
      const found = rows.filter(
        (row) =>
          row.runBackendId === claims.runBackendId &&
          row.finalized !== undefined &&
          !row.expired &&
          (message.name_filter === undefined || message.name_filter === row.name) &&
          (message.id_filter === undefined || message.id_filter === String(row.id)),
      );
      return { ok: { artifacts: found.map(toListItem) } };
    }),
    'ArtifactService/GetSignedArtifactURL': guarded(async (message, claims) => {
      const row = findIn(message, claims);
      return row === undefined ? fail(404, 'not_found', 'artifact not found') : { ok: { signed_url: await signDownload(store, row) } };
    }),
    'ArtifactService/DeleteArtifact': guarded(async (message, claims) => {
      const row = findIn(message, claims);
      if (row === undefined) return fail(404, 'not_found', 'artifact not found');
      rows.splice(rows.indexOf(row), 1);
      await store.remove(row.blob);
      return { ok: { ok: true, artifact_id: String(row.id) } };
    }),
  };
}

function createRow(
  rows: ArtifactRow[],
  runBackendId: string,
  jobBackendId: string,
  name: string,
  mimeType: string,
  expiresAt?: unknown,
): ArtifactRow {
  const id = 1 + rows.reduce((highest, row) => Math.max(highest, row.id), 0);
  const row: ArtifactRow = {
    id,
    runBackendId,
    jobBackendId,
    name,
    mimeType,
    createdAt: new Date().toISOString(),
    expiresAt: typeof expiresAt === 'string' ? expiresAt : new Date(Date.now() + RETENTION_MS).toISOString(),
    blob: `artifact-${id}`,
    expired: false,
  };
  rows.push(row);
  return row;
}

function toListItem(row: ArtifactRow): Message {
  return {
    workflow_run_backend_id: row.runBackendId,
    workflow_job_run_backend_id: row.jobBackendId,
    database_id: String(row.id),
    name: row.name,
    size: String(row.finalized?.sizeBytes ?? 0),
    created_at: row.createdAt,
    digest: row.finalized?.digest,
  };
}

function toArtifact(row: ArtifactRow): StoredArtifact {
  const { id, name, mimeType, createdAt, expiresAt, expired } = row;
  return {
    id,
    runId: toRunId(row.runBackendId),
    name,
    sizeBytes: row.finalized?.sizeBytes ?? 0,
    digest: row.finalized?.digest ?? '',
    mimeType,
    createdAt,
    expiresAt,
    expired,
  };
}

function signDownload(store: BlobStore, row: ArtifactRow): Promise<string> {
  return store.signDownload(row.blob, {
    contentType: row.mimeType,
    fileName: row.mimeType === 'application/zip' ? `${row.name}.zip` : row.name,
  });
}

export function fail(status: number, code: string, msg: string): { readonly error: TwirpError } {
  return { error: { status, code, msg } };
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
