import type { Files } from '../../../core/ports/files.ts';
import type { Processes } from '../../../core/ports/processes.ts';
import type { Attributed } from '../attribution/attribute.ts';
import { shapeOf } from '../attribution/families.ts';
import { keyOf } from '../compare/compare-runs.ts';
import { firstDifferenceOfFiles } from '../compare/first-difference-of-files.ts';
import type { Aspect, DifferenceFacts, DiffLine, Explanation, Target } from '../facts.ts';
import { entryAt } from '../manifest/manifest.ts';
import type { Experiment } from '../runs/measure-runs.ts';
import { type Kept, MAX_EXPLAINED, type Tally } from '../runs/record.ts';
import { type Background, explainContent, explainWithoutContent } from './explain-content.ts';

const ASPECT_ORDER: readonly Aspect[] = ['ending', 'missing', 'extra', 'kind', 'content', 'mode'];
/** Larger files are explained by what lies around their first difference. */
const MAX_WHOLE_BYTES = 8 * 1024 * 1024;
const WINDOW_BYTES = 64 * 1024;

interface ExplainPorts {
  readonly files: Files;
  readonly processes: Processes;
}

/** Explains each difference by the example that varies the least; after `MAX_EXPLAINED` only that they differ is said. */
export async function explainDifferences(
  experiment: Experiment,
  attributed: readonly Attributed[],
  ports: ExplainPorts,
): Promise<readonly DifferenceFacts[]> {
  const explained: DifferenceFacts[] = [];
  const digests = digestsOf(experiment, attributed);
  for (const [at, one] of attributed.entries()) {
    const { tally, attribution, search } = one;
    const aspects = ASPECT_ORDER.filter((aspect) => tally.aspects.has(aspect));
    const explanation: Explanation =
      at < MAX_EXPLAINED ? await explainOne(experiment, one, aspects, digests, ports) : { diff: [], causes: [], limit: 'too-many' };
    explained.push({
      target: tally.target,
      aspects,
      attribution,
      ...(search === undefined ? {} : { search }),
      explanation: withoutTemporaryPath(explanation, experiment.laboratory.root),
      ...(tally.values === undefined ? {} : { values: tally.values }),
    });
  }
  return explained.sort((a, b) => (keyOf(a.target) < keyOf(b.target) ? -1 : 1));
}

async function explainOne(
  { first, laboratory, record }: Experiment,
  { tally, attribution }: Attributed,
  aspects: readonly Aspect[],
  differingDigests: ReadonlyMap<string, string>,
  ports: ExplainPorts,
): Promise<Explanation> {
  const { files } = ports;
  const { target, example } = tally;
  const background: Background = {
    aspects,
    attribution,
    marks: { left: first.marks, right: example.marks },
    differingDigests,
    variedValues: laboratory.valuesOf(example.spec.varied),
  };
  const bare = (names: readonly (readonly [string, string])[] = []): Explanation => ({
    diff: [],
    causes: explainWithoutContent(background, names),
  });
  if (target.type === 'exit') return bare();
  if (aspects.includes('missing') || aspects.includes('extra')) return bare(partnersOf(target, example, record.tallies.values()));
  if (!aspects.includes('content') || aspects.includes('kind')) return bare();
  const opened = target.type === 'file' ? target : { type: target.type };
  const sides = { left: first.pathOf(opened), right: example.pathOf(opened) };
  const [left, right] = [await files.stat(sides.left), await files.stat(sides.right)];
  if (left?.kind === 'link' && right?.kind === 'link') return bare([[await files.readLink(sides.left), await files.readLink(sides.right)]]);
  if (left?.kind !== 'file' || right?.kind !== 'file') return bare();
  const place = await firstDifferenceOfFiles(ports, sides.left, sides.right, Math.max(left.size, right.size));
  if (place === undefined) return bare();
  const name = target.type === 'file' ? target.path : target.type;
  if (Math.max(left.size, right.size) <= MAX_WHOLE_BYTES) {
    const explanation = explainContent({ name, left: await files.read(sides.left), right: await files.read(sides.right) }, background);
    // What lies in the file as it is can be found without opening it.
    return explanation.first?.member === undefined ? { ...explanation, first: { ...explanation.first, ...place } } : explanation;
  }
  const window = { start: Math.max(0, place.byte - WINDOW_BYTES / 2), end: place.byte + WINDOW_BYTES / 2 };
  const part = async (path: string): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of files.stream(path, window)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const around = explainContent({ name: '', left: await part(sides.left), right: await part(sides.right) }, background);
  return { ...around, first: place, limit: 'too-large' };
}

/** What the first run made of the outputs that differ, by digest. */
function digestsOf({ first }: Experiment, attributed: readonly Attributed[]): ReadonlyMap<string, string> {
  const wanted = new Set(attributed.flatMap(({ tally: { target } }) => (target.type === 'file' ? [target.path] : [])));
  const { manifest } = first.scan;
  const found = new Map<string, string>();
  for (const [at, path] of manifest.paths.entries()) if (wanted.has(path)) found.set(entryAt(manifest, at).sha256, path);
  return found;
}

/** A file of the same shape that only the other run has: the same file under a name of its own. */
function partnersOf(target: Target, example: Kept, tallies: Iterable<Tally>): readonly (readonly [string, string])[] {
  if (target.type !== 'file') return [];
  for (const tally of tallies) {
    if (tally.target.type !== 'file' || !tally.aspects.has('extra') || tally.example !== example) continue;
    if (shapeOf(tally.target.path) === shapeOf(target.path)) return [[target.path, tally.target.path]];
  }
  return [];
}

/** The temporary folder has a new name in each measurement; what is said must not. */
function withoutTemporaryPath(explanation: Explanation, root: string): Explanation {
  const clean = (text: string): string => text.replaceAll(root, '<runs>');
  return {
    ...explanation,
    diff: explanation.diff.map((line): DiffLine => ({ ...line, text: clean(line.text) })),
    causes: explanation.causes.map(({ id, sign }) => ({ id, sign: clean(sign) })),
  };
}
