import { type Files, UserError } from '../core/index.ts';
import { partPath } from '../gates/telemetry-scan/part-path.ts';
import { refuseLeaks } from './leaks.ts';
import type { PartedGate } from './part-limits.ts';

/** What one job of a matrix leaves for the job that merges. */
export interface WrittenPart {
  readonly gate: PartedGate;
  readonly index: number;
  readonly of: number;
  /** File that holds it, as configured. */
  readonly file: string;
}

/** The part that a gate with these inputs writes, when it runs as one of a matrix. */
export function partOf(gate: string, inputs: { readonly [name: string]: unknown }): WrittenPart | undefined {
  if (gate === 'determinism-check' && typeof inputs.part === 'string' && typeof inputs.manifest === 'string') {
    const [index = 0, of = 0] = inputs.part.split('-of-').map(Number);
    return { gate, ...checkNumber({ index, of }), file: inputs.manifest };
  }
  if (gate === 'telemetry-scan' && typeof inputs.shard === 'string' && inputs['merge-parts'] === undefined) {
    const [index = 0, of = 0] = inputs.shard.split('/').map(Number);
    return { gate, ...checkNumber({ index, of }), file: partPath(String(inputs['part-dir']), { index, of }) };
  }
  return undefined;
}

/** `testops-part-<gate>-<i>-of-<n>-a<attempt>` */
export function partArtifactName({ gate, index, of }: Omit<WrittenPart, 'file'>, attempt: number): string {
  return `testops-part-${gate}-${index}-of-${of}-a${attempt}`;
}

/** Folder into which the parts of a gate are fetched. */
export function partsFolder(gate: PartedGate): string {
  return `testops-out/parts/${gate}`;
}

/** Of each of `of` parts the artifact of the highest attempt, by its number; a part that is nowhere has none. Two of one attempt cannot be: names are unique in a run. */
export function findParts<T extends { readonly name: string }>(listed: readonly T[], gate: PartedGate, of: number): ReadonlyMap<number, T> {
  const pattern = new RegExp(`^testops-part-${gate}-([1-9]\\d*)-of-${of}-a([1-9]\\d*)$`);
  const found = new Map<number, { readonly artifact: T; readonly attempt: number }>();
  for (const artifact of listed) {
    const [, index = 0, attempt = 0] = (pattern.exec(artifact.name) ?? []).map(Number);
    if (index < 1 || index > of || (found.get(index)?.attempt ?? 0) >= attempt) continue;
    found.set(index, { artifact, attempt });
  }
  return new Map([...found].sort(([a], [b]) => a - b).map(([index, { artifact }]) => [index, artifact]));
}

/** The digests of parts as the outputs of a matrix job say them, `{"part-1": "9f86…"}`. @throws UserError for anything else. */
export function readPartDigests(text: string): ReadonlyMap<number, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  const digests = new Map<number, string>();
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  for (const [name, digest] of isMapping ? Object.entries(value as object) : []) {
    const index = Number(/^part-([1-9]\d*)$/.exec(name)?.[1] ?? 0);
    if (index > 0 && typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest)) digests.set(index, digest);
  }
  if (isMapping) return digests;
  throw new UserError({
    where: 'part-digests',
    found: 'no JSON mapping',
    expected: 'the outputs of the job that wrote the parts, `{"part-1": "<SHA-256>"}`',
    todo: 'write part-digests: $' + '{{ toJSON(needs.<job>.outputs) }}',
  });
}

const LINES_AT_ONCE = 4_000;

/** A part leaves the machine, so it is scanned first; digests tell nothing and are left out of that. @throws UserError when it would leak. */
export async function refuseLeaksInPart(files: Files, { file }: WrittenPart): Promise<void> {
  const decoder = new TextDecoder();
  let lines: string[] = [];
  let rest = '';
  const scan = () => {
    refuseLeaks(file, lines.join('\n').replace(/"[0-9a-f]{64}"/g, '""'));
    lines = [];
  };
  for await (const chunk of files.stream(file)) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    lines.push(...pieces);
    if (lines.length >= LINES_AT_ONCE) scan();
  }
  lines.push(rest + decoder.decode());
  scan();
}

function checkNumber({ index, of }: { readonly index: number; readonly of: number }): { readonly index: number; readonly of: number } {
  if (index >= 1 && index <= of) return { index, of };
  throw new UserError({
    where: 'part',
    found: `part ${index} of ${of}`,
    expected: 'a part that is not beyond their number',
    todo: 'count the parts from 1',
  });
}
