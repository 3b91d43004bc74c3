import { type Alias, isAlias, isPair, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Scalar, type YAMLMap } from 'yaml';
import { arrayNode, objectNode, type StructuralNode, scalarNode, type ValueNode } from '../../../core/structural-diff-node.ts';
import { type Decimal, decimalOf, infinity, NOT_A_NUMBER, readDecimal } from '../../../core/structural-diff-number.ts';
import type { Change, Side } from '../facts.ts';
import { compareDocuments } from './documents.ts';
import { type Comparison, type Content, type Format, malformed } from './format.ts';

/** YAML 1.2 (1.1 where a document says so): one document as itself, several as an array of documents. Anchors are followed, tags compared. */
export const yaml: Format = {
  name: 'yaml',
  extensions: ['.yaml', '.yml'],
  compare: async ({ base, actual, rules }): Promise<Comparison> => {
    const [left, right] = [await readYaml(base, 'baseline'), await readYaml(actual, 'actual')];
    const broken = [...left.broken, ...right.broken];
    if (broken.length > 0) return malformed(broken);
    const single = left.documents.length === 1 && right.documents.length === 1;
    const [a, b] = single
      ? [left.documents[0] as StructuralNode, right.documents[0] as StructuralNode]
      : [arrayNode(left.documents), arrayNode(right.documents)];
    return compareDocuments(a, b, rules.values);
  },
};

export interface YamlReading {
  readonly documents: readonly StructuralNode[];
  readonly broken: readonly Change[];
}

/** Values that aliases may unfold to, against documents that grow without end. */
const MAX_VALUES = 5_000_000;

async function readYaml(content: Content, side: Side): Promise<YamlReading> {
  const bytes = await content.read();
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { documents: [], broken: [{ kind: 'malformed', side, reason: 'utf8' }] };
  }
  return readYamlText(text, side);
}

/** Reads a stream of documents. Syntax errors become changes of kind `malformed`, duplicate keys of kind `duplicate-key`. */
export function readYamlText(text: string, side: Side): YamlReading {
  const lines = new LineCounter();
  const broken: Change[] = [];
  const documents: StructuralNode[] = [];
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, intAsBigInt: true, logLevel: 'silent', strict: true });
  if ('empty' in parsed && /^%/m.test(text)) broken.push({ kind: 'malformed', side, reason: 'directive without a document' });
  for (const document of 'empty' in parsed ? [] : parsed) {
    for (const error of document.errors)
      broken.push({
        kind: 'malformed',
        side,
        reason: error.code.toLowerCase().replaceAll('_', ' '),
        line: lines.linePos(error.pos[0]).line,
      });
    if (document.errors.length > 0) continue;
    const reader: Reader = { side, lines, broken, values: 0, open: new Set(), resolve: (alias) => alias.resolve(document) };
    try {
      documents.push(nodeOf(reader, document.contents, ''));
    } catch (error) {
      if (!(error instanceof YamlRefusal)) throw error;
      broken.push({ kind: 'malformed', side, reason: error.message });
    }
  }
  return { documents, broken };
}

class YamlRefusal extends Error {}

interface Reader {
  readonly side: Side;
  readonly lines: LineCounter;
  readonly broken: Change[];
  values: number;
  readonly open: Set<Node>;
  readonly resolve: (alias: Alias) => Node | undefined;
}

function nodeOf(reader: Reader, node: Node | null | undefined, pointer: string): StructuralNode {
  if (++reader.values > MAX_VALUES) throw new YamlRefusal('aliases unfold to too many values');
  if (!node) return { from: 'value', kind: 'null', hash: 1 };
  const line = node.range ? reader.lines.linePos(node.range[0]).line : undefined;
  if (isAlias(node)) {
    const target = reader.resolve(node);
    if (!target) throw new YamlRefusal(`alias without an anchor on line ${line ?? 0}`);
    return nodeOf(reader, target, pointer);
  }
  if (reader.open.has(node)) throw new YamlRefusal('an alias inside its own anchor');
  reader.open.add(node);
  try {
    return tagged(
      node,
      isScalar(node)
        ? scalarOf(node, line)
        : isSeq(node)
          ? sequenceOf(reader, node.items, pointer, line)
          : mappingOf(reader, node as YAMLMap, pointer, line),
    );
  } finally {
    reader.open.delete(node);
  }
}

/** A tag that the core schema does not know is part of the value; the bare `!` only says that a scalar is a string. */
function tagged(node: Node, value: ValueNode): ValueNode {
  const tag = 'tag' in node && typeof node.tag === 'string' ? node.tag : undefined;
  if (tag === undefined || tag === '!' || tag.startsWith('tag:yaml.org,2002:')) return value;
  return objectNode(new Map([[`!tag ${tag}`, value]]), value.line);
}

function sequenceOf(reader: Reader, items: readonly unknown[], pointer: string, line: number | undefined): ValueNode {
  const elements = items.map((item, index) => {
    const inner = `${pointer}/${index}`;
    if (!isPair(item)) return nodeOf(reader, item as Node | null, inner);
    // An ordered map (`!!omap`, `!!pairs`) is a list of single pairs.
    const key = keyText(reader, item.key as Node | null, inner);
    return objectNode(new Map([[key, nodeOf(reader, item.value as Node | null, `${inner}/${key}`)]]));
  });
  return arrayNode(elements, line);
}

function mappingOf(reader: Reader, map: YAMLMap, pointer: string, line: number | undefined): ValueNode {
  const members = new Map<string, StructuralNode>();
  for (const pair of map.items) {
    const key = keyText(reader, pair.key as Node | null, pointer);
    const inner = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (members.has(key)) reader.broken.push({ kind: 'duplicate-key', side: reader.side, pointer: inner, key });
    members.set(key, nodeOf(reader, pair.value as Node | null, inner));
  }
  return objectNode(members, line);
}

/** Keys of YAML may be anything; those that are no strings stand as their YAML text. */
function keyText(reader: Reader, key: Node | null, pointer: string): string {
  const resolved = isAlias(key) ? reader.resolve(key) : key;
  if (!resolved) return 'null';
  if (isScalar(resolved)) return typeof resolved.value === 'string' ? resolved.value : (resolved.source ?? String(resolved.value));
  const node = nodeOf(reader, resolved, pointer);
  return JSON.stringify(node.hash);
}

function scalarOf(node: Scalar, line: number | undefined): ValueNode {
  const { value } = node;
  if (value === null || value === undefined) return { from: 'value', kind: 'null', hash: 1, ...(line === undefined ? {} : { line }) };
  if (typeof value === 'number' || typeof value === 'bigint') return scalarNode(exactNumber(node.source, value), line);
  if (typeof value === 'boolean' || typeof value === 'string') return scalarNode(value, line);
  return scalarNode(node.source ?? String(value), line);
}

/** The number as written where it is a decimal; hexadecimal and octal integers by their value. */
function exactNumber(source: string | undefined, value: number | bigint): Decimal {
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    const spelled = source?.replaceAll('_', '').toLowerCase() ?? '';
    const written = /^[-+]?\.inf$/.test(spelled) ? undefined : readDecimal(spelled);
    return written ?? infinity(value < 0);
  }
  if (source !== undefined && !/^[-+]?0[xob]/i.test(source)) {
    const written = readDecimal(source.replaceAll('_', ''));
    if (written) return written;
  }
  return decimalOf(value);
}
