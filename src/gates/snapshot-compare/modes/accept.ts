import { UserError } from '../../../core/errors.ts';
import { openBaseline, refuseFile, type SnapshotPorts } from '../baselines/open-baseline.ts';
import { openStore, requireSigner } from '../baselines/stored.ts';
import type { Item } from '../compare-lists.ts';
import type { Facts } from '../facts.ts';
import type { Content } from '../formats/format.ts';
import type { Inputs } from '../inputs.ts';
import { SaveConflict, saveSnapshot } from '../store/save.ts';
import { QuorumError } from '../store/store.ts';
import { treeItems } from '../tree.ts';
import { FILES_FOLDER, type PendingSet, pendingFolder, readPendingManifest, rootOf } from './pending.ts';
import { requireNames, requireTarget } from './update.ts';

/** Promotes the pending set, or makes the first baseline from `actual`. Whole or not at all. @throws UserError */
export async function acceptBaseline(inputs: Inputs, ports: SnapshotPorts): Promise<Facts> {
  const { files } = ports;
  const target = requireTarget(inputs);
  await using baseline = await openBaseline(inputs, ports);
  if (baseline.state === 'unreachable')
    throw new UserError({
      where: `mode accept: ${target}`,
      found: baseline.detail,
      expected: 'a baseline that can be read',
      todo: 'try again when it can be reached',
    });
  const before: ReadonlyMap<string, Item> = baseline.state === 'present' ? baseline.items : new Map();
  const folder = pendingFolder(target);
  const pending = await readPendingManifest(files, folder);
  if (!pending && baseline.state === 'present') throw refuseOverwrite(target, before.size);
  await refuseFile(files, inputs.actual);
  const tree = await ports.trees.read(inputs.actual);
  if (!pending && tree.state !== 'present')
    return { kind: 'written', mode: 'accept', actual: { name: inputs.actual, state: tree.state }, target, count: 0 };
  const next = pending ? await promote(ports, pending, folder, before) : treeItems(files, inputs.actual, tree);
  if (target.startsWith('tag:')) await saveToStore(inputs, ports, target.slice(4), next, pending);
  else await replaceFolder(ports, target, next);
  await files.remove(folder);
  ports.progress.say(`accepted ${next.size} files as ${target}${target.startsWith('tag:') ? '' : '; commit that folder'}`);
  return { kind: 'written', mode: 'accept', actual: { name: inputs.actual, state: tree.state }, target, count: next.size };
}

function refuseOverwrite(target: string, count: number): UserError {
  return new UserError({
    where: `mode accept: ${target}`,
    found: `a baseline of ${count} files, and no pending set`,
    expected: 'a pending set to promote, or no baseline yet: mode accept overwrites nothing',
    todo: 'run mode update (with --by and --reason), look at what it wrote, and accept again',
  });
}

/** The baseline with the pending changes, after both were checked against the manifest: what was reviewed is what is promoted. */
async function promote(
  { files, trees }: SnapshotPorts,
  pending: PendingSet,
  folder: string,
  before: ReadonlyMap<string, Item>,
): Promise<ReadonlyMap<string, Item>> {
  const refuse = (found: string): UserError =>
    new UserError({
      where: folder,
      found,
      expected: 'the pending set as mode update wrote it',
      todo: `remove ${folder} and run mode update again`,
    });
  const root = before.size === 0 ? undefined : await rootOf(before);
  if (root !== pending.baselineRoot) throw refuse('a pending set for another state of the baseline');
  const waiting = treeItems(files, `${folder}/${FILES_FOLDER}`, await trees.read(`${folder}/${FILES_FOLDER}`));
  const next = new Map(before);
  for (const { path, change } of pending.changes) {
    const item = waiting.get(path);
    if (change === 'removed') next.delete(path);
    else if (item) next.set(path, item);
    else throw refuse(`no file for ${path}`);
  }
  if ((await rootOf(next)) !== pending.root) throw refuse('files that were changed since they were written');
  return next;
}

async function saveToStore(
  inputs: Inputs,
  ports: SnapshotPorts,
  tag: string,
  items: ReadonlyMap<string, Item>,
  pending: PendingSet | undefined,
): Promise<void> {
  const { store, signer } = await openStore(inputs.store, ports);
  const { by, reason } = pending ?? requireNames(inputs);
  const contents = new Map<string, Content>();
  for (const [path, item] of items) if (item.kind === 'file') contents.set(path, item.content);
  try {
    await saveSnapshot(store, {
      tag,
      files: contents,
      by,
      reason,
      at: new Date(ports.clock.now()).toISOString(),
      signer: requireSigner(signer),
    });
  } catch (error) {
    if (error instanceof QuorumError || error instanceof SaveConflict)
      throw new UserError(
        {
          where: `mode accept: tag:${tag}`,
          found: error.message,
          expected: 'a majority of the replicas, and no other writer',
          todo: 'bring the replicas back, and accept again',
        },
        { cause: error },
      );
    throw error;
  }
}

/** Writes a new folder beside the old one and swaps them; a crash leaves the old or the new one, and the other beside it. */
async function replaceFolder({ files }: SnapshotPorts, target: string, items: ReadonlyMap<string, Item>): Promise<void> {
  const base = target.replace(/\/+$/, '');
  const [incoming, outgoing] = [`${base}.incoming`, `${base}.outgoing`];
  await files.remove(incoming);
  for (const [path, item] of items) {
    if (item.kind !== 'file')
      throw new UserError({
        where: path,
        found: item.what,
        expected: 'files only: a baseline keeps contents',
        todo: 'let the system write a file, or remove this',
      });
    await using writer = await files.writer(`${incoming}/${path}`);
    for await (const chunk of item.content.stream()) await writer.write(chunk);
    await writer.close();
  }
  await files.remove(outgoing);
  if (await files.stat(base)) await files.rename(base, outgoing);
  await files.rename(incoming, base);
  await files.remove(outgoing);
}
