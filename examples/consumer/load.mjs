// Serves the price list, requests it 200 times, and writes what the gates read: results as JMeter writes them (CSV), and the log of the server.

import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const REQUESTS = 200;

mkdirSync('load', { recursive: true });
mkdirSync('logs', { recursive: true });
await import('./build.mjs');
const prices = readFileSync('dist/prices.json');
const log = createWriteStream('logs/shop.log');
const write = (message, fields) => log.write(`${JSON.stringify({ time: new Date().toISOString(), level: 'info', message, ...fields })}\n`);

const server = createServer((request, response) => {
  const found = request.url === '/prices';
  response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(found ? prices : '{}');
  write('request', { path: request.url, status: response.statusCode });
});
await once(server.listen(0, '127.0.0.1'), 'listening');
write('started', {});

const results = createWriteStream('load/results.jtl');
results.write('timeStamp,elapsed,label,responseCode,success\n');
for (let count = 0; count < REQUESTS; count++) {
  const [at, started] = [Date.now(), performance.now()];
  const response = await fetch(`http://127.0.0.1:${server.address().port}/prices`);
  await response.arrayBuffer();
  results.write(`${at},${Math.round(performance.now() - started)},prices,${response.status},${response.ok}\n`);
}
server.close();
server.closeAllConnections();
for (const stream of [results, log]) await once(stream.end(), 'close');
