import { UserError } from '../../../core/errors.ts';
import { findPreviousBeta, type SnapshotPorts } from '../baselines/open-baseline.ts';
import { readBaselineSpec } from '../baselines/spec.ts';
import { openStore } from '../baselines/stored.ts';
import type { Facts } from '../facts.ts';
import type { Inputs } from '../inputs.ts';
import { restoreSnapshot } from '../store/restore.ts';

/** Brings the snapshot of a tag from the store into the folder `actual`, which must not be there yet. @throws UserError */
export async function restore(inputs: Inputs, ports: SnapshotPorts): Promise<Facts> {
  const spec = readBaselineSpec(inputs.baseline);
  const refuse = (found: string, expected: string, todo: string): UserError =>
    new UserError({ where: 'mode restore', found, expected, todo });
  if (spec.kind !== 'tag' || spec.folder !== undefined)
    throw refuse(inputs.baseline, 'tag:vX.Y.Z or tag:previous of the store', 'name the tag to restore');
  if ((await ports.files.stat(inputs.actual)) !== undefined)
    throw refuse(
      `something at ${inputs.actual}`,
      'a folder that is not there yet: mode restore overwrites nothing',
      'name another folder, or move this one away',
    );
  const tag = spec.tag ?? (await findPreviousBeta(ports))?.tag;
  if (tag === undefined) throw refuse('no ancestor of HEAD with a beta tag', 'a previous tag', 'name the tag to restore');
  const { store } = await openStore(inputs.store, ports);
  const restored = await restoreSnapshot(store, tag, ports.files, inputs.actual);
  if (restored.kind === 'unknown') {
    const { reading } = restored;
    return {
      kind: 'restore',
      tag,
      folder: inputs.actual,
      state: reading.kind,
      files: 0,
      lost: [],
      troubles: reading.kind === 'absent' ? [] : reading.troubles,
    };
  }
  const { pointer, troubles } = restored;
  const origin = { tag, sequence: pointer.sequence, root: pointer.root, by: pointer.by };
  const common = { kind: 'restore' as const, tag, folder: inputs.actual, origin, troubles };
  return restored.kind === 'lost'
    ? { ...common, state: 'lost', files: 0, lost: restored.lost }
    : { ...common, state: 'restored', files: restored.files.length, lost: [] };
}
