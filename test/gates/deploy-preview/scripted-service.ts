import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How one call is answered; `$COMMIT` in a body stands for the commit that was posted last. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly text?: string;
  /** `hang`: never answers. `close`: closes before an answer. `cut`: closes in the middle of the body. */
  readonly fault?: 'hang' | 'close' | 'cut';
}

/** Answers in turn, the last one for ever. */
export interface ServiceScript {
  readonly deploy: readonly ScriptedAnswer[];
  readonly health?: readonly ScriptedAnswer[];
}

export interface ScriptedService extends AsyncDisposable {
  readonly url: string;
  /** What was asked: method, path, authorization, body. */
  readonly requests: readonly { readonly call: string; readonly authorization: string | undefined; readonly body: string }[];
}

/** A real service on a loopback port that behaves as a script says. */
export async function startScriptedService(script: ServiceScript): Promise<ScriptedService> {
  const requests: { call: string; authorization: string | undefined; body: string }[] = [];
  const turns = { deploy: 0, health: 0 };
  let commit = '';
  const server = createServer(async (request, response) => {
    const body = await readAll(request);
    const call = `${request.method} ${request.url}`;
    requests.push({ call, authorization: request.headers.authorization, body });
    const kind = call === 'POST /v1/deploy/preview' ? 'deploy' : call === 'GET /v1/health' ? 'health' : undefined;
    const answers = kind && script[kind];
    if (kind === undefined || answers === undefined) return response.writeHead(404).end();
    if (kind === 'deploy') commit = (JSON.parse(body) as { commit: string }).commit;
    const answer = answers[Math.min(turns[kind]++, answers.length - 1)] ?? {};
    send(answer, commit, response);
    return;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send({ status = 200, headers, body, text, fault }: ScriptedAnswer, commit: string, response: ServerResponse): void {
  if (fault === 'hang') return;
  if (fault === 'close') {
    response.destroy();
    return;
  }
  const content = text ?? JSON.stringify(body).replaceAll('$COMMIT', commit);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content), ...headers });
  if (fault === 'cut') response.write(content.slice(0, content.length / 2), () => response.destroy());
  else response.end(content);
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
