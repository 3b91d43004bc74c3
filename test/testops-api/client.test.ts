import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createHost } from '../../src/host/index.ts';
import { createServices } from '../../src/testops-api/index.ts';

const COMMIT = '4f1c2d3e5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d';
const HEALTH = { status: 'ready', engine: { ready: true, version: '1' }, runners: [], gateways: [] };
const REPORT = {
  id: 'load-1',
  status: 'running',
  startedAt: '2026-11-20T09:30:00Z',
  finishedAt: null,
  durationMs: 0,
  requests: 0,
  failures: 0,
  metrics: [],
  faults: [],
};

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const services = (token?: string, limits = {}) =>
  createServices(createHost({ workspace: '/', environment: token === undefined ? {} : { TESTOPS_TOKEN: token }, quiet: true }), limits);

describe('the client of a TestOps service', () => {
  it('sends the deployment as the contract says, below the path of its address', async () => {
    const seen: string[] = [];
    await using server = await listen(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push(`${request.method} ${request.url}`, String(request.headers['content-type']), body);
      response
        .writeHead(202)
        .end(JSON.stringify({ id: '1', url: 'http://a.example', commit: COMMIT, flags: {}, startedAt: '2026-11-20T09:30:00Z' }));
    });
    const result = await services()
      .at(`${server.url}/base/`)
      .deployPreview({ commit: COMMIT, version: '1.0.0', flags: { a: true } });
    expect(result.kind).toBe('ok');
    expect(seen.slice(0, 2)).toEqual(['POST /base/v1/deploy/preview', 'application/json']);
    expect(JSON.parse(seen[2] ?? '')).toEqual({ commit: COMMIT, version: '1.0.0', flags: { a: true } });
  });

  it('sends the token to the service, and never on to another origin', async () => {
    const elsewhere: (string | undefined)[] = [];
    await using other = await listen((request, response) => {
      elsewhere.push(request.headers.authorization);
      response.end(JSON.stringify(HEALTH));
    });
    const tokens: (string | undefined)[] = [];
    await using server = await listen((request, response) => {
      tokens.push(request.headers.authorization);
      if (request.url === '/moved/v1/health') return response.writeHead(308, { location: '/v1/health' }).end();
      if (request.url === '/away/v1/health') return response.writeHead(307, { location: `${other.url}/v1/health` }).end();
      return response.end(JSON.stringify(HEALTH));
    });
    const open = services('s3cret\n');
    expect(await open.at(`${server.url}/moved`).health(1000)).toEqual({ kind: 'ok', value: HEALTH });
    expect(await open.at(`${server.url}/away`).health(1000)).toMatchObject({ kind: 'failure', reason: 'unreachable' });
    expect(tokens).toEqual(['Bearer s3cret', 'Bearer s3cret', 'Bearer s3cret']);
    expect(elsewhere).toEqual([]);
    await services().at(server.url).health(1000);
    expect(tokens[3]).toBeUndefined();
  });

  it('says why there is no answer, and repeats nothing of it', async () => {
    await using server = await listen((request, response) => {
      const kind = request.url?.split('/')[1];
      if (kind === 'hang') return;
      if (kind === 'html') return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<b>private</b>');
      if (kind === 'latin') return response.end(Buffer.from([0x22, 0xe9, 0x22]));
      if (kind === 'shape')
        return response.end(JSON.stringify({ ...HEALTH, status: 'private', runners: [{ id: 'private', ready: 'private' }] }));
      return response.writeHead(500).end('private');
    });
    const health = (path: string) => services().at(`${server.url}${path}`).health(300);
    expect(await health('/hang')).toEqual({ kind: 'failure', reason: 'timeout', detail: 'no whole answer in time' });
    expect(await health('/html')).toEqual({ kind: 'failure', reason: 'not-json', status: 200, detail: 'text/html that is not JSON' });
    expect(await health('/latin')).toMatchObject({ reason: 'not-json' });
    const shape = await health('/shape');
    expect(shape).toMatchObject({ reason: 'contract', detail: expect.stringMatching(/^\/status: .*; \/runners\/0\/ready: /) });
    expect(JSON.stringify(shape)).not.toContain('private');
    expect(await health('')).toEqual({ kind: 'failure', reason: 'status', status: 500, detail: 'status 500, expected 200' });
  });

  it('asks for one report by its id', async () => {
    await using server = await listen((request, response) => {
      if (request.url === '/v1/reports/load-1' || request.url === '/v1/reports/load-2') response.end(JSON.stringify(REPORT));
      else response.writeHead(404).end();
    });
    const service = services().at(server.url);
    expect(await service.report('load-1')).toEqual({ kind: 'ok', value: REPORT });
    expect(await service.report('load-2')).toMatchObject({ reason: 'contract' });
    expect(await service.report('load-3')).toMatchObject({ reason: 'not-found', status: 404 });
    await expect(service.report('../health')).rejects.toMatchObject({ problem: { where: 'report-id' } });
  });

  it.each(['testops.example', 'ftp://a.example', 'http://user:pass@a.example', 'http://a.example/?a=b', 'http://a.example/#a'])(
    'refuses the address %s',
    (url) => {
      expect(() => services().at(url)).toThrow(/expected: {1,}http:/);
      expect(() => services().at(url)).not.toThrow(/pass@/);
    },
  );

  it('refuses a token that would be another header, without showing it', () => {
    expect(() => services('a\r\nX-Admin: b').at('http://a.example')).toThrow('TESTOPS_TOKEN');
    expect(() => services('a\r\nX-Admin: b').at('http://a.example')).not.toThrow('X-Admin');
  });
});
