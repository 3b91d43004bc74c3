import { gunzipSync } from 'node:zlib';
import { type GithubWorld, invalid, NOT_FOUND, type Routes, repositoryPath } from './route.ts';

/** An upload, unpacked, for assertions. */
export interface SarifUpload {
  readonly id: string;
  readonly commitSha: string;
  readonly ref: string;
  readonly sarif: unknown;
}

const MAX_GZIP_BYTES = 10 * 1024 * 1024;

/** Code scanning uploads: base64 of gzip of a SARIF 2.1.0 log, processed at once and noted in `uploads`. */
export function createSarifRoutes(world: GithubWorld, uploads: SarifUpload[]): Routes {
  return {
    'POST /repos/{owner}/{repo}/code-scanning/sarifs': ({ body }) => {
      const packed = Buffer.from(String(body.sarif), 'base64');
      if (packed.length > MAX_GZIP_BYTES)
        return { status: 413, body: { message: 'Payload too large', documentation_url: 'https://docs.github.com/rest' } };
      let sarif: Record<string, unknown>;
      try {
        sarif = JSON.parse(gunzipSync(packed).toString('utf8')) as Record<string, unknown>;
      } catch {
        return invalid('sarif is not base64-encoded gzip of JSON');
      }
      if (sarif.version !== '2.1.0' || !Array.isArray(sarif.runs)) return invalid('sarif is not a SARIF 2.1.0 log');
      const id = `00000000-0000-4000-8000-${String(world.nextId()).padStart(12, '0')}`;
      uploads.push({ id, commitSha: String(body.commit_sha), ref: String(body.ref), sarif });
      return { status: 202, body: { id, url: `${world.baseUrl}${repositoryPath(world)}/code-scanning/sarifs/${id}` } };
    },
    'GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}': ({ params }) =>
      uploads.some((upload) => upload.id === params.sarif_id)
        ? {
            status: 200,
            body: {
              processing_status: 'complete',
              analyses_url: `${world.baseUrl}${repositoryPath(world)}/code-scanning/analyses?sarif_id=${params.sarif_id}`,
              errors: null,
            },
          }
        : NOT_FOUND,
  };
}
