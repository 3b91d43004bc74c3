import { isUtf8 } from 'node:buffer';
import { binary } from './binary.ts';
import { csv } from './csv.ts';
import type { Content, Format } from './format.ts';
import { jpeg } from './jpeg.ts';
import { json } from './json.ts';
import type { FormatName } from './names.ts';
import { ndjson } from './ndjson.ts';
import { png } from './png.ts';
import { tar } from './tar.ts';
import { text } from './text.ts';
import { tsv } from './tsv.ts';
import { yaml } from './yaml.ts';
import { zip } from './zip.ts';

/** The registry: one line per format. */
export const formats: Readonly<Record<FormatName, Format>> = { json, ndjson, yaml, csv, tsv, text, png, jpeg, tar, zip, binary };

/** The format of a pair: blocks for the largest, else what a rule says, else what the name says, else text when both sides are UTF-8 without NUL, else binary. */
export async function chooseFormat(path: string, ruled: FormatName | undefined, sides: readonly Content[]): Promise<Format> {
  if (sides.some(({ size }) => size > MAX_WHOLE_BYTES)) return binary;
  if (ruled) return formats[ruled];
  const name = path.toLowerCase();
  const byName = Object.values(formats).find((format) => format.extensions.some((extension) => name.endsWith(extension)));
  if (byName) return byName;
  for (const side of sides) if (!(await looksLikeText(side))) return binary;
  return text;
}

/** Above this size a file is compared by blocks, whatever it is: every other format holds both sides in memory. */
const MAX_WHOLE_BYTES = 1024 * 1024 * 1024;
/** Files above this size are compared by blocks and not by line, unless their name or a rule says that they are text. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

async function looksLikeText(side: Content): Promise<boolean> {
  if (side.size > MAX_TEXT_BYTES) return false;
  const bytes = await side.read();
  return !bytes.includes(0) && isUtf8(bytes);
}
