import { JsonTextError } from '../../../core/structural-diff-json.ts';
import { arrayNode, readJsonNode, type StructuralNode } from '../../../core/structural-diff-node.ts';
import type { Change, Side } from '../facts.ts';
import { compareDocuments } from './documents.ts';
import { type Comparison, type Content, type Format, malformed } from './format.ts';

/** JSON documents, one per line: an array of documents whose first segment is the index of the document. Blank lines do not count. */
export const ndjson: Format = {
  name: 'ndjson',
  extensions: ['.ndjson', '.jsonl'],
  compare: async ({ base, actual, rules }): Promise<Comparison> => {
    const [left, right] = [await readLines(base, 'baseline'), await readLines(actual, 'actual')];
    const broken = [...left.broken, ...right.broken];
    if (broken.length > 0) return malformed(broken);
    return compareDocuments(arrayNode(left.documents), arrayNode(right.documents), rules.values);
  },
};

async function readLines(content: Content, side: Side): Promise<{ documents: StructuralNode[]; broken: Change[] }> {
  const bytes = await content.read();
  const documents: StructuralNode[] = [];
  const broken: Change[] = [];
  let line = 0;
  for (let start = 0; start < bytes.length; ) {
    line++;
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = bytes.subarray(start, end);
    if (text.some((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0d))
      try {
        documents.push(readJsonNode(text));
      } catch (error) {
        if (!(error instanceof JsonTextError)) throw error;
        broken.push({ kind: 'malformed', side, reason: error.reason, line, byte: start + error.offset });
      }
    start = end + 1;
  }
  return { documents, broken };
}
