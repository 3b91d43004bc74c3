/** Telemetry as systems write it, with random ids and nothing private, the same for the same seed. */
export type Corpus = 'otlp' | 'access' | 'cloudtrail' | 'json';

export function createCorpus(kind: Corpus, bytes: number, seed = 42): Buffer {
  const random = createRandom(seed);
  const make = MAKERS[kind];
  const lines: string[] = [];
  for (let size = 0; size < bytes; ) {
    const line = make(random);
    lines.push(line);
    size += line.length + 1;
  }
  return kind === 'json' ? Buffer.from(`[${lines.join(',')}]`) : Buffer.from(`${lines.join('\n')}\n`);
}

interface Random {
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  hex(digits: number): string;
  digits(count: number): string;
  text(length: number, alphabet: string): string;
}

/** xoshiro128** (Blackman and Vigna), seeded by splitmix32. */
function createRandom(seed: number): Random {
  let mix = seed >>> 0;
  const next = () => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const s = Uint32Array.of(next(), next(), next(), next());
  const rotate = (x: number, k: number) => ((x << k) | (x >>> (32 - k))) >>> 0;
  const word = () => {
    const [a, b, c, d] = s as unknown as [number, number, number, number];
    const result = Math.imul(rotate(Math.imul(b, 5) >>> 0, 7), 9) >>> 0;
    const t = (b << 9) >>> 0;
    s[2] = c ^ a;
    s[3] = d ^ b;
    s[1] = b ^ (s[2] as number);
    s[0] = a ^ (s[3] as number);
    s[2] = (s[2] as number) ^ t;
    s[3] = rotate(s[3] as number, 11);
    return result;
  };
  const below = (limit: number) => Math.floor((word() / 4_294_967_296) * limit);
  const text = (length: number, alphabet: string) => {
    let out = '';
    for (let i = 0; i < length; i++) out += alphabet[below(alphabet.length)];
    return out;
  };
  return {
    below,
    pick: (items) => items[below(items.length)] as never,
    hex: (digits) => {
      let out = '';
      while (out.length < digits) out += word().toString(16).padStart(8, '0');
      return out.slice(0, digits);
    },
    digits: (count) => text(count, '0123456789'),
    text,
  };
}

const uuid = (r: Random) => `${r.hex(8)}-${r.hex(4)}-4${r.hex(3)}-a${r.hex(3)}-${r.hex(12)}`;
const pad = (value: number) => String(value).padStart(2, '0');
const clock = (r: Random) => `${pad(r.below(24))}:${pad(r.below(60))}:${pad(r.below(60))}`;
const inside = (r: Random) => `10.${r.below(256)}.${r.below(256)}.${r.below(256)}`;

const BODIES = [
  'order placed and shipped to warehouse',
  'cache miss, reading from the store',
  'connection to the database was reset by peer, trying again',
  'user session refreshed',
  'retrying request after timeout',
  'migration step finished',
  'token bucket is empty, the call is delayed',
  'GET /healthz 200',
  'Could not parse line: unexpected end of input',
] as const;
const SERVICES = ['checkout', 'cart', 'runner', 'gateway', 'catalog'] as const;
const ROUTES = ['/api/v1/orders', '/api/v1/games', '/assets/app', '/v2/search', '/healthz', '/login', '/static/js/main'] as const;
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'curl/8.9.1',
  'kube-probe/1.31',
  'aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 api/s3#1.58.2',
] as const;

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
const integer = (key: string, value: number) => ({ key, value: { intValue: String(value) } });

function otlp(r: Random): string {
  const nanos = () => `17638${r.digits(14)}`;
  const records = Array.from({ length: 1 + r.below(3) }, () => ({
    timeUnixNano: nanos(),
    observedTimeUnixNano: nanos(),
    severityNumber: r.pick([5, 9, 13, 17]),
    severityText: r.pick(['DEBUG', 'INFO', 'WARN', 'ERROR']),
    traceId: r.hex(32),
    spanId: r.hex(16),
    body: { stringValue: `${r.pick(BODIES)} in ${r.below(2_000)} ms` },
    attributes: [
      attribute('http.request.method', r.pick(['GET', 'POST', 'PUT'])),
      attribute('http.route', r.pick(ROUTES)),
      integer('http.response.status_code', r.pick([200, 201, 204, 304, 404, 500])),
      attribute('url.path', `${r.pick(ROUTES)}/${r.hex(12)}`),
      attribute('order.id', `ord_${r.text(16, 'abcdefghijklmnopqrstuvwxyz0123456789')}`),
      integer('thread.id', r.below(64)),
      integer('cart.id', Number(r.digits(12))),
      attribute('session.id', uuid(r)),
      attribute('deployment.version', `${r.below(9)}.${r.below(30)}.${r.below(99)}`),
      attribute('code.function.name', 'com.example.checkout.OrderService::placeOrder'),
    ].slice(0, 4 + r.below(7)),
  }));
  const resource = {
    attributes: [
      attribute('service.name', r.pick(SERVICES)),
      attribute('service.instance.id', uuid(r)),
      attribute('host.name', `ip-10-0-${r.below(256)}-${r.below(256)}`),
      attribute(
        'k8s.pod.name',
        `${r.pick(SERVICES)}-${r.text(10, 'bcdfghjklmnpqrstvwxz2456789')}-${r.text(5, 'bcdfghjklmnpqrstvwxz2456789')}`,
      ),
      attribute('telemetry.sdk.version', '1.44.0'),
    ],
  };
  return JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'app', version: '2.1.0' }, logRecords: records }] }] });
}

function access(r: Random): string {
  const query = r.pick([
    '',
    `?page=${r.below(90)}`,
    `?q=${r.text(6, 'abcdefghij')}%20${r.text(5, 'abcdefghij')}&sort=asc`,
    `?id=${r.digits(13)}`,
  ]);
  const size = r.below(200_000);
  return `${inside(r)} - - [22/Nov/2026:${clock(r)} +0000] "${r.pick(['GET', 'POST'])} ${r.pick(ROUTES)}/${r.hex(16)}${query} HTTP/1.1" ${r.pick([200, 200, 304, 404, 502])} ${size} "https://shop.internal${r.pick(ROUTES)}" "${r.pick(AGENTS)}" rt=0.${r.digits(3)} uct="0.00${r.below(9)}" rid=${r.hex(32)}`;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function cloudtrail(r: Random): string {
  const account = r.digits(12);
  const role = r.pick(['app', 'deployer', 'reader']);
  const session = `i-0${r.hex(16)}`;
  const bucket = r.pick(['telemetry', 'assets', 'backups']);
  return JSON.stringify({
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROA${r.text(17, UPPER)}:${session}`,
      arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
      accountId: account,
      accessKeyId: `ASIA${r.text(16, UPPER)}`,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: `AROA${r.text(17, UPPER)}`,
          arn: `arn:aws:iam::${account}:role/${role}`,
          accountId: account,
          userName: role,
        },
        attributes: { creationDate: `2026-11-22T${clock(r)}Z`, mfaAuthenticated: 'false' },
      },
    },
    eventTime: `2026-11-22T${clock(r)}Z`,
    eventSource: r.pick(['s3.amazonaws.com', 'kms.amazonaws.com', 'secretsmanager.amazonaws.com']),
    eventName: r.pick(['GetObject', 'PutObject', 'Decrypt', 'GetSecretValue', 'AssumeRole']),
    awsRegion: r.pick(['eu-west-1', 'us-east-1']),
    sourceIPAddress: inside(r),
    userAgent: `[${r.pick(AGENTS)}]`,
    requestParameters: {
      bucketName: `${bucket}-${account}`,
      key: `year=2026/month=11/${r.hex(32)}.json.gz`,
      Host: `${bucket}-${account}.s3.eu-west-1.amazonaws.com`,
    },
    responseElements: { 'x-amz-server-side-encryption': 'AES256', 'x-amz-version-id': r.text(32, `${UPPER}abcdefghijklmnopqrstuvwxyz._`) },
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: 0,
      AuthenticationMethod: 'AuthHeader',
      'x-amz-id-2': `${r.text(75, `${UPPER}abcdefghijklmnopqrstuvwxyz01389+/`)}=`,
      bytesTransferredOut: r.below(1_000_000),
    },
    requestID: r.text(16, '0123456789ABCDEF'),
    eventID: uuid(r),
    readOnly: true,
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}-${account}/year=2026/month=11/${r.hex(32)}.json.gz` },
      { accountId: account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}-${account}` },
    ],
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: account,
    sharedEventID: uuid(r),
    eventCategory: 'Data',
    tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: `${bucket}.s3.amazonaws.com` },
  });
}

function minified(r: Random): string {
  return JSON.stringify({
    id: r.below(1e9),
    ref: uuid(r),
    name: r.pick(SERVICES),
    tags: [r.pick(SERVICES), r.pick(SERVICES)],
    at: `2026-11-22T${clock(r)}.${r.digits(3)}Z`,
    price: r.below(1e5) / 100,
    note: r.pick(BODIES),
    ok: true,
  });
}

const MAKERS: Readonly<Record<Corpus, (random: Random) => string>> = { otlp, access, cloudtrail, json: minified };
