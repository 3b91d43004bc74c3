// Puts load on the system, kills a runner in the middle of it, and writes what the client and what the service saw of it:
// load/autocannon.json (the client: autocannon's own result) and load/report.json (the service: GET /v1/reports/{id}).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { toJson } from './engine/formats.mjs';
import { createClient, runScript } from './system/client.mjs';
import { readFaultOrExit } from './system/faults.mjs';
import { ROOT } from './system/place.mjs';

const CONNECTIONS = 4;
const SEEDS = 64;
const RECOVERY_TIMEOUT_MS = 15_000;

readFaultOrExit();
await runScript(async () => {
  const durationSeconds = loadSeconds();
  const { baseUrl, call, waitFor } = createClient();
  const folder = join(ROOT, 'load');
  // Before anything else: results of an earlier load must not pass for those of one that failed.
  rmSync(folder, { recursive: true, force: true });
  await waitFor('a ready runner', async () => ((await call('GET', '/v1/health')).engine.ready ? true : null), 5000);

  const { id } = await call('POST', '/v1/admin/load-runs');
  const load = fire(baseUrl, durationSeconds);
  await new Promise((resolve) => setTimeout(resolve, durationSeconds * 350));
  const killed = await killRunner(call, waitFor);
  const result = await load;
  const report = await call('POST', `/v1/admin/load-runs/${id}/finish`).then(() => call('GET', `/v1/reports/${id}`));

  prove(result, report, killed);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'autocannon.json'), toJson(result));
  writeFileSync(join(folder, 'report.json'), toJson(report));
  console.log(
    `load ${id}: ${result.requests.total} requests in ${result.duration} s, ${result.non2xx + result.errors} failed, p99 ${result.latency.p99} ms; ` +
      `${killed.target} (process ${killed.pid}) killed, replaced by process ${killed.newPid} after ${killed.recoveryMs} ms`,
  );
});

/** No rate is asked of autocannon: its correction for omitted requests takes the interval for milliseconds. Runners set the pace. */
function fire(url, duration) {
  const requests = Array.from({ length: SEEDS }, (_, seed) => ({ method: 'GET', path: `/v1/evaluate?seed=${seed}` }));
  return autocannon({ title: 'toron', url, connections: CONNECTIONS, duration, timeout: 20, requests });
}

/** Kills the first ready runner and waits until another process stands in its place. */
async function killRunner(call, waitFor) {
  const before = await call('GET', '/v1/admin/processes');
  const victim = before.replicas.find((replica) => replica.ready && replica.id.startsWith('runner-'));
  if (victim === undefined) throw new Error('no runner is ready to be killed');
  const startedAt = performance.now();
  await call('POST', '/v1/admin/faults', { kind: 'runner-kill', target: victim.id });
  const after = await waitFor(
    `a new ${victim.id}`,
    async () => {
      const now = (await call('GET', '/v1/admin/processes')).replicas.find((replica) => replica.id === victim.id);
      return now.ready && now.pid !== victim.pid && now.restarts > victim.restarts ? now : null;
    },
    RECOVERY_TIMEOUT_MS,
  );
  return { target: victim.id, pid: victim.pid, newPid: after.pid, recoveryMs: Math.round(performance.now() - startedAt) };
}

/** A load that did nothing, or whose fault did not happen, must not leave files that look like results. */
function prove(result, report, killed) {
  const fault = report.faults.find((candidate) => candidate.target === killed.target);
  if (result['2xx'] === 0 || report.requests === 0) throw new Error('the load reached nothing');
  if (report.requests < result['2xx'])
    throw new Error(`the client counts ${result['2xx']} answers, the service only ${report.requests} requests`);
  if (fault?.recoveredAt == null) throw new Error('the report does not show the fault and its end');
}

function loadSeconds() {
  const text = process.env.TORON_LOAD_SECONDS || '8';
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= 600) return seconds;
  console.error(`toron: TORON_LOAD_SECONDS is ${JSON.stringify(text)}; expected a number from 1 to 600.`);
  process.exit(3);
}
