// One runner replica: evaluates a seed with the engine. Started by server.mjs as `runner.mjs <id>`.
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { evaluate } from './engine/evaluate.mjs';
import { compileRules, ENGINE_VERSION } from './engine/rules.mjs';
import { readFaultOrExit } from './system/faults.mjs';
import { joinSupervisor } from './system/replica.mjs';
import { openLog, traceIdOf } from './system/telemetry.mjs';

const LATENCY_FAULT_MS = 1500;
const id = process.argv[2];
const fault = readFaultOrExit();
const supervisor = joinSupervisor();
const log = openLog('toron-runner', id);
const table = compileRules({ drift: fault === 'drift' });

const server = createServer(async (request, response) => {
  const seed = Number(new URL(request.url, 'http://runner').searchParams.get('seed'));
  const traceId = traceIdOf(request.headers.traceparent);
  const startedAt = performance.now();
  // Stands for the store that a real runner reads its signals from: 4 to 11 ms, by seed.
  await delay(4 + (seed % 8) + (fault === 'latency' ? LATENCY_FAULT_MS : 0));
  const result = evaluate(table, seed);
  const durationMs = performance.now() - startedAt;
  log.write(
    'INFO',
    'evaluated',
    { 'toron.seed': seed, 'toron.alerts': result.alerts.length, 'toron.duration_ms': round(durationMs) },
    traceId,
  );
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...result, servedBy: id, durationMs: round(durationMs) }));
});

if (fault === 'replica-loss' && id === 'runner-2') {
  log.write('ERROR', 'the store did not answer; waiting for it', { 'toron.replica': id });
  setInterval(() => {}, 60_000);
} else {
  server.listen(0, '127.0.0.1', () => {
    log.write('INFO', 'listening', { 'toron.rules': table.rules.length });
    supervisor.ready({ port: server.address().port, version: ENGINE_VERSION });
  });
}

function round(milliseconds) {
  return Math.round(milliseconds * 1000) / 1000;
}
