import { parse as parseToml } from 'smol-toml';
import { parseAllDocuments } from 'yaml';
import { nestsTooDeep } from '../../core/index.ts';
import type { InputDocument } from '../given.ts';

/** What a file is whose bytes are no YAML, JSON or TOML. */
export const UNREADABLE = Symbol('unreadable');

/** Reads a file that holds one document. */
export function readOne(document: InputDocument, toml = false): unknown {
  const entries = readAll(document, toml);
  if (entries === UNREADABLE || entries.length > 1) return UNREADABLE;
  const value = entries[0] ?? undefined;
  return isDocument(value) ? value : UNREADABLE;
}

/** Reads every document of a file; the elements of one that is a list count as documents. */
export function readEntries(document: InputDocument): readonly unknown[] | typeof UNREADABLE {
  const read = readAll(document, false);
  if (read === UNREADABLE) return UNREADABLE;
  const entries = read.flat().filter((entry) => entry !== undefined && entry !== null);
  return entries.every(isDocument) ? entries : UNREADABLE;
}

/** The bytes of a link in a commit are a path, which reads as a text: what it leads to was not compared. */
function isDocument(value: unknown): boolean {
  return value === undefined || typeof value === 'object';
}

function readAll({ bytes }: InputDocument, toml: boolean): readonly unknown[] | typeof UNREADABLE {
  if (nestsTooDeep(bytes)) return UNREADABLE;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (toml) return [plain(parseToml(text))];
    const parsed = parseAllDocuments(text, { uniqueKeys: true, prettyErrors: false });
    if (!Array.isArray(parsed)) return [];
    if (parsed.some(({ errors }) => errors.length > 0)) return UNREADABLE;
    return parsed.map((entry) => plain(entry.toJS({ maxAliasCount: 100 })));
  } catch {
    return UNREADABLE;
  }
}

/** Nothing but JSON: moments of TOML become texts. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
