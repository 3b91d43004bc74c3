import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from '@jest/globals';
import type { Report, System } from './toron-system.ts';

/** Builds the engine under two unlike environments and compares every byte. */
export async function buildTwice(system: System): Promise<'same' | 'different'> {
  const build = async (extra: NodeJS.ProcessEnv) => {
    const { status, stdout, stderr } = await system.run('engine/build.mjs', extra);
    if (status !== 0) throw new Error(stderr);
    const out = join(system.folder, 'out/engine');
    return (
      stdout +
      readdirSync(out)
        .sort()
        .map((name) => `${name}\n${readFileSync(join(out, name), 'utf8')}`)
        .join('')
    );
  };
  const first = await build({ TZ: 'Pacific/Kiritimati', LC_ALL: 'C', HOME: '/' });
  return first === (await build({ TZ: 'America/St_Johns', LC_ALL: 'tr_TR.UTF-8', HOME: tmpdir() })) ? 'same' : 'different';
}

export function withinObjectives(folder: string): boolean {
  const client = JSON.parse(readFileSync(join(folder, 'load/autocannon.json'), 'utf8'));
  const report = JSON.parse(readFileSync(join(folder, 'load/report.json'), 'utf8')) as Report;
  const p99 = report.metrics.find((metric) => metric.name === 'http_req_duration')?.percentiles?.['99'] as number;
  return client.latency.p99 < 800 && p99 < 800 && report.failures / report.requests < 0.01 && client.errors === 0 && client.non2xx === 0;
}

/** Addresses, card numbers and IBANs in what was logged: a scan of another making than the gate's. */
export function privateDataIn(folder: string): string[] {
  const path = join(folder, 'telemetry');
  const texts: string[] = readdirSync(path).flatMap((name): string[] => {
    const bytes = readFileSync(join(path, name));
    expect(bytes.length).toBeGreaterThan(0);
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    if (!name.endsWith('.jsonl')) return [text];
    return text
      .trimEnd()
      .split('\n')
      .flatMap((line) => {
        const [{ resource, scopeLogs }] = JSON.parse(line).resourceLogs;
        expect(resource.attributes[0]).toEqual({ key: 'service.namespace', value: { stringValue: 'toron' } });
        return scopeLogs[0].logRecords.map((record: Record<string, unknown>) =>
          JSON.stringify([record.body, record.attributes, record.traceId, record.spanId]),
        );
      });
  });
  expect(texts.length).toBeGreaterThan(20);
  return texts.flatMap((text) => [
    ...(text.match(/[\w.]+@[\w.]+/g) ?? []),
    ...(text.match(/(?<!\d)\d{13,19}(?!\d)/g) ?? []).filter((digits) => luhn(digits) === 0),
    ...(text.match(/\b[A-Z]{2}\d{20}\b/g) ?? []).filter((iban) => mod97(iban) === 1),
  ]);
}

function luhn(digits: string): number {
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  return (
    [...digits].reverse().reduce((sum, digit, at) => sum + (at % 2 === 1 ? (doubled[Number(digit)] as number) : Number(digit)), 0) % 10
  );
}

function mod97(iban: string): number {
  const turned = iban.slice(4) + iban.slice(0, 4);
  return [...turned].reduce((rest, sign) => Number(`${rest}${Number.parseInt(sign, 36)}`) % 97, 0);
}

/** Compares with the committed baseline, the four fields left out that the rules leave out. */
export function sameSnapshots(folder: string): boolean {
  const read = (path: string) =>
    readdirSync(path)
      .sort()
      .map((name) => [name, readFileSync(join(path, name), 'utf8').replaceAll(/"(takenAt|commit|servedBy|durationMs)": [^,\n]+/g, '')]);
  return JSON.stringify(read(join(folder, 'out/snapshots'))) === JSON.stringify(read(join(folder, 'baseline')));
}
