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
import { createRecording, type Recording } from '../src/gates/slo-gate/series/recording.ts';
import { isStream, type OpenedStream, openResultsFile, readStream } from '../src/gates/slo-gate/sources/read-file.ts';
import { createRandom } from '../src/gates/slo-gate/stats/change-point.ts';
import { createFiles } from '../src/host/files.ts';

const { values: options } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    duckdb: { type: 'string' },
    work: { type: 'string' },
    path: { type: 'string' },
  },
});
const bytes = Number(options.megabytes) * 1e6;
const files = createFiles(tmpdir());

const THRESHOLDS = ['http_req_duration: p(50)<1, p(95)<1, p(99)<1'];

/** Log-normal latencies, as load tools see them. */
function writeFile(path: string, header: string, line: (index: number, random: () => number, latencyMs: number) => string): void {
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
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly result: string;
}

const WORKS: Readonly<Record<string, (path: string) => Promise<string>>> = {
  'slo-gate': readWithGate,
  'slo-gate without SHA-256': readWithoutDigest,
  'JSON.parse of every line': parseEveryLine,
  'DuckDB, one thread': withDuckDb,
};

/** Each reader runs in a process of its own, so that memory and time are its own; loading the code is not counted. */
async function runHere(name: string, path: string): Promise<void> {
  const work = WORKS[name];
  if (!work) throw new Error(`no such work: ${name}`);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work(path);
  const used = process.cpuUsage(cpu);
  const timing: Timing = {
    wallSeconds: (performance.now() - start) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    result,
  };
  process.stdout.write(JSON.stringify(timing));
}

function runApart(name: string, path: string): Timing {
  const args = [
    '--no-warnings',
    import.meta.filename,
    '--work',
    name,
    '--path',
    path,
    ...(options.duckdb === undefined ? [] : ['--duckdb', options.duckdb]),
  ];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 }));
}

async function readWithGate(path: string): Promise<string> {
  return percentilesOf(path, (opened, recording) => readStream(opened, files, recording, () => {}));
}

async function readWithoutDigest(path: string): Promise<string> {
  return percentilesOf(path, async (opened, recording) => {
    recording.begin(opened.path);
    await opened.format.read(files.stream(opened.path, { reuse: true }), recording);
  });
}

async function percentilesOf(path: string, read: (opened: OpenedStream, recording: Recording) => Promise<unknown>): Promise<string> {
  const objectives = thresholdObjectives(THRESHOLDS);
  const recording = createRecording(objectives);
  const opened = await openResultsFile(path, files);
  if (!isStream(opened)) throw new Error('not a stream');
  await read(opened, recording);
  const series = recording.series('all');
  const readings = objectives.map(({ ask, fail }) => evaluate(ask, fail, series));
  return readings.map((reading) => (reading.kind === 'value' ? reading.value.toFixed(3) : reading.kind)).join(' ');
}

async function parseEveryLine(path: string): Promise<string> {
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path, { highWaterMark: 1 << 20 }) })) if (JSON.parse(line)) lines += 1;
  return `${lines} lines`;
}

async function withDuckDb(path: string): Promise<string> {
  const { DuckDBInstance } = createRequire(join(resolve(options.duckdb ?? ''), 'package.json'))('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const sql = path.endsWith('.jtl')
    ? `SELECT quantile_cont(elapsed, [0.5, 0.95, 0.99]) FROM read_csv('${path}')`
    : `SELECT quantile_cont(CAST(data->>'value' AS DOUBLE), [0.5, 0.95, 0.99]) FROM read_ndjson('${path}', columns = {metric: 'VARCHAR', type: 'VARCHAR', data: 'JSON'}) WHERE metric = 'http_req_duration' AND type = 'Point'`;
  const reader = await connection.runAndReadAll(sql);
  return JSON.stringify(reader.getRowsJson());
}

/** Prints speeds by wall clock and by processor time; the ratios are those of processor time, which others on the machine disturb less. */
function compare(title: string, path: string): void {
  const size = statSync(path).size;
  console.log(`${title}: ${(size / 1e6).toFixed(0)} MB`);
  const show = (name: string, timing: Timing) => {
    const speed = (seconds: number) => (size / 1e6 / seconds).toFixed(0).padStart(5);
    console.log(
      `  ${name.padEnd(26)} ${speed(timing.wallSeconds)} MB/s by the clock, ${speed(timing.cpuSeconds)} MB/s by the processor, peak ${timing.peakMegabytes.toFixed(0).padStart(4)} MB  ${timing.result.slice(0, 70)}`,
    );
    return timing;
  };
  execFileSync('wc', ['-l', path]);
  const start = performance.now();
  const lines = execFileSync('wc', ['-l', path], { encoding: 'utf8' }).trim().split(' ')[0] ?? '';
  const wcSeconds = (performance.now() - start) / 1000;
  show('wc -l', { wallSeconds: wcSeconds, cpuSeconds: wcSeconds, peakMegabytes: 0, result: lines });
  const gate = show('slo-gate', runApart('slo-gate', path));
  show('slo-gate without SHA-256', runApart('slo-gate without SHA-256', path));
  const ratios = [`wc -l ${(wcSeconds / gate.cpuSeconds).toFixed(2)}`];
  if (path.endsWith('.ndjson')) {
    const parsed = show('JSON.parse of every line', runApart('JSON.parse of every line', path));
    ratios.push(`JSON.parse ${(parsed.cpuSeconds / gate.cpuSeconds).toFixed(2)} (aim 2)`);
  }
  if (options.duckdb !== undefined && existsSync(options.duckdb)) {
    const duck = show('DuckDB, one thread', runApart('DuckDB, one thread', path));
    ratios.push(`DuckDB ${(duck.cpuSeconds / gate.cpuSeconds).toFixed(2)}${path.endsWith('.jtl') ? ' (aim 2)' : ''}`);
  } else console.log('  DuckDB: skipped, no --duckdb folder with @duckdb/node-api was given');
  console.log(`  slo-gate is so many times as fast as: ${ratios.join(', ')}`);
  console.log(`  memory: ${gate.peakMegabytes.toFixed(0)} MB of 256 MB${gate.peakMegabytes > 256 ? ': TOO MUCH' : ''}`);
}

if (options.work !== undefined && options.path !== undefined) await runHere(options.work, options.path);
else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-slo-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const header =
    'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n';
  const jtl = join(folder, 'results.jtl');
  writeFile(jtl, header, jtlLine);
  compare('JMeter JTL (CSV)', jtl);
  rmSync(jtl);
  const ndjson = join(folder, 'points.ndjson');
  writeFile(ndjson, K6_HEADER, k6Line);
  compare('k6 NDJSON', ndjson);
}
