import { sha256, UserError } from '../../../core/index.ts';
import type { Files } from '../../../core/ports/files.ts';
import { isProblem, type ParsedResults } from '../formats/format.ts';
import { JSON_FORMATS } from '../formats/registry.ts';

/** A JSON summary is small; what is larger is not one. */
const MAX_JSON_BYTES = 256 * 1024 * 1024;

/** A source of results, read. */
export interface SourceResults extends ParsedResults {
  /** The path, or `report <id>`. */
  readonly label: string;
  readonly file?: string;
  readonly format: string;
  readonly sha256: string;
}

/**
 * Reads one file of results; its format is told by its content.
 * @throws UserError when it is empty, truncated or of no known format.
 */
export async function readResultsFile(path: string, files: Files): Promise<SourceResults> {
  const bytes = await files.read(path, { maxBytes: MAX_JSON_BYTES });
  const refuse = (found: string, expected = knownFormats(), where = path): never => {
    throw new UserError({ where, found, expected, todo: 'produce the results again, or take the file out of `results`' });
  };
  if (bytes.length === 0) return refuse('an empty file');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('bytes that are not UTF-8 text');
  }
  if (text.trim() === '') return refuse('an empty file');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    if (!/^\s*[[{]/.test(text)) return refuse(`text that is not JSON, starting with ${JSON.stringify(text.trim().slice(0, 40))}`);
    return refuse(describeJsonError(text, error), 'a whole JSON document');
  }
  const format = JSON_FORMATS.find((one) => one.matches(document));
  if (!format) return refuse(`JSON of no known format: ${describe(document)}`);
  const parsed = format.parse(document);
  if (isProblem(parsed)) return refuse(`${parsed.found} (read as ${format.title})`, parsed.expected, `${path}#${parsed.at}`);
  return { ...parsed, label: path, file: path, format: format.id, sha256: sha256(bytes) };
}

function knownFormats(): string {
  return JSON_FORMATS.map((format) => format.title).join('; ');
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
