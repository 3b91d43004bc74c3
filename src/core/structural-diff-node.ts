import { childrenAt, type JsonText, readJsonText } from './structural-diff-json.ts';
import { stringAt, valueEnd } from './structural-diff-json-tokens.ts';
import { type Decimal, decimalOf, decimalText, readDecimal, sameDecimal } from './structural-diff-number.ts';

export type NodeKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/**
 * A value of a document, wherever it comes from. Equal values have equal hashes; equal hashes are a hint that `sameNode` confirms.
 * A `text` node reads its children from the JSON text when asked; a `value` node holds them.
 */
export type StructuralNode = TextNode | ValueNode;

export interface TextNode {
  readonly from: 'text';
  readonly kind: NodeKind;
  readonly hash: number;
  readonly text: JsonText;
  /** Byte at which the value begins. */
  readonly start: number;
}

export interface ValueNode {
  readonly from: 'value';
  readonly kind: NodeKind;
  readonly hash: number;
  readonly scalar?: string | boolean | Decimal;
  readonly elements?: readonly StructuralNode[];
  readonly members?: ReadonlyMap<string, StructuralNode>;
  /** 1-based line in its file, where the reader of the format knows it. */
  readonly line?: number;
}

/** Elements of an array, without an object for each until one is asked for. */
export interface ElementList {
  readonly length: number;
  hashAt(index: number): number;
  at(index: number): StructuralNode;
  /** Whether `count` elements from `index`, but for the last, are written in the same bytes as those of another list from `otherIndex`; false where not known. */
  sameRun(index: number, other: ElementList, otherIndex: number, count: number): boolean;
  /** Bytes from the start of one element to the start of another, where there is a text. */
  bytesOf(from: number, to: number): Uint8Array | undefined;
}

/** Reads a JSON text into its root. @throws JsonTextError */
export function readJsonNode(bytes: Uint8Array): TextNode {
  const text = readJsonText(bytes);
  return textNode(text, text.start, text.hash1, text.hash2);
}

/**
 * Node of a plain JavaScript value: JSON values, and NaN, infinities, bigint and Map with string keys. Members that are `undefined` are left out.
 * @throws TypeError on functions, symbols and cycles deeper than the stack
 */
export function nodeOfValue(value: unknown): ValueNode {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return scalarNode(value);
    case 'number':
    case 'bigint':
      return scalarNode(decimalOf(value));
    case 'object':
      break;
    default:
      throw new TypeError(`a structural diff cannot hold a ${typeof value}`);
  }
  if (value === null) return { from: 'value', kind: 'null', hash: 1 };
  if (Array.isArray(value)) return arrayNode(value.map(nodeOfValue));
  const entries = value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value);
  return objectNode(new Map(entries.filter(([, member]) => member !== undefined).map(([key, member]) => [key, nodeOfValue(member)])));
}

/** A string, a boolean or an exact number. */
export function scalarNode(scalar: string | boolean | Decimal, line?: number): ValueNode {
  const kind = typeof scalar === 'object' ? 'number' : typeof scalar === 'string' ? 'string' : 'boolean';
  const text = typeof scalar === 'object' ? decimalText(scalar) : String(scalar);
  return {
    from: 'value',
    kind,
    hash: hashText(text, kind.length * 7 + kind.charCodeAt(0)),
    scalar,
    ...(line === undefined ? {} : { line }),
  };
}

export function arrayNode(elements: readonly StructuralNode[], line?: number): ValueNode {
  let [h1, h2] = [11, elements.length];
  for (const { hash } of elements) [h1, h2] = [step(h1, hash | 0), step(h2, (hash / 0x100000000) | 0)];
  return { from: 'value', kind: 'array', hash: join(h1, h2), elements, ...(line === undefined ? {} : { line }) };
}

export function objectNode(members: ReadonlyMap<string, StructuralNode>, line?: number): ValueNode {
  let [h1, h2] = [13, members.size];
  for (const [key, { hash }] of members) {
    const keyHash = hashText(key, 3);
    h1 = (h1 + step(keyHash | 0, hash | 0)) | 0;
    h2 = (h2 + step((hash / 0x100000000) | 0, keyHash | 0)) | 0;
  }
  return { from: 'value', kind: 'object', hash: join(h1, h2), members, ...(line === undefined ? {} : { line }) };
}

/** Elements of an array node. */
export function elementsOf(node: StructuralNode): ElementList {
  if (node.from === 'value') {
    const elements = node.elements ?? [];
    return {
      length: elements.length,
      hashAt: (index) => (elements[index] as StructuralNode).hash,
      at: (index) => elements[index] as StructuralNode,
      sameRun: () => false,
      bytesOf: () => undefined,
    };
  }
  const { text } = node;
  const list = childrenAt(text, node.start);
  return {
    sameRun: (index, other, otherIndex, count) => {
      const mine = text.bytes.subarray(list.starts[index], list.starts[index + count - 1]);
      const theirs = other.bytesOf(otherIndex, otherIndex + count - 1);
      return theirs !== undefined && Buffer.compare(mine, theirs) === 0;
    },
    bytesOf: (from, to) => text.bytes.subarray(list.starts[from], list.starts[to]),
    length: list.starts.length,
    hashAt: (index) => join(list.hashes1[index] as number, list.hashes2[index] as number),
    at: (index) => textNode(text, list.starts[index] as number, list.hashes1[index] as number, list.hashes2[index] as number),
  };
}

/** Members of an object node by key; of a key that stands twice, the last. */
export function membersOf(node: StructuralNode): ReadonlyMap<string, StructuralNode> {
  if (node.from === 'value') return node.members ?? new Map();
  const { text } = node;
  const list = childrenAt(text, node.start);
  const members = new Map<string, StructuralNode>();
  for (let i = 0; i < list.starts.length; i += 2)
    members.set(
      stringAt(text.bytes, list.starts[i] as number),
      textNode(text, list.starts[i + 1] as number, list.hashes1[i + 1] as number, list.hashes2[i + 1] as number),
    );
  return members;
}

/** Content of a string node. */
export function stringOf(node: StructuralNode): string {
  return node.from === 'value' ? (node.scalar as string) : stringAt(node.text.bytes, node.start);
}

/** Exact value of a number node. */
export function numberOf(node: StructuralNode): Decimal {
  if (node.from === 'value') return node.scalar as Decimal;
  const number = readDecimal(spellingOf(node));
  if (!number) throw new Error('a number of a validated text was not read');
  return number;
}

export function booleanOf(node: StructuralNode): boolean {
  return node.from === 'value' ? (node.scalar as boolean) : node.text.bytes[node.start] === 0x74;
}

/** Whether two nodes hold the same value: the proof behind equal hashes. Byte-equal texts are settled at once. */
export function sameNode(a: StructuralNode, b: StructuralNode): boolean {
  if (a.hash !== b.hash || a.kind !== b.kind) return false;
  if (a === b) return true;
  if (a.from === 'text' && b.from === 'text' && sameBytes(a, b)) return true;
  switch (a.kind) {
    case 'null':
      return true;
    case 'boolean':
      return booleanOf(a) === booleanOf(b);
    case 'string':
      return stringOf(a) === stringOf(b);
    case 'number':
      return sameDecimal(numberOf(a), numberOf(b));
    case 'array': {
      const [left, right] = [elementsOf(a), elementsOf(b)];
      if (left.length !== right.length) return false;
      for (let i = 0; i < left.length; i++) if (!sameNode(left.at(i), right.at(i))) return false;
      return true;
    }
    default: {
      const [left, right] = [membersOf(a), membersOf(b)];
      if (left.size !== right.size) return false;
      for (const [key, member] of left) {
        const other = right.get(key);
        if (!other || !sameNode(member, other)) return false;
      }
      return true;
    }
  }
}

/** JSON text of a node: as written for text nodes, compact for values. NaN and infinities, which JSON lacks, stand bare. */
export function nodeText(node: StructuralNode): string {
  if (node.from === 'text') return spellingOf(node);
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'string':
      return JSON.stringify(node.scalar);
    case 'number':
      return decimalText(node.scalar as Decimal);
    case 'boolean':
      return String(node.scalar);
    case 'array':
      return `[${(node.elements ?? []).map(nodeText).join(',')}]`;
    default:
      return `{${[...(node.members ?? [])].map(([key, member]) => `${JSON.stringify(key)}:${nodeText(member)}`).join(',')}}`;
  }
}

/** The first `length` bytes or so of a node's text, without making the whole of it. */
export function nodeExcerpt(node: StructuralNode, length: number): string {
  if (node.from === 'value') return nodeText(node);
  const end = Math.min(valueEnd(node.text.bytes, node.start), node.start + 4 * length);
  return decode(node.text.bytes, node.start, end);
}

function spellingOf(node: TextNode): string {
  return decode(node.text.bytes, node.start, valueEnd(node.text.bytes, node.start));
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

function sameBytes(a: TextNode, b: TextNode): boolean {
  const [left, right] = [a.text.bytes, b.text.bytes];
  const length = valueEnd(left, a.start) - a.start;
  return (
    b.start + length <= right.length &&
    Buffer.compare(left.subarray(a.start, a.start + length), right.subarray(b.start, b.start + length)) === 0 &&
    (a.kind !== 'number' || valueEnd(right, b.start) - b.start === length)
  );
}

function textNode(text: JsonText, start: number, hash1: number, hash2: number): TextNode {
  return { from: 'text', kind: kindAt(text.bytes[start] as number), hash: join(hash1, hash2), text, start };
}

function kindAt(byte: number): NodeKind {
  switch (byte) {
    case 0x7b:
      return 'object';
    case 0x5b:
      return 'array';
    case 0x22:
      return 'string';
    case 0x74:
    case 0x66:
      return 'boolean';
    default:
      return byte === 0x6e ? 'null' : 'number';
  }
}

/** 53 bits of two 32-bit lanes, as a number that arrays of doubles can hold. */
function join(h1: number, h2: number): number {
  return (h1 >>> 0) * 0x200000 + (h2 >>> 11);
}

function step(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x5bd1e995);
  return mixed ^ (mixed >>> 15);
}

function hashText(text: string, seed: number): number {
  let [h1, h2] = [seed, ~seed];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ unit, 0x01000193);
    h2 = Math.imul(h2 ^ unit, 0x5bd1e995) + 1;
  }
  return join(h1 ^ (h1 >>> 15), h2 ^ (h2 >>> 13));
}
