// Collects what the gates read: compresses the access log, and takes snapshots of the engine and of the running service.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { evaluate } from './engine/evaluate.mjs';
import { toJson, toYaml } from './engine/formats.mjs';
import { compileRules } from './engine/rules.mjs';
import { createClient, runScript } from './system/client.mjs';
import { readFaultOrExit } from './system/faults.mjs';
import { ROOT } from './system/place.mjs';
import { FLUSH_MS, TELEMETRY_DIR } from './system/telemetry.mjs';

const ENGINE_SEEDS = [1, 2, 3, 5, 8, 13, 21, 34];
const LIVE_SEEDS = [55, 89, 144];

const fault = readFaultOrExit();
await runScript(async () => {
  archiveAccessLog();
  const table = compileRules({ drift: fault === 'drift' });
  const evaluations = ENGINE_SEEDS.map((seed) => evaluate(table, seed));
  const snapshots = {
    'evaluations.json': toJson(evaluations),
    'rules.yaml': toYaml(table),
    'scores.txt': evaluations
      .map((result) => `seed ${result.seed}: score ${result.score.toFixed(3)}, ${result.alerts.length} alerts\n`)
      .join(''),
    'service.json': toJson(await describeService(createClient())),
  };
  const folder = join(ROOT, 'out/snapshots');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(snapshots)) writeFileSync(join(folder, name), text);
  const telemetry = await settleTelemetry();
  console.log(`collected out/snapshots (${Object.keys(snapshots).join(', ')}) and telemetry (${telemetry.join(', ')})`);
});

/** What the live service answers. takenAt, commit, servedBy and durationMs differ each time: snapshot-rules.yml leaves them out. */
async function describeService({ call }) {
  const health = await call('GET', '/v1/health');
  const answers = await Promise.all(LIVE_SEEDS.map((seed) => call('GET', `/v1/evaluate?seed=${seed}`)));
  return {
    takenAt: new Date().toISOString(),
    commit: health.commit ?? null,
    engineVersion: health.engine.version,
    runners: health.runners.map((runner) => runner.id),
    gateways: health.gateways.map(({ id, kind }) => ({ id, kind })),
    answers,
  };
}

/** Rotates the access log: the lines so far go into an archive, the service begins a new file with its next request. */
function archiveAccessLog() {
  const access = join(TELEMETRY_DIR, 'access.log');
  if (!existsSync(access)) throw new Error('the running service has written no access log');
  const rotated = join(TELEMETRY_DIR, 'access-1.log');
  renameSync(access, rotated);
  writeFileSync(`${rotated}.gz`, gzipSync(readFileSync(rotated)));
  rmSync(rotated);
}

/** Waits until every process has written the batch that it was holding. @returns {Promise<string[]>} the files of telemetry/ */
async function settleTelemetry() {
  await new Promise((resolve) => setTimeout(resolve, 3 * FLUSH_MS));
  const names = readdirSync(TELEMETRY_DIR).sort();
  const empty = names.find((name) => statSync(join(TELEMETRY_DIR, name)).size === 0);
  if (empty !== undefined) throw new Error(`telemetry/${empty} is empty`);
  return names;
}
