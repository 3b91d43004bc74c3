// Starts the whole system: this process is the supervisor and the API; two runners and two alert gateways are its children.
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createApi } from './system/api.mjs';
import { createDispatcher } from './system/dispatch.mjs';
import { readFaultOrExit } from './system/faults.mjs';
import { previewUrlOrExit } from './system/place.mjs';
import { createReports } from './system/reports.mjs';
import { isReady, startSupervisor } from './system/supervisor.mjs';
import { openLog, TELEMETRY_DIR } from './system/telemetry.mjs';

const fault = readFaultOrExit();
const url = previewUrlOrExit();
const server = createServer();

// The port is taken before anything is started or deleted: a second start must not disturb the first.
server.once('error', (error) => {
  console.error(
    `toron: cannot listen on ${url.host} (${error.code}); end what holds that port, or name another: url in testops.yml, or TESTOPS_PREVIEW_URL where you start this by hand.`,
  );
  process.exit(3);
});
server.listen(Number(url.port), '127.0.0.1', () => {
  rmSync(TELEMETRY_DIR, { recursive: true, force: true });
  const log = openLog('toron-api', 'api');
  const supervisor = startSupervisor({ runners: 2, gateways: 2, log, env: process.env });
  const dispatcher = createDispatcher(supervisor);
  const reports = createReports({
    countReady: () => supervisor.replicas.filter((replica) => replica.kind === 'runner' && isReady(replica)).length,
  });
  server.on(
    'request',
    createApi({ supervisor, dispatcher, reports, log, baseUrl: url.origin, fault, token: process.env.TESTOPS_TOKEN || undefined }),
  );
  log.write('INFO', 'listening', { 'server.port': Number(url.port) });
  console.error(`toron: listening on ${url.origin}${fault === null ? '' : ` with the fault ${fault}`}`);

  const stop = async () => {
    server.close();
    server.closeAllConnections();
    dispatcher.close();
    await supervisor.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
});
