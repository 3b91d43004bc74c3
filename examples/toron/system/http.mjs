import { STATUS_CODES } from 'node:http';

const LARGEST_BODY_BYTES = 64 * 1024;

/** An answer that is a problem (RFC 9457): thrown by a route, sent by the server. */
export class Problem extends Error {
  /** @param {number} status @param {string} detail @param {Array<{pointer: string, detail: string}>} [errors] */
  constructor(status, detail, errors) {
    super(detail);
    this.status = status;
    this.body = { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...(errors === undefined ? {} : { errors }) };
  }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 * @returns {number} the bytes of the body
 */
export function sendJson(response, status, body, headers = {}) {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, 'cache-control': 'no-store', ...headers });
  response.end(bytes);
  return bytes.length;
}

/** @param {import('node:http').IncomingMessage} request @returns {Promise<any>} */
export async function readJson(request) {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new Problem(415, 'The body is not declared as application/json.');
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) throw new Problem(413, `The body is larger than ${LARGEST_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Problem(400, 'The body is not JSON.');
  }
}

/**
 * Checks a deployment request as the contract describes it.
 * @param {any} body
 * @returns {{ commit: string, flags: Record<string, boolean | string>, version?: string }}
 */
export function checkDeployRequest(body) {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new Problem(422, 'The request does not describe a deployment.', [{ pointer: '', detail: 'Expected an object.' }]);
  const errors = [];
  const { commit, flags, version } = body;
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    errors.push({ pointer: '/commit', detail: 'Expected 40 or 64 lower-case hexadecimal digits.' });
  if (version !== undefined && typeof version !== 'string') errors.push({ pointer: '/version', detail: 'Expected a string.' });
  const isMap = flags !== null && typeof flags === 'object' && !Array.isArray(flags);
  if (!isMap || !Object.values(flags).every((flag) => ['boolean', 'string'].includes(typeof flag))) {
    errors.push({ pointer: '/flags', detail: 'Expected an object of booleans and strings.' });
  }
  for (const key of Object.keys(body))
    if (!['commit', 'flags', 'version'].includes(key)) errors.push({ pointer: `/${key}`, detail: 'Unknown.' });
  if (errors.length > 0) throw new Problem(422, 'The request does not describe a deployment.', errors);
  return { commit, flags, ...(version === undefined ? {} : { version }) };
}
