import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../../core/index.ts';
import type { Files } from '../../../core/ports/files.ts';
import { type FormatProblem, isProblem, type ParsedResults, type StreamFormat } from '../formats/format.ts';
import { JSON_FORMATS, REFUSED, STREAM_FORMATS } from '../formats/registry.ts';
import type { Recording } from '../series/recording.ts';

/** A JSON document is a summary; what is larger is not one. */
const MAX_JSON_BYTES = 256 * 1024 * 1024;
const HEAD_BYTES = 64 * 1024;

/** A source of results, read. */
export interface SourceResults extends ParsedResults {
  /** The path, or `report <id>`. */
  readonly label: string;
  readonly file?: string;
  readonly format: string;
  readonly sha256: string;
}

/** A file whose format is known and whose samples are yet to be read. */
export interface OpenedStream {
  readonly path: string;
  readonly format: StreamFormat;
  readonly gzip: boolean;
}

/**
 * Tells a file's format by its content. What is one JSON document is read at once; what is a stream of samples is handed back, to be read with
 * `readStream` when it is known which parts of it are asked for.
 * @throws UserError when it is empty, truncated or of no known format.
 */
export async function openResultsFile(path: string, files: Files): Promise<SourceResults | OpenedStream> {
  const { bytes, gzip } = await readHead(path, files);
  if (bytes.length === 0) return refuse(path, 'an empty file');
  const refused = REFUSED.find((one) => one.matches(bytes));
  if (refused) return refuse(path, refused.found(bytes), refused.expected);
  const head = bytes.toString('utf8');
  if (head.trim() === '') return refuse(path, 'an empty file');
  const stream = STREAM_FORMATS.find((format) => format.matches(head));
  if (stream) return { path, format: stream, gzip };
  return readDocument(path, files, gzip);
}

/** Whether a file was handed back to be streamed. */
export function isStream(opened: SourceResults | OpenedStream): opened is OpenedStream {
  return 'gzip' in opened;
}

/**
 * Reads a stream of samples into the recording.
 * @throws UserError when a line or row cannot be read, with its number.
 */
export async function readStream(
  opened: OpenedStream,
  files: Files,
  recording: Recording,
  onBytes: (bytes: number) => void,
): Promise<SourceResults> {
  const { path, format, gzip } = opened;
  const hash = createHash('sha256');
  recording.begin(path);
  // What gunzip is given waits in its queue; everyone else is done with a piece before asking for the next.
  const raw = tee(files.stream(path, { reuse: !gzip }), (chunk) => {
    hash.update(chunk);
    onBytes(chunk.length);
  });
  let parsed: Awaited<ReturnType<StreamFormat['read']>>;
  try {
    parsed = await format.read(gzip ? gunzip(raw) : raw, recording);
  } catch (error) {
    if (gzip && isZlibError(error)) return refuse(path, 'a gzip file that is damaged or truncated', 'a whole gzip file');
    throw error;
  }
  if (isProblem(parsed)) return refuseProblem(path, parsed, format.title);
  return { series: [], ...parsed, label: path, file: path, format: format.id, sha256: hash.digest('hex') };
}

/** SHA-256 of a file, without reading it into memory. */
export async function digestFile(path: string, files: Files): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of files.stream(path, { reuse: true })) hash.update(chunk);
  return hash.digest('hex');
}

async function readDocument(path: string, files: Files, gzip: boolean): Promise<SourceResults> {
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  let size = 0;
  const raw = tee(files.stream(path), (chunk) => hash.update(chunk));
  try {
    for await (const chunk of gzip ? gunzip(raw) : raw) {
      size += chunk.length;
      if (size > MAX_JSON_BYTES)
        return refuse(path, `more than ${MAX_JSON_BYTES / 1024 / 1024} MiB of no format that is read piece by piece`);
      pieces.push(Buffer.from(chunk));
    }
  } catch (error) {
    if (gzip && isZlibError(error)) return refuse(path, 'a gzip file that is damaged or truncated', 'a whole gzip file');
    throw error;
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    return refuse(path, 'bytes that are not UTF-8 text');
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    if (!/^\s*[[{]/.test(text)) return refuse(path, `text of no known format, starting with ${JSON.stringify(text.trim().slice(0, 40))}`);
    return refuse(path, describeJsonError(text, error), 'a whole JSON document');
  }
  const format = JSON_FORMATS.find((one) => one.matches(document));
  if (!format) return refuse(path, `JSON of no known format: ${describe(document)}`);
  const parsed = format.parse(document);
  if (isProblem(parsed)) return refuseProblem(path, parsed, format.title);
  return { ...parsed, label: path, file: path, format: format.id, sha256: hash.digest('hex') };
}

function refuse(path: string, found: string, expected = knownFormats()): never {
  throw new UserError({ where: path, found, expected, todo: 'produce the results again, or take the file out of `results`' });
}

function refuseProblem(path: string, problem: FormatProblem, title: string): never {
  throw new UserError({
    where: `${path}: ${problem.at}`,
    found: `${problem.found} (read as ${title})`,
    expected: problem.expected,
    todo: 'produce the results again, or take the file out of `results`',
  });
}

async function readHead(path: string, files: Files): Promise<{ readonly bytes: Buffer; readonly gzip: boolean }> {
  const plain = await firstBytes(files.stream(path, { start: 0, end: HEAD_BYTES }));
  if (plain[0] !== 0x1f || plain[1] !== 0x8b) return { bytes: plain, gzip: false };
  try {
    return { bytes: await firstBytes(gunzip(files.stream(path))), gzip: true };
  } catch (error) {
    if (isZlibError(error)) return refuse(path, 'a gzip file that is damaged or truncated', 'a whole gzip file');
    throw error;
  }
}

async function firstBytes(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    pieces.push(Buffer.from(chunk));
    size += chunk.length;
    if (size >= HEAD_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, HEAD_BYTES);
}

async function* tee(chunks: AsyncIterable<Uint8Array>, onChunk: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onChunk(chunk);
    yield chunk;
  }
}

async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks);
  const inflated = source.pipe(createGunzip());
  source.once('error', (error) => inflated.destroy(error));
  yield* inflated as AsyncIterable<Uint8Array>;
}

function isZlibError(error: unknown): boolean {
  // By shape, not by class: an error of zlib may come from another realm.
  return /^Z_/.test(String((error as { code?: unknown } | undefined)?.code));
}

function knownFormats(): string {
  return [...JSON_FORMATS, ...STREAM_FORMATS].map((format) => format.title).join('; ');
}

/** Where and how JSON ends or breaks, without showing more of it than a few characters. */
function describeJsonError(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const position = /position (\d+)/.exec(message)?.[1];
  const atEnd = position === undefined ? /end of JSON/i.test(message) : Number(position) >= text.trimEnd().length;
  const line = (offset: number) => text.slice(0, offset).split('\n').length;
  if (atEnd || /^Unterminated string/.test(message))
    return `JSON that is truncated: it ends on line ${line(text.length)} before it is complete`;
  return position === undefined ? 'JSON that is not valid' : `JSON that is not valid at line ${line(Number(position))}`;
}

function describe(document: unknown): string {
  if (Array.isArray(document)) return `a list of ${document.length}`;
  if (typeof document !== 'object' || document === null) return `a ${document === null ? 'null' : typeof document}`;
  const keys = Object.keys(document).sort();
  return keys.length === 0 ? 'an object without fields' : `an object with ${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ', …' : ''}`;
}
