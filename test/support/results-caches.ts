import type { BlobStore } from './blob-store.ts';
import { fail, type TwirpError } from './results-service.ts';
import type { RuntimeClaims } from './results-token.ts';

/** A saved cache. */
export interface StoredCache {
  readonly id: number;
  readonly key: string;
  readonly version: string;
  /** The ref that saved it. */
  readonly scope: string;
  readonly sizeBytes: number;
  readonly createdAt: string;
}

type Message = Readonly<Record<string, unknown>>;
type Answer = { readonly ok: Message } | { readonly error: TwirpError };

/** The caches of one service. */
export interface CacheEntries {
  list(): readonly StoredCache[];
  remove(id: number): void;
  readonly methods: Readonly<Record<string, (message: Message, claims: RuntimeClaims) => Promise<Answer>>>;
}

/** The three methods of the second cache service; scopes are searched in the order of the token, in each first for the key, then for prefixes, newest first. */
export function createCacheEntries(store: BlobStore): CacheEntries {
  const rows: (StoredCache & { readonly blob: string; finalized: boolean; finalSizeBytes: number })[] = [];
  let lastId = 0;
  const writable = (claims: RuntimeClaims): string | undefined => claims.cacheScopes.find((scope) => (scope.Permission & 2) !== 0)?.Scope;
  return {
    list: () =>
      rows
        .filter((row) => row.finalized)
        .map(({ id, key, version, scope, finalSizeBytes, createdAt }) => ({
          id,
          key,
          version,
          scope,
          sizeBytes: finalSizeBytes,
          createdAt,
        })),
    remove: (id) => {
      rows.splice(
        rows.findIndex((row) => row.id === id),
        1,
      );
    },
    methods: {
      'CacheService/CreateCacheEntry': async (message, claims) => {
        const scope = writable(claims);
        const key = String(message.key);
        const version = String(message.version);
        if (scope === undefined) return { ok: { ok: false, message: 'cache write denied: the token of this run can only read caches' } };
        if (rows.some((row) => row.key === key && row.version === version && row.scope === scope)) {
          return fail(409, 'already_exists', 'cache entry with the same key, version, and scope already exists');
        }
        const id = ++lastId;
        rows.push({
          id,
          key,
          version,
          scope,
          sizeBytes: 0,
          createdAt: new Date().toISOString(),
          blob: `cache-${id}`,
          finalized: false,
          finalSizeBytes: 0,
        });
        return { ok: { ok: true, signed_upload_url: await store.signUpload(`cache-${id}`) } };
      },
      'CacheService/FinalizeCacheEntryUpload': async (message, claims) => {
        const scope = writable(claims);
        const row = rows.find((each) => each.key === message.key && each.version === message.version && each.scope === scope);
        if (row === undefined) return fail(404, 'not_found', 'cache entry was not created');
        const bytes = await store.read(row.blob);
        if (String(bytes.byteLength) !== String(message.size_bytes ?? '0'))
          return fail(400, 'invalid_argument', `size is ${bytes.byteLength}, not ${message.size_bytes}`);
        row.finalized = true;
        row.finalSizeBytes = bytes.byteLength;
        return { ok: { ok: true, entry_id: String(row.id) } };
      },
      'CacheService/GetCacheEntryDownloadURL': async (message, claims) => {
        const restoreKeys = Array.isArray(message.restore_keys) ? message.restore_keys.map(String) : [];
        for (const { Scope } of claims.cacheScopes.filter((scope) => (scope.Permission & 1) !== 0)) {
          const inScope = rows.filter((row) => row.finalized && row.scope === Scope && row.version === message.version).reverse();
          const candidates = [
            inScope.find((row) => row.key === message.key),
            ...[String(message.key), ...restoreKeys].map((prefix) => inScope.find((row) => row.key.startsWith(prefix))),
          ];
          const row = candidates.find((each) => each !== undefined);
          if (row !== undefined) return { ok: { ok: true, signed_download_url: await store.signDownload(row.blob), matched_key: row.key } };
        }
        return { ok: { ok: false, signed_download_url: '', matched_key: '' } };
      },
    },
  };
}
