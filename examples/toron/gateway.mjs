// One alert gateway: a server-sent event stream at /v1/alerts. Started by server.mjs as `gateway.mjs <id>`.
import { createServer } from 'node:http';
import { ENGINE_VERSION } from './engine/rules.mjs';
import { joinSupervisor } from './system/replica.mjs';
import { openLog } from './system/telemetry.mjs';

const HEARTBEAT_MS = 1000;
const KEPT = 500;
const SLOWEST_CLIENT_BYTES = 1 << 20;
const id = process.argv[2];
const kept = [];
const clients = new Set();
const log = openLog('toron-gateway', id);
const supervisor = joinSupervisor({ onMessage: (message) => message.type === 'alerts' && message.alerts.forEach(deliver) });

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://gateway');
  if (request.method !== 'GET' || url.pathname !== '/v1/alerts') {
    response.writeHead(404, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ type: 'about:blank', title: 'Not Found', status: 404 }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-gateway': id });
  response.write('retry: 1000\n\n');
  replay(response, request.headers['last-event-id']);
  clients.add(response);
  log.write('INFO', 'stream opened', { 'toron.streams': clients.size });
  response.on('close', () => {
    clients.delete(response);
    log.write('INFO', 'stream closed', { 'toron.streams': clients.size });
  });
});

setInterval(() => {
  for (const client of clients) send(client, ': heartbeat\n\n');
}, HEARTBEAT_MS);
server.listen(0, '127.0.0.1', () => {
  log.write('INFO', 'listening', { 'toron.heartbeat_ms': HEARTBEAT_MS });
  supervisor.ready({ port: server.address().port, version: ENGINE_VERSION });
});

/** Sends what came after the last event that the client saw; says so when some of it is no longer kept. */
function replay(client, header) {
  if (!/^\d{1,15}$/.test(header ?? '')) return;
  const seen = Number(header);
  const oldest = kept[0]?.id;
  if (oldest !== undefined && seen + 1 < oldest)
    send(client, `event: gap\ndata: ${JSON.stringify({ from: seen + 1, to: oldest - 1 })}\n\n`);
  for (const alert of kept) if (alert.id > seen) send(client, frame(alert));
}

/** Keeps an alert and sends it on. The supervisor repeats itself to a gateway that has restarted: an id is delivered once. */
function deliver(alert) {
  if (kept.length > 0 && alert.id <= kept.at(-1).id) return;
  kept.push(alert);
  if (kept.length > KEPT) kept.shift();
  for (const client of clients) send(client, frame(alert));
}

function frame({ id: eventId, ...data }) {
  return `id: ${eventId}\nevent: alert\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A client that does not read is cut off: it can resume from its last id. */
function send(client, text) {
  if (client.writableLength > SLOWEST_CLIENT_BYTES) client.destroy();
  else client.write(text);
}
