import { AwsClient } from 'aws4fetch';
import { compareText } from '../../core/order.ts';
import { type Replica, type ReplicaEntry, ReplicaFailure, type ReplicaItem } from '../../core/ports/replica.ts';

const TIMEOUT_MS = 120_000;
const RETRIES = 4;
/** Objects that are written side by side. */
const PARALLEL_WRITES = 8;

export interface S3Options {
  readonly bucket: string;
  /** Goes before every key, e.g. `snapshots/`. */
  readonly prefix?: string | undefined;
  readonly region?: string | undefined;
  /** Address of an S3-compatible service; the bucket is then the first segment of the path. Default: AWS. */
  readonly endpoint?: string | undefined;
  /** `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * A replica in an S3-compatible bucket. `claim` asks for a conditional write (`If-None-Match: *`, which AWS, MinIO and R2 honour) and reads back what stands there: on a
 * service that ignores the condition two writers at the very same moment are told apart by the second reading only.
 */
export function createS3Replica(options: S3Options): Replica {
  const { bucket, environment } = options;
  const region = options.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1';
  const prefix = options.prefix === undefined || options.prefix === '' ? '' : `${options.prefix.replace(/\/+$/, '')}/`;
  const base = options.endpoint ? `${options.endpoint.replace(/\/+$/, '')}/${bucket}` : `https://${bucket}.s3.${region}.amazonaws.com`;
  const name = `s3 ${bucket}/${prefix}`;
  const send = createSender(environment, region);
  const at = (key: string) => `${base}/${(prefix + key).split('/').map(encodeURIComponent).join('/')}`;

  const read = async (key: string): Promise<Uint8Array | undefined> => {
    const answer = await send('GET', at(key));
    if (answer.status === 404 && !answer.text().includes('NoSuchBucket')) return undefined;
    return expectOk(answer).bytes;
  };
  const put = async ({ key, bytes }: ReplicaItem): Promise<void> => {
    expectOk(await send('PUT', at(key), bytes));
  };
  return {
    name,
    read,
    write: async (items) => {
      for (let i = 0; i < items.length; i += PARALLEL_WRITES) await Promise.all(items.slice(i, i + PARALLEL_WRITES).map(put));
    },
    claim: async ({ key, bytes }) => {
      if ((await read(key)) !== undefined) return false;
      const answer = await send('PUT', at(key), bytes, { 'if-none-match': '*' });
      if (answer.status === 412 || answer.status === 409) return false;
      expectOk(answer);
      const standing = await read(key);
      return standing !== undefined && Buffer.compare(standing, bytes) === 0;
    },
    list: (below) => listKeys(send, base, prefix, below),
  };
}

interface Answer {
  readonly status: number;
  readonly bytes: Uint8Array;
  text(): string;
}

type Send = (method: 'GET' | 'PUT', url: string, body?: Uint8Array, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

function createSender(environment: S3Options['environment'], region: string): Send {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment;
  if (!accessKeyId || !secretAccessKey)
    return async () => {
      throw new ReplicaFailure('denied', 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
    };
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: 's3',
    region,
    retries: RETRIES,
    ...(sessionToken ? { sessionToken } : {}),
  });
  return async (method, url, body, headers = {}) => {
    let response: Response;
    try {
      const init = { method, headers: { ...headers }, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' as const };
      response = await client.fetch(url, body === undefined ? init : { ...init, body: Buffer.from(body) });
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, bytes, text: () => new TextDecoder().decode(bytes) };
    } catch (cause) {
      throw new ReplicaFailure('unreachable', cause instanceof Error ? cause.name : 'no answer', { cause });
    }
  };
}

function expectOk(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const code = /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(answer.text())?.[1] ?? '';
  const detail = `status ${answer.status}${code ? ` ${code}` : ''}`;
  throw new ReplicaFailure(
    answer.status === 401 || answer.status === 403 ? 'denied' : answer.status === 507 ? 'full' : 'unreachable',
    detail,
  );
}

/** Format: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
async function listKeys(send: Send, base: string, prefix: string, below: string): Promise<readonly ReplicaEntry[]> {
  const entries: ReplicaEntry[] = [];
  let token: string | undefined;
  do {
    const query = new URLSearchParams({
      'list-type': '2',
      prefix: prefix + below,
      ...(token === undefined ? {} : { 'continuation-token': token }),
    });
    const page = expectOk(await send('GET', `${base}?${query}`)).text();
    for (const [, content = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      const [key, size] = [element(content, 'Key'), element(content, 'Size')];
      if (key?.startsWith(prefix)) entries.push({ key: key.slice(prefix.length), size: Number(size ?? 0) });
    }
    if (!page.includes('<ListBucketResult')) throw new ReplicaFailure('contract', 'the listing is not a ListBucketResult');
    token = element(page, 'IsTruncated') === 'true' ? element(page, 'NextContinuationToken') : undefined;
  } while (token !== undefined);
  return entries.sort((a, b) => compareText(a.key, b.key));
}

function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
