import { UserError } from '../../core/errors.ts';
import type { Ports } from '../../core/ports/index.ts';
import { compareLists, type Item } from './compare-lists.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { readRules } from './rules/read-rules.ts';
import { createRuleBook } from './rules/select-rules.ts';
import { readTree, type Tree } from './tree.ts';

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
  const { files: compared, ignored } = await compareLists(
    itemsOf(ports, inputs.baseline, baseline),
    itemsOf(ports, inputs.actual, actual),
    {
      book,
      prefix: '',
      onFile: (done, total) => {
        if (done % 100 === 0) ports.progress.show('compare snapshots', done, total, 'files');
      },
    },
  );
  ports.progress.finish('compare snapshots');
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

/** Files of a folder as items of a list. */
function itemsOf({ files }: SnapshotPorts, folder: string, tree: Tree): Map<string, Item> {
  return new Map(
    tree.entries.map((entry): [string, Item] => {
      const { path } = entry;
      if (entry.kind === 'link') return [path, { kind: 'other', what: `a link to ${JSON.stringify(entry.target)}` }];
      if (entry.kind === 'other') return [path, { kind: 'other', what: `a ${entry.what}` }];
      const full = `${folder}/${path}`;
      return [
        path,
        { kind: 'file', content: { size: entry.size, read: () => files.read(full), stream: (range) => files.stream(full, range) } },
      ];
    }),
  );
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
