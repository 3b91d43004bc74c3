import { UserError } from '../../../core/errors.ts';
import { type OpenedBaseline, openBaseline, refuseFile, type SnapshotPorts } from '../baselines/open-baseline.ts';
import { compareLists, type Item } from '../compare-lists.ts';
import type { CompareFacts, FileFact } from '../facts.ts';
import type { Inputs } from '../inputs.ts';
import { readRules } from '../rules/read-rules.ts';
import { createRuleBook } from '../rules/select-rules.ts';
import type { Trouble } from '../store/store.ts';
import { treeItems } from '../tree.ts';

const PATCH_SUFFIX = '.patch.json';

/** Opens both sides and compares what stands at each path. @throws UserError on unusable rules, folders or keys */
export async function compareSnapshots(inputs: Inputs, ports: SnapshotPorts): Promise<CompareFacts> {
  const rules = inputs.rules === undefined ? [] : readRules(await ports.files.readText(inputs.rules), inputs.rules);
  await using baseline = await openBaseline(inputs, ports);
  await refuseFile(ports.files, inputs.actual);
  const tree = await ports.trees.read(inputs.actual);
  const facts = {
    kind: 'compare' as const,
    baseline: describe(baseline),
    actual: { name: inputs.actual, state: tree.state },
    files: [],
    ignored: 0,
    unusedRules: [],
    troubles: baseline.troubles,
  };
  if (baseline.state !== 'present' || tree.state !== 'present') return facts;
  if (baseline.folder !== undefined && (await areOne(ports, baseline.folder, inputs.actual))) return { ...facts, linked: true };
  const actual = treeItems(ports.files, inputs.actual, tree);
  const book = createRuleBook(rules);
  const { files, ignored } = await compareLists(baseline.items, actual, {
    book,
    prefix: '',
    knownSame: await findSame(baseline, inputs, actual, ports),
    onFile: (done, total) => ports.progress.show('compare snapshots', done, total, 'files'),
  });
  ports.progress.finish('compare snapshots');
  if (inputs['patch-dir'] !== undefined) await writePatches(ports, inputs['patch-dir'], inputs, files);
  return { ...facts, files, ignored, unusedRules: book.unused(), troubles: distinct(baseline.troubles) };
}

/** Whether two folders are one, or one is inside the other, once links are followed. */
async function areOne({ files }: SnapshotPorts, one: string, other: string): Promise<boolean> {
  const [a, b] = [await files.realPath(one), await files.realPath(other)];
  return a !== undefined && b !== undefined && (`${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`));
}

/** Patches of all files that have one, members of archives too. The folder holds nothing but patches, so it may be emptied. @throws UserError */
async function writePatches({ files }: SnapshotPorts, folder: string, inputs: Inputs, compared: readonly FileFact[]): Promise<void> {
  const target = files.resolve(folder);
  const sides = [inputs.baseline, inputs.actual].map((side) => files.resolve(side));
  const entries = (await files.statTarget(folder)) ? await files.glob(['**'], { folder }) : [];
  if (
    sides.some((side) => `${side}/`.startsWith(`${target}/`) || `${target}/`.startsWith(`${side}/`)) ||
    entries.some((name) => !name.endsWith(PATCH_SUFFIX))
  )
    throw new UserError({
      where: `snapshot-compare: patch-dir ${folder}`,
      found: 'a folder with other things in it',
      expected: 'a folder for patches only',
      todo: 'name a folder that is not there yet',
    });
  await files.remove(folder);
  for (const file of compared) {
    if (file.patch !== undefined) await files.write(`${folder}/${file.path}${PATCH_SUFFIX}`, file.patch);
    for (const member of file.members ?? [])
      if (member.patch !== undefined) await files.write(`${folder}/${member.path}${PATCH_SUFFIX}`, member.patch);
  }
}

function describe(baseline: OpenedBaseline): CompareFacts['baseline'] {
  const { name, state } = baseline;
  switch (state) {
    case 'present':
      return { name, state, ...(baseline.origin === undefined ? {} : { origin: baseline.origin }) };
    case 'unreachable':
      return { name, state, detail: baseline.detail };
    default:
      return { name, state, acceptAs: baseline.acceptAs, ...(baseline.detail === undefined ? {} : { detail: baseline.detail }) };
  }
}

/** Paths whose bytes are equal on both sides: found in bulk between two folders, by digest where the baseline knows them. */
async function findSame(
  baseline: OpenedBaseline & { readonly state: 'present' },
  inputs: Inputs,
  actual: ReadonlyMap<string, Item>,
  ports: SnapshotPorts,
): Promise<ReadonlySet<string>> {
  const { items, folder, isSame } = baseline;
  if (folder !== undefined) {
    const paths = [...actual].flatMap(([path, item]) => (item.kind === 'file' && items.get(path)?.kind === 'file' ? [path] : []));
    const onProgress = (done: number) => ports.progress.show('compare snapshots', done, paths.length, 'files');
    return ports.trees.findSame(folder, inputs.actual, paths, onProgress);
  }
  const same = new Set<string>();
  if (isSame) for (const [path, item] of actual) if (await isSame(path, item)) same.add(path);
  return same;
}

function distinct(troubles: readonly Trouble[]): Trouble[] {
  return [...new Map(troubles.map((trouble) => [JSON.stringify(trouble), trouble])).values()];
}
