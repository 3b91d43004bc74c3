import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Ports, UserError } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import { hmacHex, printFingerprint } from '../fingerprint.ts';
import type { Inputs } from '../inputs.ts';
import { maskPath } from '../mask.ts';
import type { OffendingFile } from '../part.ts';
import { SEVERITIES } from '../rules/rule.ts';
import { modeOf } from '../scan-file.ts';
import type { Prepared } from '../settings.ts';
import { BLOCK_BYTES } from '../sources/blocks.ts';
import { createByteReader } from '../sources/byte-reader.ts';
import { compressionOf } from '../sources/inflate.ts';
import { openFile, STANDARD_INPUT } from '../sources/open.ts';
import { looksLikeTar } from '../sources/tar.ts';
import { wideEncodingOf } from '../sources/wide.ts';
import { looksLikeZip } from '../sources/zip.ts';
import { createAgeSealer } from './age-sealer.ts';
import { cleanStream, type Removed } from './clean.ts';
import { createAesSealer, readKey, type Sealer } from './seal.ts';

type Needs = Pick<Ports, 'files' | 'secrets' | 'random'>;

/**
 * Writes, for every offending file, `sealed/<path>.records.<ending>`: the records that held a value, encrypted, one JSON object on a line with `byte`
 * and `record` (base64); and `clean/<path>`: the stream without the values. Of what is packed in archives or in two bytes for each character there is no
 * clean form, so the whole file is sealed.
 */
export async function quarantineFiles(
  inputs: Inputs,
  prepared: Prepared,
  offending: readonly OffendingFile[],
  ports: Needs,
): Promise<Facts['quarantined']> {
  const folder = inputs['quarantine-dir'];
  if (folder === undefined) return undefined;
  const sealer = createSealer(inputs, ports);
  const { settings, key } = prepared;
  const from = SEVERITIES.indexOf(inputs.quarantine?.from ?? inputs['fail-on']);
  const total = { files: 0, records: 0, values: 0 };
  for (const { path, severities } of offending) {
    if (path === STANDARD_INPUT || !severities.some((severity) => SEVERITIES.indexOf(severity) <= from)) continue;
    total.files++;
    const name = nameOf(path, prepared);
    const { kind, mode } = await lookAt(path, ports);
    const sealed = `${folder}/sealed/${name}`;
    if (kind === 'packed') {
      await writeAll(`${sealed}.${sealer.extension}`, sealer.seal(ports.files.stream(path)), ports);
      total.records++;
      continue;
    }
    const count = { records: 0, values: 0 };
    const clean = (onRemoved: (removed: Removed) => void, onValue: () => void) =>
      cleanStream(plainBytes(path, ports), {
        scanner: settings.scanner,
        mode,
        takes: (hit) => SEVERITIES.indexOf(hit.severity) <= from && !settings.accepted.has(hmacHex(settings.keys.salt, hit.value)),
        treatmentOf: (rule) => inputs.quarantine?.treatments[rule] ?? inputs.quarantine?.treatment ?? 'redact',
        fingerprintOf: (value) => printFingerprint(key?.id ?? 'unstable', key?.epoch ?? 0, hmacHex(settings.keys.salt, value)),
        onRemoved,
        onValue,
      });
    // Once for the records and once for the rest, so that neither is ever held whole.
    await writeAll(`${sealed}.records.${sealer.extension}`, sealer.seal(recordLines(clean, count)), ports);
    const cleaned = clean(
      () => {},
      () => {},
    );
    await writeAll(`${folder}/clean/${name}`, kind === 'gzip' ? gzip(cleaned) : cleaned, ports);
    if (inputs.quarantine?.replace === true) await writeAll(path, ports.files.stream(`${folder}/clean/${name}`), ports);
    total.records += count.records;
    total.values += count.values;
  }
  return total;
}

function createSealer(inputs: Inputs, ports: Needs): Sealer {
  const recipient = inputs.quarantine?.recipient;
  if (recipient !== undefined) return createAgeSealer(recipient);
  const text = ports.secrets.get('TESTOPS_QUARANTINE_KEY');
  if (text !== undefined) return createAesSealer(readKey(text), () => ports.random.bytes(12));
  throw new UserError({
    where: 'telemetry-scan.quarantine-dir',
    found: 'no key that the records could be encrypted to',
    expected: '`quarantine.recipient` (a public key of age) or TESTOPS_QUARANTINE_KEY',
    todo: 'give one of them; records are never written in the clear',
  });
}

/** The path, with whatever a rule matches in it replaced; a keyed digest keeps such names apart. */
function nameOf(path: string, { settings }: Prepared): string {
  const relative = path.replace(/^(?:\.{0,2}\/)+/, '').replaceAll('/../', '/');
  const masked = maskPath(settings.scanner, relative);
  return masked === relative ? relative : `${masked}.${hmacHex(settings.keys.salt, Buffer.from(relative).toString('latin1')).slice(0, 12)}`;
}

interface Look {
  readonly kind: 'plain' | 'gzip' | 'packed';
  readonly mode: 'lines' | 'document' | 'none';
}

async function lookAt(path: string, ports: Needs): Promise<Look> {
  const reader = createByteReader(ports.files.stream(path));
  const head = await reader.peek(512);
  await reader.close();
  const compression = compressionOf(head);
  if (compression === 'zstd' || looksLikeZip(head) || looksLikeTar(head) || wideEncodingOf(head)) return { kind: 'packed', mode: 'none' };
  let streams = 0;
  let mode: Look['mode'] = 'none';
  for await (const { member, bytes } of openFile(ports.files, path, () => {})) {
    if (++streams > 1 || member.length > (compression ? 1 : 0)) return { kind: 'packed', mode: 'none' };
    const inner = createByteReader(bytes);
    mode = modeOf(await inner.peek(BLOCK_BYTES));
    await inner.close();
  }
  return { kind: compression === undefined ? 'plain' : 'gzip', mode };
}

async function* plainBytes(path: string, ports: Needs): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of openFile(ports.files, path, () => {})) yield* bytes;
}

async function* recordLines(
  clean: (onRemoved: (removed: Removed) => void, onValue: () => void) => AsyncIterable<Uint8Array>,
  count: { records: number; values: number },
): AsyncGenerator<Uint8Array> {
  const waiting: Removed[] = [];
  const take = () =>
    Buffer.from(
      waiting
        .splice(0)
        .map(({ byte, bytes }) => `${JSON.stringify({ byte, record: bytes.toString('base64') })}\n`)
        .join(''),
    );
  const stream = clean(
    (removed) => {
      count.records++;
      waiting.push(removed);
    },
    () => count.values++,
  );
  for await (const _ of stream) if (waiting.length > 0) yield take();
  if (waiting.length > 0) yield take();
}

async function* gzip(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // No name and no time in the header: the same stream gives the same bytes.
  const encoder = createGzip();
  const feeding = pipeline(plain, encoder);
  for await (const chunk of encoder) yield chunk as Uint8Array;
  await feeding;
}

async function writeAll(path: string, bytes: AsyncIterable<Uint8Array>, ports: Needs): Promise<void> {
  await using writer = await ports.files.writer(path);
  for await (const chunk of bytes) await writer.write(chunk);
  await writer.close();
}
