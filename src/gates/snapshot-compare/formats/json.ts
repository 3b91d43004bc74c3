import { JsonTextError } from '../../../core/structural-diff-json.ts';
import { readJsonNode, type StructuralNode } from '../../../core/structural-diff-node.ts';
import type { Change, Side } from '../facts.ts';
import { compareDocuments } from './documents.ts';
import { type Comparison, type Content, type Format, malformed } from './format.ts';

/** One JSON document (RFC 8259), numbers by their exact value. */
export const json: Format = {
  name: 'json',
  extensions: ['.json', '.geojson', '.webmanifest'],
  compare: async ({ base, actual, rules }): Promise<Comparison> => {
    const [left, right] = [await readSide(base, 'baseline'), await readSide(actual, 'actual')];
    const broken = [left, right].filter((side): side is Change => 'side' in side);
    if (broken.length > 0) return malformed(broken);
    return compareDocuments(left as StructuralNode, right as StructuralNode, rules.values);
  },
};

async function readSide(content: Content, side: Side): Promise<StructuralNode | Change> {
  const bytes = await content.read();
  try {
    return readJsonNode(bytes);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { kind: 'malformed', side, reason: error.reason, line: lineAt(bytes, error.offset), byte: error.offset };
  }
}

/** 1-based line of a byte. */
export function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line++;
  return line;
}
