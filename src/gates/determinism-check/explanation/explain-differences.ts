import type { Files } from '../../../core/ports/files.ts';
import type { Attributed } from '../attribution/attribute.ts';
import { keyOf } from '../compare/compare-runs.ts';
import { findFirstDifference } from '../compare/first-difference.ts';
import type { Aspect, DifferenceFacts, Explanation } from '../facts.ts';
import type { RunOutcome } from '../runs/laboratory.ts';
import type { Experiment } from '../runs/measure-runs.ts';
import { type Kept, MAX_EXPLAINED } from '../runs/record.ts';
import { explainContent } from './explain-content.ts';

const ASPECT_ORDER: readonly Aspect[] = ['ending', 'missing', 'extra', 'kind', 'content', 'mode'];

/** Explains each difference by the example that varies the least; after `MAX_EXPLAINED` only that they differ is said. */
export async function explainDifferences(
  { first }: Experiment,
  attributed: readonly Attributed[],
  files: Files,
): Promise<readonly DifferenceFacts[]> {
  const explained: DifferenceFacts[] = [];
  for (const [at, { tally, attribution }] of attributed.entries()) {
    const explanation =
      at < MAX_EXPLAINED
        ? await explainOne(first, tally.example, tally, attribution, files)
        : { diff: [], causes: [], limit: 'too-many' as const };
    explained.push({
      target: tally.target,
      aspects: ASPECT_ORDER.filter((aspect) => tally.aspects.has(aspect)),
      attribution,
      explanation,
      ...(tally.values === undefined ? {} : { values: tally.values }),
    });
  }
  return explained.sort((a, b) => (keyOf(a.target) < keyOf(b.target) ? -1 : 1));
}

async function explainOne(
  first: RunOutcome,
  example: Kept,
  tally: Attributed['tally'],
  _attribution: Attributed['attribution'],
  files: Files,
): Promise<Explanation> {
  const { target } = tally;
  if (target.type === 'exit' || !tally.aspects.has('content') || tally.aspects.has('kind')) return { diff: [], causes: [] };
  const opened = target.type === 'file' ? target : { type: target.type };
  const sides = { left: first.pathOf(opened), right: example.pathOf(opened) };
  const [left, right] = [await files.stat(sides.left), await files.stat(sides.right)];
  if (left?.kind !== 'file' || right?.kind !== 'file') return { diff: [], causes: [] };
  const place = await findFirstDifference(files.stream(sides.left), files.stream(sides.right));
  return await explainContent(files, sides, { left: left.size, right: right.size }, place);
}
