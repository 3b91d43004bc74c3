import { defineGate } from '../../core/gate.ts';
import type { SnapshotPorts } from './baselines/open-baseline.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judge } from './judge.ts';
import { measure } from './measure.ts';
import { words } from './words.ts';

export const gate = defineGate<Inputs, Facts, keyof SnapshotPorts>({
  id: 'snapshot-compare',
  title: 'Snapshots',
  words,
  ports: ['files', 'trees', 'progress', 'processes', 'repository', 'secrets', 'clock', 'replicas', 'baselines', 'previousBeta'],
  measure,
  judge,
});
