import type { Leaf, Part } from './format.ts';
import { CONTAINERS, DOCUMENTS } from './index.ts';

const MAX_DEPTH = 6;
const MAX_LEAVES = 60;
/** A document larger than this is compared as text: parsing it whole would cost more than its pointer is worth. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** The differences of two versions, opened as deep as the formats go: first those of headers and order, then those of contents. */
export function findLeaves(name: string, left: Uint8Array, right: Uint8Array): readonly Leaf[] {
  const leaves: Leaf[] = [];
  descend(name, left, right, [], leaves);
  return leaves;
}

function descend(name: string, left: Uint8Array, right: Uint8Array, member: readonly string[], leaves: Leaf[]): void {
  if (leaves.length >= MAX_LEAVES || Buffer.compare(left, right) === 0) return;
  const before = leaves.length;
  if (member.length < MAX_DEPTH) {
    const container = CONTAINERS.find((one) => one.recognizes(left, name) && one.recognizes(right, name));
    const opened = container && attempt(() => [container.open(left, name), container.open(right, name)] as const);
    if (container !== undefined && opened !== undefined) {
      compareParts(container.id, container.single === true, opened[0], opened[1], member, leaves);
      // Equal in all that we look at: compression or padding. The bytes themselves say the rest.
      if (leaves.length > before) return;
      leaves.push({
        type: 'field',
        format: container.id,
        member,
        field: 'compression',
        left: `${left.length} bytes`,
        right: `${right.length} bytes`,
      });
      return;
    }
  }
  const texts = [decodeText(left), decodeText(right)] as const;
  if (texts[0] !== undefined && texts[1] !== undefined && Math.max(left.length, right.length) <= MAX_DOCUMENT_BYTES) {
    const [a, b] = [texts[0], texts[1]];
    const document = DOCUMENTS.find((one) => one.recognizes(a, name) && one.recognizes(b, name));
    const differences = document && attempt(() => document.compare(a, b));
    for (const one of differences ?? []) {
      if (leaves.length >= MAX_LEAVES) break;
      if ('leftKeys' in one)
        leaves.push({ type: 'order', format: 'keys', member: [...member, one.pointer], left: one.leftKeys, right: one.rightKeys });
      else leaves.push({ type: 'value', member, ...one });
    }
  }
  leaves.push({ type: 'content', member, left, right });
}

function compareParts(
  format: string,
  single: boolean,
  left: readonly Part[],
  right: readonly Part[],
  member: readonly string[],
  leaves: Leaf[],
): void {
  const [leftNames, rightNames] = [left.map(({ name }) => name), right.map(({ name }) => name)];
  const others = new Map<string, Part[]>();
  for (const part of right) others.set(part.name, [...(others.get(part.name) ?? []), part]);
  const shared = new Set(leftNames.filter((name) => others.has(name)));
  const [leftShared, rightShared] = [leftNames.filter((name) => shared.has(name)), rightNames.filter((name) => shared.has(name))];
  if (leftShared.join('\0') !== rightShared.join('\0'))
    leaves.push({ type: 'order', format, member, left: leftShared, right: rightShared });
  for (const part of left) {
    const other = others.get(part.name)?.shift();
    const inside = single ? member : [...member, part.name];
    if (other === undefined) {
      leaves.push({ type: 'presence', member: inside, side: 'left' });
      continue;
    }
    for (const field of Object.keys({ ...part.fields, ...other.fields })) {
      const [a = '', b = ''] = [part.fields[field], other.fields[field]];
      if (a !== b && leaves.length < MAX_LEAVES) leaves.push({ type: 'field', format, member: inside, field, left: a, right: b });
    }
    descend(part.name, part.bytes, other.bytes, inside, leaves);
  }
  for (const rest of others.values())
    for (const part of rest) leaves.push({ type: 'presence', member: [...member, part.name], side: 'right' });
}

/** `undefined` when it is not text: no UTF-8, or with zero bytes. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What does not parse is compared as what it is: bytes. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
