import { isUserError, UserError } from '../../core/errors.ts';
import type { Ports } from '../../core/ports/index.ts';
import { compareFile, fileContent } from './compare-files.ts';
import type { Facts, FileFact } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { readRules } from './rules/read-rules.ts';
import { createRuleBook, type RuleBook } from './rules/select-rules.ts';
import { readTree, type Tree, type TreeEntry } from './tree.ts';

export type SnapshotPorts = Pick<Ports, 'files' | 'progress'>;

/** Reads both folders and compares what stands at each path. @throws UserError on unusable rules or folders */
export async function measure(inputs: Inputs, ports: SnapshotPorts): Promise<Facts> {
  const { files } = ports;
  refuseSameFolder(files.resolve(inputs.baseline), files.resolve(inputs.actual), inputs);
  const rules = inputs.rules === undefined ? [] : readRules(await files.readText(inputs.rules), inputs.rules);
  const [baseline, actual] = [await readFolder(ports, inputs.baseline), await readFolder(ports, inputs.actual)];
  const states = { baseline: { name: inputs.baseline, state: baseline.state }, actual: { name: inputs.actual, state: actual.state } };
  if (inputs.mode === 'accept')
    return { ...states, files: [], ignored: 0, unusedRules: [], accepted: await accept(ports, inputs, baseline, actual) };
  if (baseline.state !== 'present' || actual.state !== 'present') return { ...states, files: [], ignored: 0, unusedRules: [] };
  const book = createRuleBook(rules);
  const { compared, ignored } = await compareTrees(ports, inputs, baseline, actual, book);
  return { ...states, files: compared, ignored, unusedRules: book.unused() };
}

function refuseSameFolder(baseline: string, actual: string, inputs: Inputs): void {
  const within = (inner: string, outer: string) => inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
  if (within(baseline, actual) || within(actual, baseline))
    throw new UserError({
      where: 'snapshot-compare: baseline and actual',
      found: `${JSON.stringify(inputs.baseline)} and ${JSON.stringify(inputs.actual)}, one inside the other`,
      expected: 'two separate folders: what is compared with itself never differs',
      todo: 'let the system write its snapshots to a folder of their own',
    });
}

async function readFolder({ files }: SnapshotPorts, folder: string): Promise<Tree> {
  const stat = await files.statTarget(folder);
  if (stat && stat.kind !== 'folder')
    throw new UserError({
      where: folder,
      found: `a ${stat.kind}`,
      expected: 'a folder of snapshots',
      todo: 'name the folder that holds it',
    });
  return readTree(files, folder);
}

async function compareTrees(
  ports: SnapshotPorts,
  inputs: Inputs,
  baseline: Tree,
  actual: Tree,
  book: RuleBook,
): Promise<{ compared: FileFact[]; ignored: number }> {
  const [before, after] = [byPath(baseline), byPath(actual)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const compared: FileFact[] = [];
  let ignored = 0;
  for (const [index, path] of paths.entries()) {
    if (index % 100 === 0) ports.progress.show('compare snapshots', index, paths.length, 'files');
    const rules = book.rulesFor(path);
    const [base, now] = [before.get(path), after.get(path)];
    if (rules.ignored) ignored++;
    else if (!base) compared.push({ path, status: 'added' });
    else if (!now) compared.push({ path, status: 'removed' });
    else if (base.kind === 'file' && now.kind === 'file') {
      const content = (folder: string, entry: { path: string; size: number }) => fileContent(ports.files, `${folder}/${path}`, entry.size);
      compared.push(await readable(path, () => compareFile(path, content(inputs.baseline, base), content(inputs.actual, now), rules)));
    } else compared.push(compareEntries(path, base, now));
  }
  ports.progress.finish('compare snapshots');
  return { compared, ignored };
}

function byPath(tree: Tree): Map<string, TreeEntry> {
  return new Map(tree.entries.map((entry) => [entry.path, entry]));
}

/** What cannot be read is a fact, and makes its check inconclusive. */
async function readable(path: string, work: () => Promise<FileFact>): Promise<FileFact> {
  try {
    return await work();
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { path, status: 'unreadable', problem: error.problem.found };
  }
}

/** Links that lead to no file, and things that are neither: sameness is of kind and target. */
function compareEntries(path: string, base: TreeEntry, actual: TreeEntry): FileFact {
  const name = (entry: TreeEntry) =>
    entry.kind === 'file' ? 'a file' : entry.kind === 'link' ? `a link to ${JSON.stringify(entry.target)}` : `a ${entry.what}`;
  const [one, other] = [name(base), name(actual)];
  if (base.kind === 'other' && actual.kind === 'other') return { path, status: 'unreadable', problem: other };
  if (one === other) return { path, status: 'same' };
  return { path, status: 'different', changes: [{ kind: 'entry-kind', base: one, actual: other }], total: 1 };
}

/** Makes the first baseline, whole or not at all. */
async function accept({ files, progress }: SnapshotPorts, inputs: Inputs, baseline: Tree, actual: Tree): Promise<number> {
  if (baseline.state === 'present')
    throw new UserError({
      where: `mode accept: ${inputs.baseline}`,
      found: `a baseline of ${baseline.entries.length} files`,
      expected: 'no baseline: mode accept makes the first one and overwrites none',
      todo: 'look at the differences (mode compare), remove the files that are meant to change, and accept again',
    });
  if (actual.state !== 'present') return 0;
  const incoming = `${inputs.baseline}.incoming`;
  await files.remove(incoming);
  await files.copyTree(inputs.actual, incoming);
  await files.remove(inputs.baseline);
  await files.rename(incoming, inputs.baseline);
  progress.say(`accepted ${actual.entries.length} files of ${inputs.actual} as the baseline ${inputs.baseline}; commit that folder`);
  return actual.entries.length;
}
