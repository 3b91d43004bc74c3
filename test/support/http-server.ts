import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A loopback HTTP server for one test; closed, connections and all, at the end of the scope. */
export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` without a final slash. */
  readonly url: string;
  readonly port: number;
  /** Method and path of every request so far. */
  readonly requests: readonly string[];
}

/** Starts a server on a free loopback port. A listener that throws or rejects answers 500 with the error's stack. */
export async function startServer(
  listener: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<TestServer> {
  const requests: string[] = [];
  const handle: RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    Promise.resolve()
      .then(() => listener(request, response))
      .catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
        response.end(error instanceof Error ? error.stack : String(error));
      });
  };
  const server = createServer(handle);
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, port, requests, [Symbol.asyncDispose]: () => closeServer(server) };
}

/** Listens on a free loopback port and returns it. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Ends every connection, then the server. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A loopback port on which nobody listens: it was free a moment ago. */
export async function findClosedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await closeServer(server);
  return port;
}

/** Accepts and never answers. */
export function startHangingServer(): Promise<TestServer> {
  return startServer(() => {});
}

/** Answers everything with one status and body. */
export function startFixedServer(status: number, body: string, contentType = 'application/json'): Promise<TestServer> {
  return startServer((_request, response) => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(body);
  });
}

/** An error page where JSON was asked for, as a proxy or a login wall gives it, with status 200. */
export function startHtmlServer(): Promise<TestServer> {
  return startFixedServer(200, '<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>', 'text/html');
}

/** Promises more bytes than it sends, then closes the socket: a cut answer. */
export function startTruncatingServer(body: string): Promise<TestServer> {
  return startServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy());
  });
}

/** A whole answer whose JSON stops halfway. */
export function startBrokenJsonServer(body: string): Promise<TestServer> {
  return startFixedServer(200, body.slice(0, Math.floor(body.length / 2)));
}

/** Redirects everything to `location`; without one, to itself for ever. */
export function startRedirectingServer(location?: string): Promise<TestServer> {
  return startServer((request, response) => {
    response.writeHead(302, { location: location ?? request.url ?? '/' });
    response.end();
  });
}

/** Sends one byte of the body per interval. */
export function startDrippingServer(body: string, intervalMs: number): Promise<TestServer> {
  return startServer((_request, response) => {
    const bytes = Buffer.from(body, 'utf8');
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
    let sent = 0;
    const timer = setInterval(() => {
      response.write(bytes.subarray(sent, ++sent));
      if (sent === bytes.length) {
        clearInterval(timer);
        response.end();
      }
    }, intervalMs);
    response.on('close', () => clearInterval(timer));
  });
}

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
