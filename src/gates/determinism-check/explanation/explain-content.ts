import type { Evidence, TextChange } from '../causes/cause.ts';
import { CAUSES } from '../causes/index.ts';
import type { BytePlace } from '../compare/first-difference.ts';
import type { CauseFacts, DiffLine, Explanation, FirstDifference } from '../facts.ts';
import { decodeText, findLeaves } from '../formats/find-leaves.ts';
import type { Leaf } from '../formats/format.ts';
import { diffLines, showHunks } from './line-diff.ts';
import { hexRows, printableRuns } from './printable.ts';
import { orderChange, textChanges } from './text-changes.ts';

/** A cause that weighs less than this, or less than half of the heaviest, is not named. */
const LEAST_SCORE = 30;
const LEAST_SHARE = 0.55;
const MAX_CAUSES = 4;

export interface Sides {
  readonly name: string;
  readonly left: Uint8Array;
  readonly right: Uint8Array;
}

/** What is known besides the bytes. */
export type Background = Pick<Evidence, 'aspects' | 'attribution' | 'marks' | 'variedValues' | 'differingDigests'>;

/** Opens both versions as deep as the formats go and tells where they part, how that looks and what probably makes them. */
export function explainContent(sides: Sides, background: Background): Explanation {
  const outer = bytePlace(sides.left, sides.right);
  const leaves = findLeaves(sides.name, sides.left, sides.right);
  const contents = leaves.filter((leaf) => leaf.type === 'content');
  const texts = contents.map((leaf) => linesOf(leaf));
  const changes: TextChange[] = [...texts.flatMap(({ left, right }) => textChanges(left, right))];
  const [main] = texts;
  const evidence: Evidence = {
    ...background,
    leaves,
    changes,
    reordered: main === undefined ? undefined : orderChange(main.left, main.right, changes),
    onlyLineEnds: main !== undefined && contents.length === 1 && sameButCarriageReturns(contents[0]),
  };
  return { ...placeOf(leaves, outer), diff: diffOf(leaves, texts), causes: weigh(evidence) };
}

/** Causes from evidence that has no contents: a file that is only sometimes there, a mode. */
export function explainWithoutContent(background: Background, names: readonly (readonly [string, string])[]): readonly CauseFacts[] {
  const changes = names.flatMap(([left, right]) => textChanges([left], [right]));
  return weigh({ ...background, leaves: [], changes, reordered: undefined, onlyLineEnds: false });
}

function weigh(evidence: Evidence): readonly CauseFacts[] {
  const weighed = CAUSES.flatMap((cause) => {
    const weight = cause.weigh(evidence);
    return weight === undefined || weight.score < LEAST_SCORE ? [] : [{ id: cause.id, ...weight }];
  }).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const best = weighed[0]?.score ?? 0;
  return weighed
    .filter(({ score }) => score >= best * LEAST_SHARE)
    .slice(0, MAX_CAUSES)
    .map(({ id, sign }) => ({ id, sign }));
}

interface LeafLines {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly binary: boolean;
}

/** Lines of a text; of binary data what can be read in it. */
function linesOf({ left, right }: Extract<Leaf, { type: 'content' }>): LeafLines {
  const [a, b] = [decodeText(left), decodeText(right)];
  if (a !== undefined && b !== undefined) return { left: a.split('\n'), right: b.split('\n'), binary: false };
  return { left: printableRuns(left), right: printableRuns(right), binary: true };
}

function sameButCarriageReturns(leaf: Extract<Leaf, { type: 'content' }> | undefined): boolean {
  if (leaf === undefined) return false;
  const bare = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n');
  return bare(leaf.left) === bare(leaf.right);
}

/** The first difference in the innermost part; documents add their pointer. */
function placeOf(leaves: readonly Leaf[], outer: BytePlace): { readonly first?: FirstDifference } {
  const [first] = leaves;
  if (first === undefined) return {};
  const pointer =
    first.type === 'value'
      ? first.pointer
      : first.type === 'field'
        ? first.field
        : first.type === 'order' && first.format === 'keys'
          ? first.member.at(-1)
          : undefined;
  const path = first.type === 'order' && first.format === 'keys' ? first.member.slice(0, -1) : first.member;
  const content = leaves.find((leaf) => leaf.type === 'content' && leaf.member.join('\0') === path.join('\0'));
  // What differs in a header or in the order has its place in the outer file.
  const at = content?.type === 'content' && first.type !== 'field' ? bytePlace(content.left, content.right) : outer;
  return { first: { ...at, ...(path.length === 0 ? {} : { member: path }), ...(pointer === undefined ? {} : { pointer }) } };
}

function bytePlace(left: Uint8Array, right: Uint8Array): BytePlace {
  let byte = 0;
  let line = 1;
  while (byte < left.length && byte < right.length && left[byte] === right[byte]) {
    if (left[byte] === 10) line += 1;
    byte += 1;
  }
  return { byte, line };
}

function diffOf(leaves: readonly Leaf[], texts: readonly LeafLines[]): readonly DiffLine[] {
  const [first] = leaves;
  if (first === undefined) return [];
  if (first.type === 'field')
    return leaves
      .filter((leaf) => leaf.type === 'field')
      .slice(0, 20)
      .flatMap(({ member, field, left, right }) => sidesOf(`${[...member, field].join(' › ')}: `, left, right));
  if (first.type === 'order' && first.format !== 'keys') {
    const [left, right] = [first.left, first.right];
    return showHunks(left, right, diffLines(left, right));
  }
  if (first.type === 'presence') return [{ change: first.side === 'left' ? 'removed' : 'added', text: first.member.join(' › ') }];
  const content = leaves.find((leaf) => leaf.type === 'content');
  const [main] = texts;
  if (main === undefined || content === undefined) return [];
  const hunks = diffLines(main.left, main.right);
  if (!main.binary || hunks.length > 0) return showHunks(main.left, main.right, hunks);
  const { byte } = bytePlace(content.left, content.right);
  const [left, right] = [hexRows(content.left, byte), hexRows(content.right, byte)];
  return showHunks(left, right, diffLines(left, right));
}

function sidesOf(label: string, left: string, right: string): readonly DiffLine[] {
  return [
    { change: 'removed', text: `${label}${left}` },
    { change: 'added', text: `${label}${right}` },
  ];
}
