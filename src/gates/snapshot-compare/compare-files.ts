import { createHash } from 'node:crypto';
import type { Files } from '../../core/ports/files.ts';
import type { FileFact } from './facts.ts';
import type { Content, FileRules } from './formats/format.ts';
import { chooseFormat } from './formats/index.ts';

/** A file on disk as one side of a pair. */
export function fileContent(files: Files, path: string, size: number): Content {
  return { size, read: () => files.read(path), stream: (range) => files.stream(path, range) };
}

/** Files up to this size are read at once; larger ones are hashed as they stream. */
const MAX_HELD_BYTES = 1024 * 1024;

/** Whether two contents have the same bytes. */
export async function sameBytes(a: Content, b: Content): Promise<boolean> {
  if (a.size !== b.size) return false;
  if (a.size <= MAX_HELD_BYTES) {
    const [left, right] = await Promise.all([a.read(), b.read()]);
    return Buffer.compare(left, right) === 0;
  }
  const [left, right] = await Promise.all([digestOf(a), digestOf(b)]);
  return left === right;
}

async function digestOf(content: Content): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content.stream()) hash.update(chunk);
  return hash.digest('hex');
}

/** Compares one file that stands on both sides. Equal bytes end the work at once, whatever the format. */
export async function compareFile(path: string, base: Content, actual: Content, rules: FileRules): Promise<FileFact> {
  if (await sameBytes(base, actual)) return { path, status: 'same' };
  const format = await chooseFormat(path, rules.format, [base, actual]);
  if (await hasConflictMarkers(base)) return { path, status: 'conflicted', format: format.name };
  const { changes, total, patch, lines } = await format.compare({ base, actual, rules });
  if (total === 0) return { path, status: 'equivalent', format: format.name };
  return { path, status: 'different', format: format.name, changes, total, lines, ...(patch === undefined ? {} : { patch }) };
}

/** Only files that people merge by hand are searched for markers. */
const MAX_MERGED_BYTES = 16 * 1024 * 1024;

/** A merge that nobody finished: such a baseline says nothing about what is meant to be. */
async function hasConflictMarkers(content: Content): Promise<boolean> {
  if (content.size > MAX_MERGED_BYTES) return false;
  const bytes = await content.read();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const has = (marker: string) => buffer.subarray(0, marker.length).equals(Buffer.from(marker)) || buffer.includes(`\n${marker}`);
  return has('<<<<<<< ') && has('>>>>>>> ') && has('=======');
}
