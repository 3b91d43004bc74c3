import { createHash } from 'node:crypto';
import type { Forwarded } from './corrections.ts';
import type { Json } from './objects.ts';

const UPLOAD = 'POST /repos/{owner}/{repo}/releases/{release_id}/assets';
const ONE = '/repos/{owner}/{repo}/releases/assets/{asset_id}';

/** The bytes of release assets: the emulator keeps only their size. */
export interface AssetStore {
  /** The bytes, when they are asked for as such. */
  serve(name: string, assetId: string | undefined, accept: string | undefined): Forwarded | undefined;
  keep(name: string, assetId: string | undefined, forwarded: Forwarded, bytes: Buffer): void;
  /** Adds the digest that GitHub states for each asset. */
  complete(value: unknown): unknown;
}

export function createAssetStore(): AssetStore {
  const assets = new Map<string, Buffer>();
  const complete = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(complete);
    if (typeof value !== 'object' || value === null) return value;
    const object: Json = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, complete(item)]));
    const bytes = 'browser_download_url' in object && 'uploader' in object ? assets.get(String(object.id)) : undefined;
    if (bytes !== undefined) object.digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    return object;
  };
  return {
    serve: (name, assetId = '', accept = '') => {
      const bytes = name === `GET ${ONE}` && accept.includes('application/octet-stream') ? assets.get(assetId) : undefined;
      return bytes === undefined ? undefined : { status: 200, bytes, headers: { 'content-type': 'application/octet-stream' } };
    },
    keep: (name, assetId = '', forwarded, bytes) => {
      if (name === UPLOAD && forwarded.status === 201) assets.set(String((forwarded.json as Json).id), bytes);
      if (name === `DELETE ${ONE}` && forwarded.status === 204) assets.delete(assetId);
    },
    complete,
  };
}
