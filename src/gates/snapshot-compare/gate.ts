import { defineGate } from '../../core/gate.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judge } from './judge.ts';
import { measure } from './measure.ts';
import { words } from './words.ts';

export const gate = defineGate<Inputs, Facts, 'files' | 'progress'>({
  id: 'snapshot-compare',
  title: 'Snapshots',
  words,
  ports: ['files', 'progress'],
  measure,
  judge: judge as never,
});
