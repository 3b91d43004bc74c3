/**
 * `node bench/slo.ts [--megabytes 1000] [--duckdb <folder with node_modules/@duckdb/node-api>]` (Node 24): speed and memory of reading JMeter's JTL and k6's NDJSON,
 * against `wc -l`, `JSON.parse` of every line, and DuckDB on one thread computing the same percentiles.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, createReadStream, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { thresholdObjectives } from '../src/gates/slo-gate/objectives/load-objectives.ts';
import { evaluate } from '../src/gates/slo-gate/series/evaluate.ts';
import { createRecording } from '../src/gates/slo-gate/series/recording.ts';
import { isStream, openResultsFile, readStream } from '../src/gates/slo-gate/sources/read-file.ts';
import { createRandom } from '../src/gates/slo-gate/stats/change-point.ts';
import { createFiles } from '../src/host/files.ts';

const { values: options } = parseArgs({ options: { megabytes: { type: 'string', default: '1000' }, duckdb: { type: 'string' } } });
const bytes = Number(options.megabytes) * 1e6;
const folder = mkdtempSync(join(tmpdir(), 'bench-slo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const THRESHOLDS = ['http_req_duration: p(50)<1, p(95)<1, p(99)<1'];

/** Log-normal latencies, as load tools see them. */
function writeFile(name: string, header: string, line: (index: number, random: () => number, latencyMs: number) => string): string {
  const path = join(folder, name);
  const random = createRandom(1);
  const file = openSync(path, 'w');
  let [written, index, text] = [0, 0, header];
  while (written < bytes) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    text += line(index, random, Math.exp(5 + 0.6 * normal));
    index += 1;
    if (text.length > 1 << 20) {
      written += writeSync(file, text);
      text = '';
    }
  }
  if (text !== '') writeSync(file, text);
  closeSync(file);
  return path;
}

function jtlLine(index: number, random: () => number, latencyMs: number): string {
  const elapsed = Math.round(latencyMs);
  const ok = random() > 0.01;
  return `${1795000000000 + index},${elapsed},GET /shop/item/${index % 50},${ok ? 200 : 500},${ok ? 'OK' : 'Internal Server Error'},Thread Group 1-${index % 64},text,${ok},,${1200 + (index % 900)},214,64,64,https://shop.example/item/${index % 50},${elapsed - 1},0,0\n`;
}

const K6_METRICS = [
  'http_reqs',
  'http_req_duration',
  'http_req_blocked',
  'http_req_connecting',
  'http_req_tls_handshaking',
  'http_req_sending',
  'http_req_waiting',
  'http_req_receiving',
  'http_req_failed',
];
const K6_HEADER = K6_METRICS.map((name) => {
  const type = name === 'http_reqs' ? 'counter' : name === 'http_req_failed' ? 'rate' : 'trend';
  return `${JSON.stringify({ type: 'Metric', data: { name, type, contains: type === 'trend' ? 'time' : 'default', thresholds: [], submetrics: null }, metric: name })}\n`;
}).join('');

function k6Line(index: number, _random: () => number, latencyMs: number): string {
  const name = K6_METRICS[index % K6_METRICS.length];
  const time = new Date(1795000000000 + index).toISOString().replace('Z', '461083Z');
  return `{"metric":"${name}","type":"Point","data":{"time":"${time}","value":${name === 'http_reqs' ? 1 : name === 'http_req_failed' ? 0 : latencyMs.toFixed(6)},"tags":{"expected_response":"true","group":"","method":"GET","name":"https://shop.example/item/${index % 50}","proto":"HTTP/1.1","scenario":"default","status":"200","url":"https://shop.example/item/${index % 50}"}}}\n`;
}

interface Timing {
  readonly seconds: number;
  readonly result: string;
}

async function timed(work: () => Promise<string>): Promise<Timing> {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
}

/** Reads with the gate's own code; the largest memory is that of the whole process while it reads. */
async function readWithGate(path: string): Promise<Timing & { readonly peakMegabytes: number }> {
  const files = createFiles(folder);
  const objectives = thresholdObjectives(THRESHOLDS);
  let peak = 0;
  const timing = await timed(async () => {
    const recording = createRecording(objectives);
    const opened = await openResultsFile(path, files);
    if (!isStream(opened)) throw new Error('not a stream');
    await readStream(opened, files, recording, () => {
      peak = Math.max(peak, process.memoryUsage.rss());
    });
    const series = recording.series('all');
    return objectives
      .map(({ ask, fail }) => evaluate(ask, fail, series))
      .map((reading) => (reading.kind === 'value' ? reading.value.toFixed(3) : reading.kind))
      .join(' ');
  });
  return { ...timing, peakMegabytes: peak / 1e6 };
}

async function parseEveryLine(path: string): Promise<string> {
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path, { highWaterMark: 1 << 20 }) })) if (JSON.parse(line)) lines += 1;
  return `${lines} lines`;
}

async function withDuckDb(path: string, sql: string): Promise<string> {
  const at = resolve(options.duckdb ?? '');
  const { DuckDBInstance } = createRequire(join(at, 'package.json'))('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql.replace('$path', `'${path}'`));
  return JSON.stringify(reader.getRowsJson());
}

function report(name: string, size: number, timing: Timing, note = ''): void {
  const speed = (size / 1e6 / timing.seconds).toFixed(0).padStart(6);
  console.log(`  ${name.padEnd(34)} ${timing.seconds.toFixed(2).padStart(7)} s ${speed} MB/s  ${note}${timing.result}`);
}

async function compare(title: string, path: string, sql: string, json: boolean): Promise<void> {
  const size = statSync(path).size;
  console.log(`${title}: ${(size / 1e6).toFixed(0)} MB`);
  execFileSync('wc', ['-l', path]);
  const counted = await timed(async () => execFileSync('wc', ['-l', path], { encoding: 'utf8' }).trim().split(' ')[0] ?? '');
  report('wc -l', size, counted);
  const gate = await readWithGate(path);
  report('slo-gate (SHA-256 included)', size, gate, `peak ${gate.peakMegabytes.toFixed(0)} MB; p50 p95 p99: `);
  const ratios: string[] = [`wc -l ${(counted.seconds / gate.seconds).toFixed(2)}x`];
  if (json) {
    const parsed = await timed(() => parseEveryLine(path));
    report('JSON.parse of every line', size, parsed);
    ratios.push(`JSON.parse ${(parsed.seconds / gate.seconds).toFixed(2)}x (aim 2x)`);
  }
  if (options.duckdb !== undefined && existsSync(options.duckdb)) {
    const duck = await timed(() => withDuckDb(path, sql));
    report('DuckDB, one thread', size, duck);
    ratios.push(`DuckDB ${(duck.seconds / gate.seconds).toFixed(2)}x${json ? '' : ' (aim 2x)'}`);
  } else console.log('  DuckDB: skipped, no --duckdb folder with @duckdb/node-api was given');
  console.log(`  slo-gate against: ${ratios.join(', ')}`);
  if (gate.peakMegabytes > 256) console.log('  ABOVE 256 MB');
}

const jtl = writeFile(
  'results.jtl',
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n',
  jtlLine,
);
await compare('JMeter JTL (CSV)', jtl, 'SELECT quantile_cont(elapsed, [0.5, 0.95, 0.99]) FROM read_csv($path)', false);
rmSync(jtl);
const ndjson = writeFile('points.ndjson', K6_HEADER, k6Line);
await compare(
  'k6 NDJSON',
  ndjson,
  "SELECT quantile_cont(CAST(data->>'value' AS DOUBLE), [0.5, 0.95, 0.99]) FROM read_ndjson($path, columns = {metric: 'VARCHAR', type: 'VARCHAR', data: 'JSON'}) WHERE metric = 'http_req_duration' AND type = 'Point'",
  true,
);
