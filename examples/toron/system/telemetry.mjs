import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_VERSION } from '../engine/rules.mjs';
import { ROOT } from './place.mjs';

export const TELEMETRY_DIR = join(ROOT, 'telemetry');
/** How long a process holds its records before it writes them. */
export const FLUSH_MS = 200;
const SEVERITIES = { INFO: 9, WARN: 13, ERROR: 17 };

/**
 * A random hexadecimal id in lower case. Every eighth digit is a letter, so that no run of digits in it can look like a number of somebody.
 * @param {number} bytes 16 for a trace, 8 for a span
 */
export function hexId(bytes) {
  const digits = [...randomBytes(bytes).toString('hex')];
  for (let at = 0; at < digits.length; at += 8) digits[at] = 'abcdef'[Number.parseInt(digits[at], 16) % 6];
  return digits.join('');
}

/** @param {string | undefined} header a W3C traceparent @returns {string} its trace id, or a new one */
export function traceIdOf(header) {
  return /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(header ?? '')?.[1] ?? hexId(16);
}

/**
 * A log in the OTLP/JSON file format: each line of telemetry/<instance>.otlp.jsonl is one ExportLogsServiceRequest.
 * Records are written in batches, a whole line at a time, so that a killed process leaves no half line.
 * @param {string} service for service.name
 * @param {string} instance for service.instance.id and the file name
 */
export function openLog(service, instance) {
  const file = join(TELEMETRY_DIR, `${instance}.otlp.jsonl`);
  mkdirSync(TELEMETRY_DIR, { recursive: true });
  const resource = {
    attributes: attributesOf({
      'service.namespace': 'toron',
      'service.name': service,
      'service.instance.id': instance,
      'service.version': ENGINE_VERSION,
      'deployment.environment.name': 'preview',
    }),
  };
  let records = [];
  const flush = () => {
    if (records.length === 0) return;
    const request = { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'toron.log', version: '1.0.0' }, logRecords: records }] }] };
    records = [];
    appendFileSync(file, `${JSON.stringify(request)}\n`);
  };
  const timer = setInterval(flush, FLUSH_MS);
  timer.unref();
  process.on('exit', flush);
  /** @param {keyof SEVERITIES} severity @param {string} body @param {Record<string, unknown>} [attributes] @param {string} [traceId] */
  const write = (severity, body, attributes = {}, traceId) => {
    const timeUnixNano = `${BigInt(Date.now()) * 1_000_000n}`;
    records.push({
      timeUnixNano,
      observedTimeUnixNano: timeUnixNano,
      severityNumber: SEVERITIES[severity],
      severityText: severity,
      body: { stringValue: body },
      attributes: attributesOf(attributes),
      ...(traceId === undefined ? {} : { traceId, spanId: hexId(8), flags: 1 }),
    });
  };
  return { write, flush };
}

function attributesOf(values) {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** OTLP's AnyValue: 64-bit integers are strings in its JSON. */
function anyValue(value) {
  if (typeof value === 'boolean') return { boolValue: value };
  if (Number.isInteger(value)) return { intValue: String(value) };
  if (typeof value === 'number') return { doubleValue: value };
  return { stringValue: String(value) };
}

/**
 * A plain access log, one line per request: time, method, route, status, milliseconds, bytes, trace. No address, no query, no user.
 * @returns {(line: {method: string, route: string, status: number, durationMs: number, bytes: number, traceId: string}) => void}
 */
export function openAccessLog() {
  const file = join(TELEMETRY_DIR, 'access.log');
  mkdirSync(TELEMETRY_DIR, { recursive: true });
  return ({ method, route, status, durationMs, bytes, traceId }) => {
    const time = new Date().toISOString();
    appendFileSync(file, `${time} "${method} ${route}" ${status} ${durationMs.toFixed(1)}ms ${bytes}B trace=${traceId}\n`);
  };
}
