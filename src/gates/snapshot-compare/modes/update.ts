import { UserError } from '../../../core/errors.ts';
import { compareText } from '../../../core/order.ts';
import { openBaseline, refuseFile, type SnapshotPorts } from '../baselines/open-baseline.ts';
import { readBaselineSpec } from '../baselines/spec.ts';
import type { Item } from '../compare-lists.ts';
import type { Facts } from '../facts.ts';
import type { Inputs } from '../inputs.ts';
import { manifestRoot } from '../store/manifest.ts';
import { treeItems } from '../tree.ts';
import { FILES_FOLDER, manifestOf, pendingFolder, writePendingManifest } from './pending.ts';

/**
 * Writes what differs from the baseline to a pending set, with the names of who wants it and why. The baseline stays as it is. @throws UserError
 */
export async function writePending(inputs: Inputs, ports: SnapshotPorts): Promise<Facts> {
  const target = requireTarget(inputs);
  const { by, reason } = requireNames(inputs);
  const { files } = ports;
  await using baseline = await openBaseline(inputs, ports);
  await refuseFile(files, inputs.actual);
  const tree = await ports.trees.read(inputs.actual);
  if (tree.state !== 'present')
    return { kind: 'written', mode: 'update', actual: { name: inputs.actual, state: tree.state }, target, count: 0 };
  if (baseline.state === 'unreachable')
    throw new UserError({
      where: `mode update: ${inputs.baseline}`,
      found: baseline.detail,
      expected: 'a baseline that can be read',
      todo: 'try again when it can be reached',
    });
  const before: ReadonlyMap<string, Item> = baseline.state === 'present' ? baseline.items : new Map();
  const actual = treeItems(files, inputs.actual, tree);
  const [old, now] = [await manifestOf(before), await manifestOf(actual)];
  const [oldByPath, nowByPath] = [old, now].map(({ files: list }) => new Map(list.map((file) => [file.path, file.chunks.join()])));
  const paths = [...new Set([...(oldByPath?.keys() ?? []), ...(nowByPath?.keys() ?? [])])].sort(compareText);
  const changes = paths.flatMap((path) => {
    const [was, is] = [oldByPath?.get(path), nowByPath?.get(path)];
    if (was === is) return [];
    return [{ path, change: was === undefined ? ('added' as const) : is === undefined ? ('removed' as const) : ('changed' as const) }];
  });
  const folder = pendingFolder(target);
  await files.remove(folder);
  if (changes.length > 0) {
    for (const { path, change } of changes)
      if (change !== 'removed') await copyFile(files, `${inputs.actual}/${path}`, `${folder}/${FILES_FOLDER}/${path}`);
    // The manifest comes last: without it there is no pending set.
    await writePendingManifest(files, folder, {
      version: 1,
      baseline: target,
      ...(baseline.state === 'present' ? { baselineRoot: manifestRoot(old) } : {}),
      root: manifestRoot(now),
      by,
      reason,
      changes,
    });
    ports.progress.say(`${changes.length} changes of ${target} wait in ${folder}; look at them, then run mode accept`);
  }
  return { kind: 'written', mode: 'update', actual: { name: inputs.actual, state: 'present' }, target, count: changes.length };
}

/** Writing needs one name for what is written. @throws UserError */
export function requireTarget(inputs: Inputs): string {
  const spec = readBaselineSpec(inputs.baseline);
  if (spec.kind === 'folder' || (spec.kind === 'tag' && spec.tag !== undefined && spec.folder === undefined)) return inputs.baseline;
  throw new UserError({
    where: `mode ${inputs.mode}: baseline`,
    found: inputs.baseline,
    expected: 'a folder, or tag:vX.Y.Z of the store',
    todo: 'name what is to be written; nothing else can be',
  });
}

/** Who and why stand in every manifest. @throws UserError */
export function requireNames(inputs: Inputs): { readonly by: string; readonly reason: string } {
  const { by, reason } = inputs;
  if (by !== undefined && reason !== undefined) return { by, reason };
  throw new UserError({
    where: `mode ${inputs.mode}: ${by === undefined ? 'by' : 'reason'}`,
    found: 'nothing',
    expected: 'who wants the new baseline (by), and why (reason)',
    todo: 'for example --by ann --reason "new rounding of scores"',
  });
}

async function copyFile(files: SnapshotPorts['files'], from: string, to: string): Promise<void> {
  await using writer = await files.writer(to);
  for await (const chunk of files.stream(from)) await writer.write(chunk);
  await writer.close();
}
