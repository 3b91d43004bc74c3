import type { SnapshotPorts } from './baselines/open-baseline.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { acceptBaseline } from './modes/accept.ts';
import { compareSnapshots } from './modes/compare.ts';
import { restore } from './modes/restore.ts';
import { scrub } from './modes/scrub.ts';
import { writePending } from './modes/update.ts';

const MODES: Readonly<Record<Inputs['mode'], (inputs: Inputs, ports: SnapshotPorts) => Promise<Facts>>> = {
  compare: compareSnapshots,
  update: writePending,
  accept: acceptBaseline,
  scrub,
  restore,
};

/** Does what the mode says. @throws UserError on input that cannot be used */
export function measure(inputs: Inputs, ports: SnapshotPorts): Promise<Facts> {
  return MODES[inputs.mode](inputs, ports);
}
