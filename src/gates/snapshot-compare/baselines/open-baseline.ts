import { UserError } from '../../../core/errors.ts';
import type { BaselineSource } from '../../../core/ports/baselines.ts';
import type { Ports } from '../../../core/ports/index.ts';
import type { Item } from '../compare-lists.ts';
import type { Inputs } from '../inputs.ts';
import { loadManifest, readPointerByMajority, type Trouble } from '../store/store.ts';
import { treeItems } from '../tree.ts';
import { gitObjectId, readGitTree } from './git-tree.ts';
import { findNearestBeta, findNeighbours } from './previous-tag.ts';
import { type BaselineSpec, readBaselineSpec } from './spec.ts';
import { hasStoredBytes, openStore, storedItems } from './stored.ts';

export type SnapshotPorts = Pick<
  Ports,
  'files' | 'trees' | 'progress' | 'processes' | 'repository' | 'secrets' | 'clock' | 'replicas' | 'baselines' | 'previousBeta'
>;

/** Where a stored baseline came from. */
export interface Origin {
  readonly tag: string;
  readonly sequence: number;
  readonly root: string;
  readonly by: string;
}

/** A baseline, or the reason why there is none. */
export type OpenedBaseline = { readonly name: string; readonly troubles: readonly Trouble[] } & (
  | {
      readonly state: 'present';
      readonly items: ReadonlyMap<string, Item>;
      /** Whether an actual file has the bytes of the baseline's, where that can be told without reading the latter. */
      readonly isSame?: (path: string, item: Item) => Promise<boolean>;
      readonly origin?: Origin;
      /** Folder on disk (as the files port takes it), where there is one. */
      readonly folder?: string;
    }
  | { readonly state: 'absent' | 'empty'; readonly acceptAs: string; readonly detail?: string }
  | { readonly state: 'unreachable'; readonly detail: string }
);

/** Opens what the input `baseline` names; disposing of it removes what had to be fetched. @throws UserError on unusable input */
export async function openBaseline(inputs: Inputs, ports: SnapshotPorts): Promise<OpenedBaseline & AsyncDisposable> {
  const spec = readBaselineSpec(inputs.baseline);
  if (spec.kind === 'elsewhere') return openElsewhere(inputs, ports, spec.source);
  return { ...(await openHere(inputs, ports, spec)), [Symbol.asyncDispose]: async () => undefined };
}

async function openElsewhere(inputs: Inputs, ports: SnapshotPorts, source: BaselineSource): Promise<OpenedBaseline & AsyncDisposable> {
  if (!ports.baselines)
    throw new UserError({
      where: 'snapshot-compare: baseline',
      found: inputs.baseline,
      expected: 'a baseline that can be reached from here',
      todo: 'run this in a workflow of the repository, or use a folder or a tag',
    });
  const temporary = await ports.files.temporaryFolder('snapshot-baseline-');
  const common = { name: inputs.baseline, troubles: [], [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
  const fetched = await ports.baselines.fetch(source, temporary.path);
  if (fetched.kind === 'unreachable') return { ...common, state: 'unreachable', detail: fetched.detail };
  if (fetched.kind === 'absent') return { ...common, state: 'absent', acceptAs: 'FOLDER', detail: fetched.detail };
  const tree = await ports.trees.read(temporary.path);
  if (tree.state !== 'present') return { ...common, state: 'empty', acceptAs: 'FOLDER' };
  return { ...common, state: 'present', items: treeItems(ports.files, temporary.path, tree), folder: temporary.path };
}

async function openHere(
  inputs: Inputs,
  ports: SnapshotPorts,
  spec: Exclude<BaselineSpec, { readonly kind: 'elsewhere' }>,
): Promise<OpenedBaseline> {
  const common = { name: inputs.baseline, troubles: [] };
  switch (spec.kind) {
    case 'folder':
      return openFolder(ports, spec.folder, inputs);
    default: {
      const found = spec.tag === undefined ? await findPreviousBeta(ports) : { tag: spec.tag };
      if (found === undefined) {
        const { current } = await findNeighbours(ports.repository);
        return { ...common, state: 'absent', acceptAs: `tag:${current ?? 'vX.Y.Z-beta.N'}`, detail: NO_PREVIOUS };
      }
      return spec.folder === undefined ? openStored(inputs, ports, found.tag) : openTagFolder(ports, common, found, spec.folder);
    }
  }
}

const NO_PREVIOUS =
  'no ancestor of HEAD has a beta tag (v1.2.3-beta.1); for a first beta, name a folder as the baseline, such as `baseline: baseline`';

/** What `tag:previous` stands for. */
export async function findPreviousBeta(
  ports: Pick<SnapshotPorts, 'repository' | 'previousBeta'>,
): Promise<{ readonly tag: string; readonly commit: string } | undefined> {
  return ports.previousBeta ? ports.previousBeta() : findNearestBeta(ports.repository);
}

async function openFolder({ files, trees }: SnapshotPorts, folder: string, inputs: Inputs): Promise<OpenedBaseline> {
  refuseSameFolder(files.resolve(folder), files.resolve(inputs.actual), inputs);
  await refuseFile(files, folder);
  const tree = await trees.read(folder);
  if (tree.state !== 'present') return { name: folder, troubles: [], state: tree.state, acceptAs: folder };
  return { name: folder, troubles: [], state: 'present', items: treeItems(files, folder, tree), folder };
}

async function openTagFolder(
  ports: SnapshotPorts,
  common: { name: string; troubles: readonly Trouble[] },
  { tag, commit: known }: { readonly tag: string; readonly commit?: string },
  folder: string,
): Promise<OpenedBaseline> {
  const commit = known ?? (await ports.repository.resolve(`refs/tags/${tag}`));
  if (commit === undefined)
    throw new UserError({
      where: 'snapshot-compare: baseline',
      found: `no tag ${tag} here`,
      expected: 'a tag of this repository',
      todo: 'fetch the tags (in a workflow: fetch-depth: 0), or mend the name',
    });
  const tree = await readGitTree(ports, commit, folder);
  if (!tree || tree.items.size === 0) return { ...common, state: tree ? 'empty' : 'absent', acceptAs: folder };
  const isSame = async (path: string, item: Item) => {
    const id = tree.objects.get(path);
    return id !== undefined && item.kind === 'file' && (await gitObjectId(item.content, id)) === id;
  };
  return { ...common, state: 'present', items: tree.items, isSame };
}

async function openStored(inputs: Inputs, ports: SnapshotPorts, tag: string): Promise<OpenedBaseline> {
  const { store } = await openStore(inputs.store, ports);
  const troubles: Trouble[] = [];
  const common = { name: `tag:${tag}`, troubles };
  const { reading } = await readPointerByMajority(store, tag);
  if (reading.kind === 'absent') return { ...common, state: 'absent', acceptAs: `tag:${tag}` };
  if (reading.kind !== 'found') {
    troubles.push(...reading.troubles);
    const detail =
      reading.kind === 'no-quorum'
        ? 'no majority of the replicas answers'
        : `slot ${reading.sequence}: ${reading.copies} good copies, ${reading.needed} needed`;
    return { ...common, state: 'unreachable', detail };
  }
  const { root, sequence, by } = reading.pointer;
  const onTrouble = (trouble: Trouble) => void troubles.push(trouble);
  const manifest = await loadManifest(store, root, onTrouble);
  if (!manifest) return { ...common, state: 'unreachable', detail: 'no replica has a good copy of the manifest' };
  const byPath = new Map(manifest.files.map((file) => [file.path, file]));
  const isSame = async (path: string, item: Item) => {
    const file = byPath.get(path);
    return file !== undefined && item.kind === 'file' && (await hasStoredBytes(item.content, file));
  };
  return { ...common, state: 'present', items: storedItems(store, manifest, onTrouble), isSame, origin: { tag, sequence, root, by } };
}

/** A file where a folder is expected. @throws UserError */
export async function refuseFile(files: Ports['files'], folder: string): Promise<void> {
  const stat = await files.statTarget(folder);
  if (stat && stat.kind !== 'folder')
    throw new UserError({
      where: folder,
      found: `a ${stat.kind}`,
      expected: 'a folder of snapshots',
      todo: 'name the folder that holds it',
    });
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
