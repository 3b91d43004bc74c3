import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { canonicalJson, nearestName, nestsTooDeep, UserError } from '../core/index.ts';
import { knownKeysAt } from './known-keys.ts';

/** Documents that people write are small; more is refused before it is parsed. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;

/**
 * Reads a YAML (or JSON) document after its schema.
 * @param what the kind of document, for the message: `policy`.
 * @throws UserError that names file, line and key.
 */
export function readDocument<Schema extends z.ZodType>(
  document: { readonly name: string; readonly bytes: Uint8Array },
  schema: Schema,
  what: string,
): z.infer<Schema> {
  const { name, bytes } = document;
  const expected = `a ${what} as docs/gates/decision-record.md describes it`;
  const fail = (where: string, found: string, todo: string, cause?: unknown): never => {
    throw new UserError({ where, found, expected, todo }, { cause });
  };
  if (bytes.length > MAX_DOCUMENT_BYTES) fail(name, `${bytes.length} bytes`, `keep it below ${MAX_DOCUMENT_BYTES} bytes`);
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    fail(name, 'bytes that are not UTF-8', 'save it as UTF-8 text', error);
  }
  if (text.trim() === '') fail(name, 'an empty file', `write the ${what}, or do not name the file`);
  const lines = new LineCounter();
  // In YAML the count of brackets is only a guess, but nobody writes 200 that stay open.
  const parsed =
    (nestsTooDeep(bytes) ? undefined : parseYaml(text, lines)) ?? fail(name, 'lists or maps that nest too deep', 'write it flat');
  const trouble = parsed.errors[0] ?? parsed.warnings[0];
  if (trouble) fail(`${name}:${lines.linePos(trouble.pos[0]).line}`, trouble.message, 'mend the YAML');
  let value: unknown;
  try {
    value = parsed.toJS({ maxAliasCount: 100 });
  } catch (error) {
    fail(name, 'too many aliases', 'write the values out', error);
  }
  const result = schema.safeParse(value);
  if (result.success) {
    try {
      canonicalJson(result.data);
    } catch (error) {
      fail(name, 'half a surrogate pair, which is no character', 'write the character itself', error);
    }
    return result.data;
  }
  const issue = result.error.issues[0];
  const path = (issue?.path ?? []).map(String);
  const node = path.length === 0 ? undefined : (parsed.getIn(path.map(asKey), true) as { range?: [number, number, number] } | undefined);
  const line = node?.range ? `:${lines.linePos(node.range[0]).line}` : '';
  const where = `${name}${line}${path.length === 0 ? '' : `: ${path.join('.')}`}`;
  if (issue?.code === 'unrecognized_keys') {
    const [stranger = ''] = issue.keys;
    const nearest = nearestName(stranger, knownKeysAt(schema, issue.path, value));
    fail(where, `an unknown key ${JSON.stringify(stranger)}`, nearest === undefined ? 'remove it' : `write ${nearest}, or remove it`);
  }
  return fail(where, issue?.message ?? 'another shape', 'mend this key');
}

function asKey(segment: string): string | number {
  return /^\d+$/.test(segment) ? Number(segment) : segment;
}

/** `undefined` when it nests so deep that the parser runs out of stack. */
function parseYaml(text: string, lineCounter: LineCounter): ReturnType<typeof parseDocument> | undefined {
  try {
    return parseDocument(text, { lineCounter, uniqueKeys: true, prettyErrors: false });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
