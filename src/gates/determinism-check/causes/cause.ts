import type { Aspect, Attribution } from '../facts.ts';
import type { Leaf } from '../formats/format.ts';
import type { VariationId } from '../inputs.ts';
import type { RunMark } from '../runs/laboratory.ts';

/** A piece of text that changed, inside its line on either side. */
export interface TextChange {
  readonly left: string;
  readonly right: string;
  readonly leftLine: string;
  readonly rightLine: string;
  /** Where the piece begins in its line. */
  readonly leftAt: number;
  readonly rightAt: number;
}

/** Everything that may speak for a cause. */
export interface Evidence {
  readonly aspects: readonly Aspect[];
  readonly attribution: Attribution;
  readonly leaves: readonly Leaf[];
  /** Changed pieces of text, in order, bounded. */
  readonly changes: readonly TextChange[];
  /** The same lines, or the same words inside a line, in another order. */
  readonly reordered: 'lines' | 'words' | undefined;
  /** The same text but for carriage returns. */
  readonly onlyLineEnds: boolean;
  /** Texts in which the two runs show: paths, names. */
  readonly marks: { readonly left: readonly RunMark[]; readonly right: readonly RunMark[] };
  /** SHA-256 of outputs that differ, as the first run made them, with their paths. */
  readonly differingDigests: ReadonlyMap<string, string>;
  /** Values that variations gave to variables of the run that differs. */
  readonly variedValues: readonly string[];
}

/** How much speaks for a cause (0 to 100), and the piece of text that does. */
export interface Weight {
  readonly score: number;
  readonly sign: string;
}

export interface Cause {
  readonly id: string;
  readonly weigh: (evidence: Evidence) => Weight | undefined;
}

const NOTHING = '';
const AROUND = 200;

/** Whether a variation is among the culprits. */
export function isCulprit({ attribution }: Evidence, ...ids: readonly VariationId[]): boolean {
  return attribution.kind === 'named' && attribution.culprits.some((set) => set.some(({ variation }) => ids.includes(variation)));
}

export function isIntrinsic({ attribution }: Evidence): boolean {
  return attribution.kind !== 'named';
}

/** The variation is a culprit: that alone makes its usual cause likely. */
export function byCulprit(evidence: Evidence, score: number, ...ids: readonly VariationId[]): Weight | undefined {
  return isCulprit(evidence, ...ids) ? { score, sign: signOf(evidence) } : undefined;
}

/** Share of the changed pieces that lie within a match of the pattern on both sides, and the first such match. */
export function within(evidence: Evidence, pattern: RegExp): { readonly share: number; readonly sign: string } {
  let hits = 0;
  let sign = NOTHING;
  for (const change of evidence.changes) {
    const left = matchAround(change.leftLine, change.leftAt, change.left.length, pattern);
    const right = matchAround(change.rightLine, change.rightAt, change.right.length, pattern);
    if (left === undefined || right === undefined) continue;
    hits += 1;
    if (sign === NOTHING) sign = `${left} → ${right}`;
  }
  return { share: evidence.changes.length === 0 ? 0 : hits / evidence.changes.length, sign };
}

/** `score` when at least a third of the changed pieces match. */
export function byPattern(evidence: Evidence, pattern: RegExp, score: number): Weight | undefined {
  const { share, sign } = within(evidence, pattern);
  return share < 1 / 3 ? undefined : { score: score * (0.7 + 0.3 * share), sign: clip(sign) };
}

/** Fields of headers of that name which differ. */
export function byField(evidence: Evidence, formats: readonly string[], fields: readonly string[], score: number): Weight | undefined {
  for (const leaf of evidence.leaves)
    if (leaf.type === 'field' && formats.includes(leaf.format) && fields.includes(leaf.field))
      return { score, sign: clip(`${[...leaf.member, leaf.field].join(' › ')}: ${leaf.left} → ${leaf.right}`) };
  return undefined;
}

/** A mark of each run (its path, its host …) stands where the text changed. */
export function byMark(evidence: Evidence, name: RunMark['name'], score: number): Weight | undefined {
  const [left, right] = [evidence.marks.left, evidence.marks.right].map((marks) => marks.find((mark) => mark.name === name)?.text);
  if (left === undefined || right === undefined || left === right) return undefined;
  const hit = evidence.changes.find(({ leftLine, rightLine }) => leftLine.includes(left) && rightLine.includes(right));
  return hit === undefined ? undefined : { score, sign: clip(`${left} → ${right}`) };
}

/** The heaviest of several. */
export function heaviest(...weights: readonly (Weight | undefined)[]): Weight | undefined {
  return weights.reduce(
    (best, weight) => (weight !== undefined && (best === undefined || weight.score > best.score) ? weight : best),
    undefined,
  );
}

/** The first changed piece, or field, as it stands. */
export function signOf(evidence: Evidence): string {
  const [change] = evidence.changes;
  if (change !== undefined) return clip(`${change.left} → ${change.right}`);
  const leaf = evidence.leaves.find((one) => one.type === 'field' || one.type === 'value');
  return leaf === undefined || !('left' in leaf) ? NOTHING : clip(`${String(leaf.left)} → ${String(leaf.right)}`);
}

export function clip(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 160)}…`;
}

/** The match of a pattern (with the flag g) that overlaps or touches a piece of a line. */
function matchAround(line: string, at: number, length: number, pattern: RegExp): string | undefined {
  // Only what lies around counts, and a line of minified code may be very long.
  const from = Math.max(0, at - AROUND);
  const start = at - from;
  for (const match of line.slice(from, at + length + AROUND).matchAll(pattern)) {
    if (match[0] === '') continue;
    const end = match.index + match[0].length;
    if (match.index <= start + length && end >= start && (match.index < start + length || end > start || length === 0)) return match[0];
  }
  return undefined;
}
