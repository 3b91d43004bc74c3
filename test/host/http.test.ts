import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { HttpRequest } from '../../src/core/ports/http.ts';
import { createHost } from '../../src/host/index.ts';
import {
  closeServer,
  findClosedPort,
  listen,
  readBody,
  startDrippingServer,
  startHangingServer,
  startRedirectingServer,
  startServer,
  startTruncatingServer,
} from '../support/http-server.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const { http } = createHost({ workspace: '/', environment: {}, quiet: true });
const get = (url: string, more: Partial<HttpRequest> = {}) => http.request({ method: 'GET', url, timeoutMs: 2000, ...more });
const textOf = (result: Awaited<ReturnType<typeof get>>) => (result.kind === 'answer' ? Buffer.from(result.body).toString('utf8') : result);

describe('an exchange over HTTP', () => {
  it('sends what it is given, and gives what comes back', async () => {
    await using server = await startServer(async (request, response) => {
      response.writeHead(418, {
        'x-seen': `${request.headers['x-sent']} ${request.headers['content-length']}`,
        'set-cookie': ['a=1', 'b=2'],
      });
      response.end(await readBody(request));
    });
    const sent = { method: 'POST', headers: { 'x-sent': 'yes' }, body: 'grüße' } as const;
    const result = await get(server.url, sent);
    expect(result).toMatchObject({ kind: 'answer', status: 418, headers: { 'x-seen': 'yes 7', 'set-cookie': 'a=1, b=2' } });
    expect(textOf(result)).toBe('grüße');
    expect(await get(server.url, { method: 'HEAD' })).toMatchObject({ status: 418, body: Buffer.alloc(0) });
  });

  it('says why there was none', async () => {
    await using hanging = await startHangingServer();
    await using dripping = await startDrippingServer('x'.repeat(100), 20);
    await using cutting = await startTruncatingServer('x'.repeat(1000));
    await using large = await startServer((_request, response) => void response.end('x'.repeat(1001)));
    const reasonOf = async (url: string, more: Partial<HttpRequest> = {}) => {
      const result = await get(url, more);
      return result.kind === 'unreachable' ? result.reason : result.status;
    };
    expect(await reasonOf(hanging.url, { timeoutMs: 100 })).toBe('timeout');
    expect(await reasonOf(dripping.url, { timeoutMs: 300 })).toBe('timeout');
    expect(await reasonOf(cutting.url)).toBe('closed');
    expect(await reasonOf(large.url, { maxBytes: 1000 })).toBe('too-large');
    expect(await reasonOf(large.url, { maxBytes: 1001 })).toBe(200);
    expect(await reasonOf(`http://127.0.0.1:${await findClosedPort()}`)).toBe('refused');
    expect(await reasonOf('http://nowhere.invalid', { timeoutMs: 10_000 })).toBe('name');
    for (const url of ['not an address', 'ftp://127.0.0.1', 'http://', 'file:///etc/passwd']) expect(await reasonOf(url)).toBe('address');
    expect(await reasonOf(large.url.replace('http', 'https'))).toBe('tls');
  });

  it('says so of a server that speaks something else', async () => {
    const server = createSocketServer(
      (socket) =>
        void socket
          .on('error', () => undefined)
          .resume()
          .end('SSH-2.0-OpenSSH_9.9\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await get(`http://127.0.0.1:${port}`)).toMatchObject({ reason: 'closed', detail: expect.stringContaining('HTTP/1.1') });
    await new Promise((resolve) => server.close(resolve));
  });

  it('trusts no certificate that nobody signed', async () => {
    await using folder = await createTemporaryFolder('tls-');
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder.path, name)) as [string, string];
    const options = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=127.0.0.1'];
    execFileSync('openssl', [...options, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => void response.end('x'));
    const port = await listen(server as never);
    expect(await get(`https://127.0.0.1:${port}`)).toMatchObject({ kind: 'unreachable', reason: 'tls' });
    await closeServer(server as never);
  });

  it('follows redirects where it came from, and nowhere else', async () => {
    await using elsewhere = await startServer((_request, response) => void response.end('elsewhere'));
    await using server = await startServer(async (request, response) => {
      const status = Number(request.url?.split('/')[1]);
      if (request.url === '/there') response.end(`${request.method} ${await readBody(request)}`);
      else response.writeHead(status, { location: '/there' }).end();
    });
    for (const status of [301, 302, 303, 307, 308]) expect(textOf(await get(`${server.url}/${status}`))).toBe('GET ');
    for (const status of [307, 308]) expect(textOf(await get(`${server.url}/${status}`, { method: 'POST', body: 'x' }))).toBe('POST x');
    // A browser would turn these into a GET, and what was to be done would silently not be.
    for (const status of [301, 302, 303])
      expect(await get(`${server.url}/${status}`, { method: 'POST', body: 'x' })).toMatchObject({ status });
    await using away = await startRedirectingServer(elsewhere.url);
    expect(await get(away.url)).toMatchObject({ reason: 'redirect' });
    expect(elsewhere.requests).toEqual([]);
    await using around = await startRedirectingServer();
    expect(await get(around.url)).toMatchObject({ reason: 'redirect' });
    await using nonsense = await startRedirectingServer('http://[');
    expect(await get(nonsense.url)).toMatchObject({ reason: 'redirect' });
  });

  it('keeps one limit of time for all redirects together', async () => {
    await using server = await startServer(async (request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      response.writeHead(302, { location: `${request.url}x` }).end();
    });
    const started = performance.now();
    expect(await get(`${server.url}/`, { timeoutMs: 400 })).toMatchObject({ reason: 'timeout' });
    expect(performance.now() - started).toBeLessThan(700);
  });
});
