import type { SnapshotPorts } from '../baselines/open-baseline.ts';
import { openStore } from '../baselines/stored.ts';
import type { Facts } from '../facts.ts';
import type { Inputs } from '../inputs.ts';
import { scrubStore } from '../store/scrub.ts';
import { quorumOf } from '../store/store.ts';

/** Checks every replica of the store and repairs what can be. @throws UserError when there is no store or no key */
export async function scrub(inputs: Inputs, ports: SnapshotPorts): Promise<Facts> {
  const { store } = await openStore(inputs.store, ports);
  const report = await scrubStore(store, (done, total) => ports.progress.show('scrub the store', done, total, 'objects'));
  ports.progress.finish('scrub the store');
  return { kind: 'scrub', report, needed: quorumOf(store.replicas) };
}
